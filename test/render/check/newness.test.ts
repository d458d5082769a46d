// Whether a change is a new finding: what a pull request adds must not hide behind what was there before.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RULES } from '../../../render/check/catalogue.ts'
import { check } from '../../../render/check/check.ts'
import { factsOf } from '../../support/check.ts'

const secret = (name: string) => `---
apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: ${name}, namespace: keyspace}
spec:
  phaseApp: shop
  phaseAppEnv: production
  managedSecretReferences: [{secretName: ${name}}]
`
const role = (rule: string) => `---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: keyspace}
rules: [{apiGroups: [''], resources: [secrets], ${rule}}]
`
const binding = (...users: readonly string[]) => `---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: keyspace}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [${users.map((name) => `{kind: User, name: "${name}"}`).join(', ')}]
`
const SIX = ['a', 'b', 'c', 'd', 'e', 'f']
const DB = secret('db')
const READS = role('verbs: [get]')
const LONG = 'x'.repeat(300)

const cases: readonly (readonly [
  name: string,
  rule: string,
  base: string,
  head: string,
  isNew: boolean,
])[] = [
  ['the same', 'RB001', DB + READS + binding(...SIX), DB + READS + binding(...SIX), false],
  [
    'a subject behind "others"',
    'RB001',
    DB + READS + binding(...SIX),
    DB + READS + binding(...SIX, 'zoe'),
    true,
  ],
  [
    'a subject whose name is cut where it differs',
    'RB001',
    DB + READS + binding(`${LONG}a`),
    DB + READS + binding(`${LONG}b`),
    true,
  ],
  [
    'a subject of a role that is not there',
    'RB013',
    DB + binding('a'),
    DB + binding('a', 'b'),
    true,
  ],
  [
    'one more guarded Secret in the reach of a rule',
    'RB006',
    DB + secret('mail') + role('verbs: [update], resourceNames: [db]') + binding('a'),
    DB + secret('mail') + role('verbs: [update], resourceNames: [db, mail]') + binding('a'),
    true,
  ],
  [
    'a Secret that is new itself',
    'RB001',
    DB + READS + binding('a'),
    DB + secret('mail') + READS + binding('a'),
    false,
  ],
]
for (const [name, id, base, head, isNew] of cases) {
  test(`${name} is ${isNew ? '' : 'not '}new`, () => {
    const { findings } = check({
      label: 'head',
      head: factsOf(head),
      base: { label: 'base', facts: factsOf(base) },
      rules: RULES,
      decisions: {
        severityOf: (rule, found) => found.severity ?? rule.severity,
        exemptionFor: () => undefined,
      },
    })
    const found = findings.filter(({ rule }) => rule.id === id)
    assert.equal(found.length, 1)
    assert.equal(found[0]?.isNew, isNew)
  })
}

test('a role that is not there is an error where Secrets are guarded, a warning elsewhere', () => {
  const levels = [DB + binding('a'), binding('a')].map(
    (text) =>
      check({
        label: 'head',
        head: factsOf(text),
        rules: RULES,
        decisions: {
          severityOf: (rule, found) => found.severity ?? rule.severity,
          exemptionFor: () => undefined,
        },
      }).findings.find(({ rule }) => rule.id === 'RB013')?.level,
  )
  assert.deepEqual(levels, ['error', 'warning'])
})
