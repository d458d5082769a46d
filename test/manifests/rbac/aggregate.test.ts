// Which rules an aggregated role really has, cycles and built-in roles included.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whoCan } from '../../../manifests/rbac/question.ts'
import { linesOf, names, policyOf, SECRETS } from '../../support/rbac.ts'

const READ = '{verbs: [get], apiGroups: [""], resources: [secrets]}'
const role = (name: string, labels: string, rest: string) =>
  `kind: ClusterRole\nmetadata: {name: ${name}, labels: {${labels}}}\n${rest}\n---\n`
const rules = (list: string) => `rules: [${list}]`
const selecting = (...selectors: string[]) =>
  `aggregationRule: {clusterRoleSelectors: [${selectors.join(', ')}]}`
const bind = (name: string) =>
  `kind: ClusterRoleBinding\nmetadata: {name: ${name}}\nroleRef: {kind: ClusterRole, name: ${name}}\nsubjects: [{kind: User, name: ${name}}]\n---\n`
const end = 'kind: Role\nmetadata: {name: end, namespace: here}\n'

const cases: readonly [name: string, text: string, expected: readonly string[]][] = [
  [
    'the rules of what matchLabels select',
    role('all', '', selecting('{matchLabels: {a: "1"}}')) +
      role('one', 'a: "1"', rules(READ)) +
      bind('all'),
    ['User all'],
  ],
  [
    'nothing of what they do not select',
    role('all', '', selecting('{matchLabels: {a: "1", b: "2"}}')) +
      role('one', 'a: "1"', rules(READ)) +
      bind('all'),
    [],
  ],
  [
    'matchExpressions too',
    role('in', '', selecting('{matchExpressions: [{key: a, operator: In, values: ["1", "2"]}]}')) +
      role(
        'except',
        '',
        selecting(
          '{matchExpressions: [{key: a, operator: NotIn, values: ["1"]}, {key: a, operator: Exists}]}',
        ),
      ) +
      role(
        'absent',
        '',
        selecting(
          '{matchExpressions: [{key: a, operator: DoesNotExist}, {key: c, operator: Exists}]}',
        ),
      ) +
      role('one', 'a: "1"', rules(READ)) +
      ['in', 'except', 'absent'].map(bind).join(''),
    ['User in'],
  ],
  [
    'not its own rules, which are replaced',
    role('all', 'a: "1"', `${selecting('{matchLabels: {a: "1"}}')}\n${rules(READ)}`) + bind('all'),
    [],
  ],
  [
    'through other aggregated roles',
    role('top', '', selecting('{matchLabels: {level: middle}}')) +
      role('middle', 'level: middle', selecting('{matchLabels: {level: low}}')) +
      role('low', 'level: low', rules(READ)) +
      bind('top'),
    ['User top'],
  ],
  [
    'in a cycle, all of it for all of it',
    role('first', 'of: second', selecting('{matchLabels: {of: first}}')) +
      role(
        'second',
        'of: first',
        selecting('{matchLabels: {of: second}}', '{matchLabels: {of: third}}'),
      ) +
      role('third', 'of: third', rules(READ)) +
      ['first', 'second'].map(bind).join(''),
    ['User first', 'User second'],
  ],
  [
    'in a cycle, rules that were written into one of it: they may go round for ever',
    role('first', 'of: second', `${selecting('{matchLabels: {of: first}}')}\n${rules(READ)}`) +
      role('second', 'of: first', selecting('{matchLabels: {of: second}}')) +
      bind('second'),
    ['User second'],
  ],
  [
    'a label of the manifests makes the built-in view a reader of Secrets',
    role('leak', 'rbac.authorization.k8s.io/aggregate-to-view: "true"', rules(READ)) + bind('view'),
    ['User view'],
  ],
  ['the built-in view is none', bind('view'), []],
  ['edit and admin are', bind('edit') + bind('admin'), ['User admin', 'User edit']],
]

for (const [name, text, expected] of cases) {
  test(name, () => {
    const made = policyOf(text + end)
    assert.deepEqual(made.problems, [])
    assert.deepEqual(names(made, {}), expected)
  })
}

test('the rule that is shown is the one that somebody wrote', () => {
  const { policy } = policyOf(
    role('all', '', selecting('{matchLabels: {a: "1"}}')) +
      role('one', 'a: "1"', rules(READ)) +
      bind('all') +
      end,
  )
  const { holders } = whoCan(SECRETS, policy)
  const mine = holders.filter(({ subject }) => subject.name === 'all')
  assert.deepEqual(linesOf(mine), [9])
  assert.equal(mine[0]?.paths[0]?.grants[0]?.source.name, 'one')
})

test('a chain of a thousand aggregated roles ends', () => {
  const chain = Array.from({ length: 1000 }, (_, index) =>
    role(`c${index}`, `n: "${index}"`, selecting(`{matchLabels: {n: "${index + 1}"}}`)),
  )
  const made = policyOf(
    `${chain.join('')}${role('last', 'n: "1000"', rules(READ))}${bind('c0')}${end}`,
  )
  assert.deepEqual(names(made, {}), ['User c0'])
})

test('what would take for ever is an error', () => {
  const everything = selecting(...Array(25).fill('{}'))
  const many = Array.from({ length: 1500 }, (_, index) => role(`c${index}`, '', everything))
  const made = policyOf(many.join('') + end)
  assert.deepEqual(
    made.problems.filter(({ severity }) => severity === 'error').map(({ message }) => message),
    ['the cluster roles select each other too often to be aggregated'],
  )
})
