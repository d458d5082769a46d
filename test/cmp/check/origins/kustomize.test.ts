// What `kustomize build` printed of fixtures/origins/kustomize/overlay (recorded; test/argocd/origins.test.ts
// builds it again), and where each line of it is from.
import assert from 'node:assert/strict'
import { readFileSync, realpathSync } from 'node:fs'
import { test } from 'node:test'
import { located, locatorOf } from '../../../support/origins.ts'

const FOLDER = 'fixtures/origins/kustomize'
const RECORDED = readFileSync('fixtures/origins/kustomize.built.txt')
const [ROLE, BINDING, DEPLOYMENT] = ['kind: Role\n', 'kind: RoleBinding\n', 'kind: Deployment\n']
const [CONFIG, SECRET] = ['kind: ConfigMap\n', 'kind: Secret\n']

/** The document that has a text, the line of it, and where that is; `~` is not exact. */
const lines: readonly (readonly [document: string, line: string, place: string])[] = [
  [ROLE, 'kind: Role', 'base/rbac.yaml:2:1'],
  [ROLE, '  name: prod-reader-app', 'base/rbac.yaml:5:3'],
  [ROLE, '  namespace: shop', 'overlay/kustomization.yaml:1:12'],
  [ROLE, '    owner: payments', 'overlay/kustomization.yaml:8:10'],
  [ROLE, '- apiGroups:', 'base/rbac.yaml:7:5'],
  [ROLE, '  - secrets', 'base/rbac.yaml:8:17'],
  [ROLE, '  verbs:', 'overlay/verbs.yaml:3:3'],
  [ROLE, '  - configmaps', 'base/rbac.yaml:11:17'],
  [ROLE, "  - '*'", 'audit/kustomization.yaml:13:23'],
  [BINDING, '  name: prod-reader-app', 'base/rbac.yaml:21:3'],
  [BINDING, '  name: prod-web-app', 'base/rbac.yaml:24:5'],
  [BINDING, '  name: everybody', 'overlay/kustomization.yaml:18:12'],
  [BINDING, '  kind: Group', 'base/rbac.yaml:25:5'],
  [DEPLOYMENT, '  replicas: 3', 'overlay/sidecar.yaml:6:3'],
  [DEPLOYMENT, '          privileged: true', 'overlay/sidecar.yaml:13:13'],
  [DEPLOYMENT, '            name: prod-token-app-k695gkmbtk', 'base/workload.yaml:18:27'],
  [DEPLOYMENT, '        image: web:2', 'base/workload.yaml:16:11 ~'],
  [DEPLOYMENT, '      serviceAccountName: prod-web-app', 'base/workload.yaml:13:7'],
  [CONFIG, '  level: high', 'audit/audit.yaml:6:3'],
  [SECRET, '  a: Yg==', 'base/kustomization.yaml:6:5'],
]

for (const [document, line, place] of lines) {
  test(`kustomize: ${document.trim()}: ${line.trim()} is at ${place}`, () => {
    const { locate, positionOf } = locatorOf('kustomize', `${FOLDER}/overlay`, RECORDED)
    assert.equal(located(locate(positionOf(document, line))), `${FOLDER}/${place}`)
  })
}

test('kustomize: what is beside the folder is called by the way there', () => {
  const directory = realpathSync(`${FOLDER}/overlay`)
  const { locate, positionOf } = locatorOf('kustomize', directory, RECORDED)
  const { at } = locate(positionOf(ROLE, 'kind: Role'))
  assert.equal(at.file, realpathSync(`${FOLDER}/base/rbac.yaml`))
})

test('kustomize: every line has a place in a file that exists', () => {
  const { locate, locateRead, files } = locatorOf('kustomize', `${FOLDER}/overlay`, RECORDED)
  const again = locateRead()
  const count = RECORDED.toString().split('\n').length
  for (let line = 0; line <= count; line += 1) {
    const place = { file: files[0]?.path ?? '', line, column: 5 }
    const { at } = locate(place)
    assert.deepEqual(again(place), locate(place))
    const text = readFileSync(at.file, 'utf8').split('\n')[at.line - 1]
    assert.ok(text !== undefined && at.column >= 1 && at.column <= text.length, at.file)
  }
})

test('kustomize: without the base in the repository nothing outside is read', () => {
  const root = realpathSync(`${FOLDER}/overlay`)
  const { locate, positionOf } = locatorOf('kustomize', `${FOLDER}/overlay`, RECORDED, root)
  const place = located(locate(positionOf(ROLE, 'kind: Role')))
  assert.equal(place, `${FOLDER}/overlay/kustomization.yaml:1:1 ~`)
})
