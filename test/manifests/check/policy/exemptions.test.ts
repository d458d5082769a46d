// Which exemptions hold on a day, which findings they cover, and what is said of the others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Subjected } from '../../../../manifests/check/policy/model.ts'
import { merged } from '../../../support/check-policies.ts'
import { ruleOf } from '../../../support/check-rules.ts'

const ROLE = { kind: 'Role', namespace: 'keyspace', name: 'deployer' }
const SUBJECT = { kind: 'ServiceAccount', namespace: 'ci', name: 'deployer' } as const
const EVIL = { kind: 'User', name: 'evil' } as const
const PROD = { namespace: 'keyspace', name: 'prod' }
const OTHER = { namespace: 'keyspace', name: 'other' }
const FOUND: Subjected = { object: ROLE, subject: SUBJECT, secrets: [PROD] }

const NARROW =
  'object: Role/keyspace/deployer, subject: ServiceAccount/ci/deployer, secret: keyspace/prod'

const OBJECT = 'object: Role/keyspace/deployer'

/** A list with one exemption, at line 2 and column 14. */
function exempt(narrowing: string, expires = '2027-06-01', rules = 'RB030'): string {
  const more = narrowing === '' ? '' : `${narrowing}, `
  return `exemptions: [{${more}rules: [${rules}], reason: it is known, expires: ${expires}}]`
}

const coverage: readonly (readonly [
  name: string,
  narrowing: string,
  found: Subjected,
  isCovered: boolean,
])[] = [
  ['all that it names', NARROW, FOUND, true],
  ['another object', NARROW, { ...FOUND, object: { ...ROLE, name: 'other' } }, false],
  ['another kind', NARROW, { ...FOUND, object: { ...ROLE, kind: 'RoleBinding' } }, false],
  ['another namespace', NARROW, { ...FOUND, object: { ...ROLE, namespace: 'a' } }, false],
  ['an open namespace', NARROW, { ...FOUND, object: { ...ROLE, namespace: undefined } }, false],
  ['no object', NARROW, { ...FOUND, object: undefined }, false],
  ['no subject', NARROW, { ...FOUND, subject: undefined }, false],
  ['no Secret', NARROW, { ...FOUND, secrets: undefined }, false],
  ['an empty list of Secrets', NARROW, { ...FOUND, secrets: [] }, false],
  ['another Secret', NARROW, { ...FOUND, secrets: [OTHER] }, false],
  ['one more Secret', NARROW, { ...FOUND, secrets: [PROD, OTHER] }, false],
  ['one Secret twice', NARROW, { ...FOUND, secrets: [PROD, PROD] }, true],
  [
    'the subject by its username',
    NARROW,
    { ...FOUND, subject: { kind: 'User', name: 'system:serviceaccount:ci:deployer' } },
    true,
  ],
  ['the username of another', 'subject: User/ci', FOUND, false],
  ['a group by its name', 'subject: Group/a/b', { subject: { kind: 'Group', name: 'a/b' } }, true],
  ['a user called as a group', 'subject: Group/a', { subject: { kind: 'User', name: 'a' } }, false],
  ['one of two subjects', NARROW, { ...FOUND, subjects: [SUBJECT, EVIL] }, false],
  ['one of two subjects, the other first', NARROW, { ...FOUND, subjects: [EVIL, SUBJECT] }, false],
  ['the only one of its subjects', NARROW, { ...FOUND, subjects: [SUBJECT] }, true],
  ['an object alone, of two subjects', OBJECT, { ...FOUND, subjects: [SUBJECT, EVIL] }, true],
  ['an object alone', 'object: Role/keyspace/deployer', FOUND, true],
  ['nothing narrowed', '', FOUND, true],
  ['nothing narrowed, nothing found', '', {}, true],
  ['an open Secret', 'secret: prod', { secrets: [{ name: 'prod' }] }, true],
  ['an open Secret for a named one', 'secret: prod', FOUND, false],
]
for (const [name, narrowing, found, isCovered] of coverage) {
  test(`covered: ${name} ${isCovered}`, () => {
    const { policy } = merged(exempt(narrowing), undefined)
    const exemption = policy.exemptionFor(ruleOf('RB030'), found)
    const at = { file: 'policy.yaml', line: 2, column: 14 }
    const wanted = { reason: 'it is known', expires: '2027-06-01', at }
    assert.deepEqual(exemption, isCovered ? wanted : undefined)
    assert.equal(policy.exemptionFor(ruleOf('RB031'), found), undefined)
  })
}

test('a finding about two Secrets needs both, and counts again when the first ends', () => {
  const two = `exemptions:
  - { rules: [can-create-workloads], secret: keyspace/prod, reason: a, expires: 2027-06-01 }
  - { rules: [RB030], secret: keyspace/other, reason: b, expires: 2027-05-01 }
`
  const both = { ...FOUND, secrets: [PROD, OTHER] }
  const { policy } = merged(two, undefined)
  assert.equal(policy.exemptionFor(ruleOf('RB030'), both)?.reason, 'b')
  const three = { ...both, secrets: [PROD, OTHER, { namespace: 'keyspace', name: 'third' }] }
  assert.equal(policy.exemptionFor(ruleOf('RB030'), three), undefined)
  const later = merged(two, undefined, '2027-05-02').policy
  assert.equal(later.exemptionFor(ruleOf('RB030'), both), undefined)
})

const days: readonly (readonly [today: string, expires: string, holds: boolean, said?: RegExp])[] =
  [
    ['2027-01-01', '2027-06-01', true],
    ['2027-01-01', '2027-01-16', true],
    [
      '2027-01-01',
      '2027-01-15',
      true,
      /^notice input policy.yaml:2: the exemption ends in 14 days/,
    ],
    ['2027-02-28', '2027-03-01', true, /^notice .* ends tomorrow/],
    ['2027-01-31', '2027-01-31', true, /^notice .* ends today/],
    [
      '2027-02-01',
      '2027-01-31',
      false,
      /^warning input policy.yaml:2: the exemption ended on 2027/,
    ],
    ['2027-01-01', '1999-12-31', false, /^warning .* the exemption ended on 1999-12-31/],
    ['2027-01-01', '9999-12-31', true],
  ]
for (const [today, expires, holds, wanted] of days) {
  test(`on ${today}, an exemption until ${expires}: ${holds}`, () => {
    const { policy, said } = merged(exempt(NARROW, expires), undefined, today)
    assert.equal(policy.exemptionFor(ruleOf('RB030'), FOUND) !== undefined, holds)
    assert.equal(said.length, wanted === undefined ? 0 : 1, said.join('\n'))
    if (wanted !== undefined) assert.match(said[0] ?? '', wanted)
  })
}

const bounds: Record<
  string,
  readonly [repository: string, platform: string, holds: boolean, ...said: RegExp[]]
> = {
  'as long as may be': [exempt(NARROW, '2027-04-01'), 'exemptions: {longest: 90d}', true],
  'a day longer': [
    exempt(NARROW, '2027-04-02'),
    'exemptions: {longest: 90d}',
    false,
    /^error input policy.yaml:2: the exemption lasts 91 days: the platform allows 90 from today \| let it end by 2027-04-01$/,
  ],
  'none at all': [
    exempt(NARROW),
    'exemptions: {allowed: false}',
    false,
    /^error input policy.yaml:2: the platform allows no exemptions \| check.exemptions.allowed/,
  ],
  'allowed, in so many words': [exempt(NARROW), 'exemptions: {allowed: true}', true],
  'an enforced rule': [
    exempt(NARROW),
    'enforced: [RB030]',
    false,
    /^error input policy.yaml:2: RB030 \(can-create-workloads\) has no exemptions: the platform enforces it \| check.enforced names RB030/,
  ],
  'an enforced chapter, the rule by its name': [
    exempt(NARROW, '2027-06-01', 'can-create-workloads'),
    'enforced: [escalation]',
    false,
    /has no exemptions: the platform enforces it \| check.enforced names escalation/,
  ],
  'one enforced rule of two': [
    exempt(NARROW, '2027-06-01', 'RB031, RB030'),
    'enforced: [RB031]',
    true,
    /^error input policy.yaml:2: RB031 \(can-exec\) has no exemptions/,
  ],
  'everything of an enforced rule': [
    exempt(''),
    'enforced: [RB030]',
    false,
    /^error .* has no exemptions/,
  ],
  'everything of a rule': [
    exempt(''),
    'failOn: error',
    true,
    /^notice input policy.yaml:2: the exemption covers everything of RB030 \(can-create-workloads\) \| narrow it/,
  ],
  'readers whom the platform lists': [
    exempt(NARROW, '2027-06-01', 'reader-not-allowed'),
    'readers: [{secrets: [keyspace/prod], subjects: []}]',
    false,
    /^error .* RB019 \(reader-not-allowed\) has no exemptions.* \| check.readers says who may read/,
  ],
  'a rule that is none, and one that is': [
    exempt(NARROW, '2027-06-01', 'RB030, RB300'),
    'failOn: error',
    true,
    /^error .* RB300 is no rule \| did you mean/,
  ],
}
for (const [name, [repository, platform, holds, ...wanted]] of Object.entries(bounds)) {
  test(`bounded: ${name}`, () => {
    const { policy, said } = merged(repository, platform)
    assert.equal(policy.exemptionFor(ruleOf('RB030'), FOUND) !== undefined, holds)
    assert.equal(policy.exemptionFor(ruleOf('RB031'), FOUND), undefined)
    assert.equal(said.length, wanted.length, said.join('\n'))
    for (const [index, each] of wanted.entries()) assert.match(said[index] ?? '', each)
  })
}

test('what matched nothing is said after the run', () => {
  const { policy } = merged(
    `exemptions:
  - { rules: [RB030], subject: Group/a, reason: used, expires: 2027-06-01 }
  - { rules: [RB030], subject: Group/a, reason: used by its side, expires: 2027-07-01 }
  - { rules: [RB031], subject: Group/a, reason: for another rule, expires: 2027-06-01 }
  - { rules: [RB031], subject: Group/a, reason: ended, expires: 2026-12-31 }
readers:
  - { secrets: [keyspace/prod, keyspace/porod], subjects: [] }
  - { secrets: [a/open], subjects: [] }
`,
    undefined,
  )
  const finding = {
    ...FOUND,
    subject: { kind: 'Group', name: 'a' } as const,
    rule: ruleOf('RB030'),
  }
  const said = policy.unmatched([{ finding }], [PROD, OTHER, { name: 'open' }])
  assert.deepEqual(
    said.map(({ severity, fault, at, message }) => [severity, fault, at?.line, message]),
    [
      ['notice', 'input', 5, 'the exemption matches no finding'],
      ['notice', 'input', 8, 'readers of keyspace/porod, which is not among the guarded Secrets'],
    ],
  )
})
