// Names of a hostile repository in the findings: one line each, without control characters, whatever they are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KUBERNETES_RULES } from '../../../../manifests/check/catalogue.ts'
import { factsOf } from '../../../support/check.ts'
import { account, env, managed, stream, workload } from '../../../support/sample-workloads.ts'

const OWN = /^(RB01[27]|RB02|SS00)/
const NAMES = [
  'a\nb',
  '\u001b[31m',
  '\u202e',
  '::error::',
  'x'.repeat(5000),
  '{{ github.token }}',
  '<b>',
]

const secret = (name: string, fields: string) =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: keyspace, annotations: {secrets.phase.dev/redeploy: "true", kubernetes.io/service-account.name: ${name}}}\n${fields}\n`

for (const name of NAMES) {
  test(`${JSON.stringify(name.slice(0, 20))} is shown as a name`, () => {
    const quoted = JSON.stringify(name)
    const text = stream(
      managed('db'),
      account(quoted),
      workload({ use: env(quoted), pod: [`serviceAccountName: ${quoted}`] }),
      workload({
        name: 'two',
        use: env(quoted),
        metadata: 'annotations: {secrets.phase.dev/redeploy: "true"}',
      }),
      workload({
        name: quoted,
        use: `env: [{name: A, valueFrom: {secretKeyRef: {name: git, key: ${quoted}}}}]`,
      }),
      workload({
        name: 'three',
        namespace: 'other',
        use: env('db'),
        pod: [`serviceAccountName: ${quoted}`],
      }),
      secret('git', `data: {${quoted}: "%", a: b}\nimmutable: true\ntype: opaque`),
      secret(quoted, `type: kubernetes.io/${name.length > 9 ? 'x' : 'service-account-token'}`),
      `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r, annotations: {secrets.phase.dev/redeploy: "true"}}\nspec: {workloadRef: {apiVersion: apps/v1, kind: ${quoted}, name: ${quoted}}}\n`,
    )
    const base = text.replaceAll('type: opaque', `type: ${quoted}`)
    const facts = factsOf(text, { base })
    const found = KUBERNETES_RULES.filter(({ id }) => OWN.test(id)).flatMap(({ find }) => [
      ...find(facts),
    ])
    assert.ok(found.length > 5, `${found.length}`)
    for (const { message, hint = '', fix } of found) {
      for (const line of [message, hint, fix?.title ?? '']) {
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u)
        assert.ok(line.length < 1000, `${line.length}`)
      }
    }
  })
}

test('a workload with hundreds of Secrets and a ServiceAccount with hundreds of bindings', () => {
  const many = Array.from({ length: 300 }, (_, index) => `s${index}`)
  const uses = `envFrom: [${many.map((name) => `{secretRef: {name: ${name}}}`).join(', ')}]`
  const bindings = many.map(
    (name) =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: ${name}, namespace: keyspace}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: all}\nsubjects: [{kind: ServiceAccount, name: default}]\n`,
  )
  const role = `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: all, namespace: keyspace}\nrules: [{apiGroups: [''], resources: [secrets], resourceNames: [${many.join(', ')}], verbs: [get]}]\n`
  const text = stream(
    managed(many.join(' ')),
    role,
    ...bindings,
    workload({ use: uses }),
    workload({ name: 'two', use: env('s1') }),
  )
  const facts = factsOf(text)
  const counts = KUBERNETES_RULES.filter(({ id }) => OWN.test(id)).map(({ id, find }) => {
    return [id, [...find(facts)].length] as const
  })
  assert.deepEqual(Object.fromEntries(counts.filter(([, count]) => count > 0)), {
    RB012: 1,
    RB017: 300,
    RB020: 2,
    RB023: 2,
  })
})
