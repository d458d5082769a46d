// The text of a `.phase-check.yaml`: what it says, and what is wrong with it and where.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCheckPolicy } from '../../../../cmp/check/policy/read.ts'
import type { RepositoryPolicy } from '../../../../manifests/check/policy/model.ts'
import { POLICY_FILE } from '../../../../manifests/check/policy/model.ts'

function read(text: string): RepositoryPolicy {
  const outcome = readCheckPolicy(Buffer.from(text), POLICY_FILE)
  assert.ok('value' in outcome, JSON.stringify(outcome))
  return outcome.value
}

/** `line:column: message` of each problem. */
function faultsOf(text: string): string[] {
  const outcome = readCheckPolicy(Buffer.from(text), POLICY_FILE)
  assert.ok('problems' in outcome, 'it is refused')
  return outcome.problems.map(({ severity, fault, at, message, object }) => {
    assert.deepEqual(
      [severity, fault, at?.file, object],
      ['error', 'input', POLICY_FILE, undefined],
    )
    assert.doesNotMatch(message, /\n/)
    return `${at?.line}:${at?.column}: ${message}`
  })
}

const at = (line: number, column: number) => ({ file: POLICY_FILE, line, column })

const FULL = `version: 1
failOn: warning
severity:
  RB005: low
  grant-not-needed: off
exemptions:
  - rules: [RB030, RB031]
    object: Role/keyspace/deployer
    subject: User/system:serviceaccount:ci:deployer
    secret: keyspace/keyspace-cloud-prod-secret
    reason: >
      the deployer creates pods
      until the migration is done
    expires: 2027-01-31
  - rules:
      - RB001
    object: ClusterRole/system:reader
    subject: Group/oidc:https://id.example/a/b
    secret: open
    reason: "it is known"
    expires: "2028-02-29"
readers:
  - secrets: [keyspace/prod]
    subjects: [ServiceAccount/keyspace/app, ServiceAccount/app, User/ann@example.com]
  - { secrets: [keyspace/none], subjects: [] }
managedSecrets: [keyspace/other, "keyspace/*", open]
`

test('everything a file can say', () => {
  assert.deepEqual(read(FULL), {
    failOn: { level: 'warning', at: at(2, 1) },
    severity: [
      { rule: { text: 'RB005', at: at(4, 3) }, severity: 'low' },
      { rule: { text: 'grant-not-needed', at: at(5, 3) }, severity: 'off' },
    ],
    exemptions: [
      {
        at: at(7, 5),
        rules: [
          { text: 'RB030', at: at(7, 13) },
          { text: 'RB031', at: at(7, 20) },
        ],
        object: { kind: 'Role', namespace: 'keyspace', name: 'deployer' },
        subject: { kind: 'ServiceAccount', namespace: 'ci', name: 'deployer' },
        secret: { namespace: 'keyspace', name: 'keyspace-cloud-prod-secret' },
        reason: 'the deployer creates pods until the migration is done',
        expires: '2027-01-31',
      },
      {
        at: at(15, 5),
        rules: [{ text: 'RB001', at: at(16, 9) }],
        object: { kind: 'ClusterRole', namespace: undefined, name: 'system:reader' },
        subject: { kind: 'Group', namespace: undefined, name: 'oidc:https://id.example/a/b' },
        secret: { namespace: undefined, name: 'open' },
        reason: 'it is known',
        expires: '2028-02-29',
      },
    ],
    readers: [
      {
        at: at(23, 5),
        secrets: [{ namespace: 'keyspace', name: 'prod', at: at(23, 15) }],
        subjects: [
          { kind: 'ServiceAccount', namespace: 'keyspace', name: 'app', at: at(24, 16) },
          { kind: 'ServiceAccount', namespace: undefined, name: 'app', at: at(24, 45) },
          { kind: 'User', name: 'ann@example.com', at: at(24, 65) },
        ],
      },
      {
        at: at(25, 5),
        secrets: [{ namespace: 'keyspace', name: 'none', at: at(25, 17) }],
        subjects: [],
      },
    ],
    managedSecrets: [
      { namespace: 'keyspace', name: 'other', at: at(26, 18) },
      { namespace: 'keyspace', at: at(26, 34) },
      { namespace: undefined, name: 'open', at: at(26, 48) },
    ],
  })
})

test('a file that asks for nothing', () => {
  const nothing = { failOn: undefined, severity: [], exemptions: [], readers: [] }
  assert.deepEqual(read('version: 1\n'), { ...nothing, managedSecrets: [] })
})

const V = 'version: 1\n'
const GOOD: Readonly<Record<string, string>> = {
  rules: '[RB030]',
  reason: 'it is known',
  expires: '2027-01-31',
}
/** One exemption in flow style, on line 2. */
const exempt = (fields: Readonly<Record<string, string | undefined>>) => {
  const all = Object.entries({ ...GOOD, ...fields }).filter(([, value]) => value !== undefined)
  return `${V}exemptions: [{${all.map(([name, value]) => `${name}: ${value}`).join(', ')}}]\n`
}

const faults: Record<string, readonly [text: string, ...faults: RegExp[]]> = {
  nothing: ['', /^1:1: the policy is not a mapping$/],
  'a list': ['- a\n', /^1:1: the policy is not a mapping$/],
  'broken YAML': ['a: [', /^2:1: not valid YAML/],
  'a second document': [`${V}---\nfailOn: error\n`, /^3:1: the policy holds a second document$/],
  'a key twice': [`${V}failOn: note\nfailOn: error\n`, /^3:1: not valid YAML: this key is already/],
  'no version': ['failOn: note\n', /^1:1: version is not 1$/],
  'a version as text': ['version: "1"\n', /^1:1: version is a string, not an integer$/, /not 1$/],
  'an unknown field': [`${V}exemption: []\n`, /^2:1: unknown field exemption$/],
  'fields that are the platform’s': [
    `${V}enforced: []\ntrusted: []\n`,
    /^2:1: unknown field enforced$/,
    /^3:1: unknown field trusted$/,
  ],
  'a level that is none': [`${V}failOn: high\n`, /^2:1: failOn is none of error, warning, note$/],
  'a severity that is none': [
    `${V}severity:\n  RB001: none\n`,
    /^3:3: severity.RB001 is none of critical, high, medium, low, info, off$/,
  ],
  'a severity that is true': [
    `${V}severity: {RB001: on}\n`,
    /^2:12: severity.RB001 is a boolean, not a string$/,
  ],
  'an exemption that is a text': [
    `${V}exemptions: [RB001]\n`,
    /^2:14: exemptions\[0\] is a string, not a mapping$/,
  ],
  'an unknown field of an exemption': [
    exempt({ subjects: 'User/a' }),
    /^2:73: unknown field exemptions\[0\]\.subjects$/,
  ],
  'nothing of what an exemption needs': [
    `${V}exemptions:\n  - object: Role/a/b\n`,
    /^3:5: exemptions\[0\]\.rules is missing or empty$/,
    /^3:5: exemptions\[0\]\.reason is missing$/,
    /^3:5: exemptions\[0\]\.expires is missing$/,
  ],
  'no rules': [exempt({ rules: '[]' }), /rules is missing or empty$/],
  'a rule that is a number': [exempt({ rules: '[30]' }), /rules\[0\] is a number, not a string$/],
  'a reason of blanks': [exempt({ reason: '" \\t "' }), /reason says nothing$/],
  'a reason that cannot be seen': [exempt({ reason: '"\\u200b\\u2060"' }), /reason says nothing$/],
  'a reason of a dash': [exempt({ reason: '"-"' }), /reason says nothing$/],
  'a reason that is an escape': [exempt({ reason: '"a\\e[2J"' }), /has control characters$/],
  'a reason that runs backwards': [exempt({ reason: '"a\\u202eb"' }), /has control characters$/],
  'a long reason': [exempt({ reason: 'a'.repeat(501) }), /is longer than 500 characters$/],
  'no such day': [exempt({ expires: '2027-02-30' }), /is not a day of the calendar as YYYY-MM-DD$/],
  'no leap year': [exempt({ expires: '2027-02-29' }), /is not a day of the calendar/],
  'a day with a time': [exempt({ expires: '2027-01-31T00:00:00Z' }), /is not a day of the cal/],
  'a short day': [exempt({ expires: '2027-1-31' }), /is not a day of the calendar/],
  'a day that is a number': [exempt({ expires: '20270131' }), /is a number, not a string$/],
  'a day that is a list': [exempt({ expires: '[2027-01-31]' }), /is a list, not a string$/],
  'an object that is a pattern': [exempt({ object: 'Role/a/*' }), /object is a pattern/],
  'an object without a kind': [exempt({ object: 'deployer' }), /object is not Kind\/namespace/],
  'an object of too many parts': [exempt({ object: 'Role/a/b/c' }), /object is not Kind\/name/],
  'an object that is empty': [exempt({ object: '""' }), /object is not Kind\/namespace\/name/],
  'a subject that is a pattern': [exempt({ subject: '"Group/*"' }), /subject is a pattern/],
  'a subject of another kind': [exempt({ subject: 'Pod/a/b' }), /subject is not User\/name/],
  'a subject without a name': [exempt({ subject: 'User/' }), /subject has an empty name$/],
  'a namespace that is none': [
    exempt({ subject: 'ServiceAccount/A_b/c' }),
    /subject has a namespace that is not a namespace/,
  ],
  'a Secret that is a pattern': [exempt({ secret: '"keyspace/*"' }), /secret is a pattern/],
  'a Secret of too many parts': [exempt({ secret: 'a/b/c' }), /secret is not namespace\/name$/],
  'narrowed by nothing': [exempt({ object: '' }), /^2:73: a field or an entry without a value$/],
  'an alias': [`${V}severity: &a {}\nexemptions: [*a]\n`, /^3:14: an alias$/],
  'a merge of an alias': [`${V}severity:\n  <<: &a {RB001: off}\n  b: *a\n`, /^4:6: an alias$/],
  'readers of nothing': [
    `${V}readers: [{secrets: [], subjects: []}]\n`,
    /^2:12: readers\[0\]\.secrets is missing or empty$/,
  ],
  'readers that are not said': [
    `${V}readers: [{secrets: [a/b]}]\n`,
    /^2:11: readers\[0\]\.subjects is missing$/,
  ],
  'readers of all of a namespace': [
    `${V}readers: [{secrets: ["a/*"], subjects: []}]\n`,
    /^2:22: readers\[0\]\.secrets\[0\] is a pattern/,
  ],
  'every Secret': [`${V}managedSecrets: ["*/*"]\n`, /^2:18: managedSecrets\[0\] is a pattern/],
  'an item that is null': [`${V}managedSecrets: [a/b, ~]\n`, /^2:23: a field or an entry without/],
}
for (const [name, [text, ...wanted]] of Object.entries(faults)) {
  test(`refused: ${name}`, () => {
    const found = faultsOf(text)
    assert.equal(found.length, wanted.length, found.join('\n'))
    for (const [index, each] of wanted.entries()) assert.match(found[index] ?? '', each)
  })
}

test('a field that was meant', () => {
  const outcome = readCheckPolicy(Buffer.from(exempt({ subjects: 'User/a' })), POLICY_FILE)
  assert.ok('problems' in outcome)
  assert.equal(outcome.problems[0]?.hint, 'did you mean subject?')
})
