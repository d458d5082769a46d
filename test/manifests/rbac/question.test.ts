// Who can do something, and by which rule: what people ask, mapped to requests.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Question } from '../../../manifests/rbac/question.ts'
import { whoCan, whoCanUse } from '../../../manifests/rbac/question.ts'
import { granting, linesOf, names, namesOfSome, policyOf, SECRETS } from '../../support/rbac.ts'

const verbs = (list: string, names?: string) =>
  `{verbs: [${list}], apiGroups: [""], resources: [secrets]${names === undefined ? '' : `, resourceNames: [${names}]`}}`
const HERE = { namespace: 'here' }

/** One rule, a question, and whether the subject of the rule is in the answer, or for its names only. */
const cases: readonly [rule: string, question: Partial<Question>, 'yes' | 'no' | 'some'][] = [
  [verbs('get'), {}, 'yes'],
  [verbs('get'), { name: 's1' }, 'yes'],
  [verbs('get', 's1'), {}, 'some'],
  [verbs('get', 's1'), { name: 's1' }, 'yes'],
  [verbs('get', 's1'), { name: 's2' }, 'no'],
  [verbs('get', '""'), {}, 'yes'],
  [verbs('get', '""'), { name: 's1' }, 'no'],
  [verbs('get', '"*"'), { name: 's1' }, 'no'],
  [verbs('list', 's1'), { verb: 'list' }, 'some'],
  [verbs('list', 's1'), { verb: 'list', name: 's1' }, 'yes'],
  [verbs('list', '""'), { verb: 'list', name: 's1' }, 'yes'],
  [verbs('watch'), { verb: 'watch', name: 's1' }, 'yes'],
  [verbs('deletecollection', 's1'), { verb: 'deletecollection' }, 'no'],
  [verbs('deletecollection', 's1'), { verb: 'deletecollection', name: 's1' }, 'no'],
  [verbs('deletecollection'), { verb: 'deletecollection', name: 's1' }, 'yes'],
  [verbs('create'), { verb: 'create', name: 's1' }, 'yes'],
  [verbs('create', 's1'), { verb: 'create', name: 's1' }, 'no'],
  [verbs('create', 's1'), { verb: 'create' }, 'no'],
  [verbs('create, patch', 's1'), { verb: 'create', name: 's1' }, 'yes'],
  [verbs('create, patch', 's1'), { verb: 'create' }, 'some'],
  [verbs('create, update', 's1'), { verb: 'create', name: 's1' }, 'no'],
  [verbs('"*"', 's1'), { verb: 'create', name: 's1' }, 'yes'],
  [verbs('get'), HERE_ONLY(), 'yes'],
  [verbs('get'), { scope: { namespace: 'there' } }, 'no'],
  [verbs('get'), { scope: 'no namespace' }, 'no'],
]

function HERE_ONLY(): Partial<Question> {
  return { scope: HERE }
}

for (const [rule, question, expected] of cases) {
  test(`${rule}: ${JSON.stringify(question)}`, () => {
    const made = policyOf(granting(rule))
    assert.deepEqual(names(made, question), expected === 'yes' ? ['User eve'] : [])
    assert.deepEqual(namesOfSome(made, question), expected === 'some' ? ['User eve'] : [])
  })
}

test('a lease is created by an update too', () => {
  const rule =
    '{verbs: [create, update], apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [l]}'
  const question = { verb: 'create', group: 'coordination.k8s.io', resource: 'leases', name: 'l' }
  assert.deepEqual(names(policyOf(granting(rule)), question), ['User eve'])
})

test('server-side apply: one permission may come from a group', () => {
  const subject = '{kind: ServiceAccount, name: app, namespace: here}'
  const group = '{kind: Group, name: system:serviceaccounts:here}'
  const made = policyOf(
    `${granting(verbs('create', 's1'), subject)}---\n${granting(verbs('patch'), group).replaceAll(/name: ([rb])\b/g, 'name: $12')}`,
  )
  const question = { verb: 'create', name: 's1' }
  assert.deepEqual(names(made, question), ['ServiceAccount here/app'])
})

const apart = (create: string, patch: string, place = 'here') =>
  policyOf(
    `${granting(create)}---\n${granting(patch)
      .replaceAll(/name: ([rb])\b/g, 'name: $12')
      .replaceAll('here', place)}`,
  )

test('server-side apply: both permissions are for one object', () => {
  const question = { verb: 'create', name: 's1' }
  const eve = ['User eve']
  assert.deepEqual(names(apart(verbs('create', 's1'), verbs('patch')), question), eve)
  assert.deepEqual(names(apart(verbs('create', 's1'), verbs('patch'), 'there'), question), [])
  assert.deepEqual(
    namesOfSome(apart(verbs('create', 's1'), verbs('patch')), { verb: 'create' }),
    eve,
  )
  const other = apart(verbs('create', 's1'), verbs('patch', 's2'))
  assert.deepEqual(namesOfSome(other, { verb: 'create' }), [])
  const both = apart(verbs('create', 's1'), verbs('patch', 's2, s1'))
  assert.deepEqual(namesOfSome(both, { verb: 'create' }), eve)
})

test('one namespace is its own: a binding in it counts for what is done to it', () => {
  const rule = '{verbs: ["*"], apiGroups: [""], resources: [namespaces]}'
  const made = policyOf(granting(rule))
  const ask = (verb: string, name?: string) =>
    names(made, { verb, resource: 'namespaces', name, scope: 'no namespace' })
  assert.deepEqual(ask('get', 'here'), ['User eve'])
  assert.deepEqual(ask('get', 'there'), [])
  assert.deepEqual(ask('list'), [])
  assert.deepEqual(ask('create', 'here'), [])
})

test('a URL is given cluster-wide only', () => {
  const rule = '{verbs: [get], nonResourceURLs: ["/logs/*"]}'
  const cluster = policyOf(granting(rule, undefined, true))
  const holders = whoCanUse('get', '/logs/x', cluster.policy).holders
  assert.ok(holders.some(({ subject }) => subject.name === 'eve'))
  const { policy } = policyOf(`kind: ClusterRole
metadata: {name: r}
rules: [${rule}]
---
kind: RoleBinding
metadata: {name: b, namespace: here}
roleRef: {kind: ClusterRole, name: r}
subjects: [{kind: User, name: eve}]
`)
  const local = whoCanUse('get', '/logs/x', policy).holders
  assert.ok(!local.some(({ subject }) => subject.name === 'eve'))
})

test('subjects: defaults, and two that are the same', () => {
  const subjects =
    '{kind: ServiceAccount, name: app}, {kind: User, name: "system:serviceaccount:here:app"}, {kind: Group, name: app}, {kind: User, name: app}'
  const made = policyOf(granting(verbs('get'), subjects))
  assert.deepEqual(names(made, {}), ['Group app', 'ServiceAccount here/app', 'User app'])
  const { holders } = whoCan(SECRETS, made.policy)
  const account = holders.find(({ subject }) => subject.name === 'app' && subject.namespace)
  assert.equal(account?.paths.length, 2)
})

test('a role that is not there grants nothing, and is said', () => {
  const made = policyOf(
    granting(verbs('get')).replace('{kind: Role, name: r}', '{kind: Role, name: s}'),
  )
  assert.deepEqual(names(made, {}), [])
  assert.match(made.problems[0]?.message ?? '', /Role "s" is neither here nor built in/)
  assert.deepEqual(
    made.policy.unresolved.map(({ name }) => name),
    ['b'],
  )
})

test('objects that are there twice both count, and so does what is changed of Kubernetes', () => {
  const twice = policyOf(`${granting(verbs('list'))}---\n${granting(verbs('get'))}`)
  assert.deepEqual(names(twice, {}), ['User eve'])
  assert.equal(twice.problems.length, 2)
  const changed = policyOf(
    `kind: ClusterRole\nmetadata: {name: system:discovery}\nrules: [${verbs('get')}]\n`,
  )
  assert.deepEqual(names(changed, {}), ['Group system:authenticated'])
  assert.match(changed.problems[0]?.message ?? '', /one of Kubernetes itself/)
})

test('the answer does not depend on the order of the documents', () => {
  const parts = ['z', 'a', 'm'].map((name) =>
    granting(verbs('get'), `{kind: User, name: ${name}}`).replaceAll('here', `ns-${name}`),
  )
  const answerOf = (order: readonly string[]) => names(policyOf(order.join('---\n')), {})
  assert.deepEqual(answerOf(parts), ['User a', 'User m', 'User z'])
  assert.deepEqual(answerOf([...parts].reverse()), ['User a', 'User m', 'User z'])
})

test('all rules that allow it are named', () => {
  const { policy } = policyOf(granting(`${verbs('list')}, ${verbs('get')}, ${verbs('"*"')}`))
  const { holders } = whoCan(SECRETS, policy)
  const [path] = holders.find(({ subject }) => subject.name === 'eve')?.paths ?? []
  assert.deepEqual(
    path?.grants.map(({ rule }) => rule.index),
    [1, 2],
  )
  assert.deepEqual(linesOf(holders), [4, 4])
})
