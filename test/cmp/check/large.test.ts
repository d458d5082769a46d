// Many subjects and many Secrets: what they come to together is bounded, in memory and in what is told.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'

const MAIN = resolve('cmp/main.ts')

const SECRETS = Array.from({ length: 1000 }, (_, n) => `s${n}`)
const MANIFESTS = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: all, namespace: keyspace}
spec:
  phaseApp: shop
  phaseAppEnv: production
  managedSecretReferences: [${SECRETS.map((name) => `{secretName: ${name}}`).join(', ')}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: keyspace}
rules: [{apiGroups: [''], resources: [secrets], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: keyspace}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
${Array.from({ length: 6000 }, (_, n) => `- {kind: User, name: u${n}}\n`).join('')}`

const POLICY = `version: 1
readers: [{secrets: [${SECRETS.map((name) => `keyspace/${name}`).join(', ')}], subjects: []}]
`

for (const [name, policy, words] of [
  [
    'in the list of who gets at what',
    'version: 1\n',
    /\d+ Secrets more are checked and not listed/,
  ],
  ['in the findings of one rule', POLICY, /RB018 .*: finds more than 10000 things/],
] as const) {
  test(`6000 subjects of 1000 Secrets fit into little memory: ${name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'check-large-'))
    try {
      writeFileSync(join(folder, 'all.yaml'), MANIFESTS)
      const policyFile = join(folder, '.policy')
      writeFileSync(policyFile, policy)
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['--max-old-space-size=400', MAIN, 'check', folder, '--policy', policyFile],
        { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
      )
      assert.equal(status, 1, stderr.slice(0, 500))
      assert.match(stdout, words)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}
