// An object without a namespace beside others with one: whether they meet is not known, and that is an error.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../support/check.ts'

const secret = (namespace: string) => `---
apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: db${namespace}}
spec: {phaseApp: shop, phaseAppEnv: production, managedSecretReferences: [{secretName: db}]}
`
const binding = (kind: string, namespace: string) => `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: {name: b${namespace}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, name: a}]
`
const IN = ', namespace: keyspace'

for (const [name, text, namespace, words] of [
  ['a binding', secret(IN) + binding('RoleBinding', ''), undefined, /guarded in keyspace/],
  [
    'an empty one',
    secret(IN) + binding('RoleBinding', ', namespace: ""'),
    undefined,
    /guarded in keyspace/,
  ],
  ['a Secret', secret('') + binding('RoleBinding', IN), undefined, /RoleBinding is for keyspace/],
  ['both', secret('') + binding('RoleBinding', ''), undefined, undefined],
  ['neither', secret(IN) + binding('RoleBinding', IN), undefined, undefined],
  ['a cluster-wide one', secret('') + binding('ClusterRoleBinding', ''), undefined, undefined],
  ['a binding, and it is said', secret(IN) + binding('RoleBinding', ''), 'keyspace', undefined],
] as const) {
  test(`left open by ${name}: ${words === undefined ? 'nothing' : 'an error'}`, () => {
    const setting = namespace === undefined ? {} : { namespace }
    const errors = found('MF001', factsOf(text, setting))
    assert.equal(errors.length, words === undefined ? 0 : 1)
    if (words !== undefined) assert.match(errors[0]?.message ?? '', words)
  })
}
