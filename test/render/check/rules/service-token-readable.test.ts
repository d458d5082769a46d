// RB040: every way to a service token, and who is no matter.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckSetting } from '../../../support/check.ts'
import { factsOf, found } from '../../../support/check.ts'

const PHASE_SECRET = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: web, namespace: web}
spec:
  phaseApp: web
  authentication: {serviceToken: {serviceTokenSecretReference: {secretName: token, secretNamespace: phase}}}
  managedSecretReferences: [{secretName: web}]
`
const role = (
  rules: string,
  namespace = 'phase',
  subject = '{kind: ServiceAccount, name: app}',
) => `---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: r, namespace: ${namespace}}
rules:
  - ${rules}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: r, namespace: ${namespace}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}
subjects: [${subject}]
`
const SECRETS = (rest: string) => `{apiGroups: [''], resources: [secrets], ${rest}}`
const pod = (secret: string, spec: string, namespace = 'phase') => `---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: ${namespace}}
spec:
  ${spec}
  containers:
    - name: a
      envFrom: [{secretRef: {name: ${secret}}}]
`
const CLUSTER_WIDE = role(SECRETS('verbs: [list, watch]'))
  .replaceAll('kind: Role', 'kind: ClusterRole')
  .replace('{kind: ServiceAccount, name: app}', '{kind: Group, name: developers}')
  .replaceAll(', namespace: phase', '')

const rows: readonly (readonly [string, string, readonly (readonly [string, number?])[]])[] = [
  ['nobody', '', []],
  [
    'a role for it by name',
    role(SECRETS('verbs: [get], resourceNames: [token]')),
    [['ServiceAccount phase/app may get the service token phase/token', 13]],
  ],
  [
    'a role for all',
    role(SECRETS("verbs: ['*']")),
    [['ServiceAccount phase/app may get, list and watch the service token phase/token', 13]],
  ],
  ['a role for another', role(SECRETS('verbs: [get], resourceNames: [other]')), []],
  ['a role elsewhere', role(SECRETS('verbs: [get]'), 'web'), []],
  ['a role to write only', role(SECRETS('verbs: [update, delete]')), []],
  [
    'everywhere',
    CLUSTER_WIDE,
    [['Group developers may list and watch the service token phase/token', 13]],
  ],
  [
    'new pods',
    role('{apiGroups: [apps], resources: [deployments], verbs: [create, patch]}'),
    [['ServiceAccount phase/app may run a pod that mounts the service token phase/token', 13]],
  ],
  [
    'exec is another matter',
    role("{apiGroups: [''], resources: [pods/exec], verbs: [create]}"),
    [],
  ],
  [
    'a pod',
    pod('token', 'serviceAccountName: app'),
    [['has the service token phase/token in its pods', 16]],
  ],
  [
    'a pod of no account',
    pod('token', 'restartPolicy: Never'),
    [['has the service token phase/token in its pods', 16]],
  ],
  ['a pod with another Secret', pod('other', 'serviceAccountName: app'), []],
  ['a pod elsewhere', pod('token', 'serviceAccountName: app', 'web'), []],
]

for (const [name, text, expected] of rows) {
  test(name, () => {
    const findings = found('RB040', factsOf(PHASE_SECRET + text))
    assert.deepEqual(
      findings.map(({ message, at }) => [message, at?.line]),
      expected,
    )
    for (const { secrets, path, subject } of findings) {
      assert.deepEqual(secrets, [{ namespace: 'phase', name: 'token' }])
      assert.ok(subject !== undefined)
      assert.ok(path === undefined || path.length >= 3)
    }
  })
}

const everything =
  role(SECRETS('verbs: [get]')) +
  role('{apiGroups: [apps], resources: [deployments], verbs: [create]}').replaceAll(
    'name: r',
    'name: q',
  ) +
  pod('token', 'serviceAccountName: app')

test('the platform may', () => {
  const setting: CheckSetting = {
    isTrusted: ({ name, namespace }) => name === 'app' && namespace === 'phase',
  }
  assert.equal(found('RB040', factsOf(PHASE_SECRET + everything)).length, 3)
  assert.deepEqual(found('RB040', factsOf(PHASE_SECRET + everything, setting)), [])
})

test('without a reference there is no token Secret to guard', () => {
  const text = PHASE_SECRET.replace(/ {2}authentication: .*\n/, '') + everything
  assert.deepEqual(found('RB040', factsOf(text)), [])
})

test('a token that several PhaseSecrets name is told of once, with all namespaces open too', () => {
  const twice = `${PHASE_SECRET}---\n${PHASE_SECRET.replace('name: web, n', 'name: shop, n')}${everything}`
  assert.equal(found('RB040', factsOf(twice)).length, 3)
  const open = twice.replaceAll(/, (?:secretN|n)amespace: \w+/g, '')
  const messages = found('RB040', factsOf(open)).map(({ message }) => message)
  assert.deepEqual(messages, [
    'ServiceAccount app may get the service token token',
    'ServiceAccount app may run a pod that mounts the service token token',
    'has the service token token in its pods',
  ])
})

test('a name is taken out of a list by suggestion, if others stay', () => {
  const fixOf = (names: string) =>
    found(
      'RB040',
      factsOf(PHASE_SECRET + role(SECRETS(`verbs: [get], resourceNames: [${names}]`))),
    )[0]?.fix
  assert.deepEqual(fixOf('a, token')?.operations, [
    { op: 'remove', path: '/rules/0/resourceNames/1' },
  ])
  assert.equal(fixOf('a, token')?.isSafe, false)
  assert.equal(fixOf('token'), undefined)
})

test('names of users may hold anything', () => {
  const subject = `{kind: User, apiGroup: rbac.authorization.k8s.io, name: ${JSON.stringify('a\n::error::b')}}`
  const [finding] = found(
    'RB040',
    factsOf(PHASE_SECRET + role(SECRETS('verbs: [get]'), 'phase', subject)),
  )
  assert.match(finding?.message ?? '', /^User "a\?::error::b" may get the service token/)
})
