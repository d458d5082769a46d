// The schema for editors and the reader know the same fields and take the same texts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import schema from '../../../../cmp/check/policy/phase-check.schema.json' with { type: 'json' }
import { readCheckPolicy } from '../../../../cmp/check/policy/read.ts'
import configuration from '../../../../cmp/config/configuration.schema.json' with { type: 'json' }
import { readConfiguration } from '../../../../cmp/config/read-configuration.ts'
import { LEVELS, SEVERITIES } from '../../../../manifests/check/model.ts'

const { properties, $defs } = schema

/** A file around one of its maps in flow style, and the fields that the schema gives that map. */
const maps: Record<
  string,
  readonly [
    around: (map: string) => string,
    fields: object,
    required: readonly string[],
    others: Readonly<Record<string, string>>,
  ]
> = {
  root: [(map) => map, properties, schema.required, { version: '1' }],
  exemption: [
    (map) => `{version: 1, exemptions: [${map}]}`,
    $defs.exemption.properties,
    $defs.exemption.required,
    { rules: '[RB001]', reason: 'it is', expires: '2027-01-31' },
  ],
  readers: [
    (map) => `{version: 1, readers: [${map}]}`,
    $defs.readers.items.properties,
    $defs.readers.items.required,
    { secrets: '[a/b]', subjects: '[]' },
  ],
}

function problemsOf(text: string): { message: string; hint: string }[] {
  const outcome = readCheckPolicy(Buffer.from(text), 'policy.yaml')
  const problems = 'problems' in outcome ? outcome.problems : []
  return problems.map(({ message, hint = '' }) => ({ message, hint }))
}

for (const [name, [around, fields, required, others]] of Object.entries(maps)) {
  test(`${name}: the reader knows every field of the schema, and the schema every field it reads`, () => {
    const map = Object.keys(fields).map((field) => `${field}: 7`)
    const unknown = problemsOf(around(`{${map.join(', ')}}`)).map(({ message }) => message)
    assert.deepEqual(
      unknown.filter((message) => message.startsWith('unknown field')),
      [],
    )
    const [{ hint } = { hint: '' }] = problemsOf(around('{qqqqqqqqqqqq: 7}'))
    const known = hint.replace('known here: ', '').split(', ')
    assert.deepEqual(known.sort(), Object.keys(fields).sort())
  })

  test(`${name}: what the schema requires, the reader misses, and nothing else`, () => {
    assert.deepEqual(Object.keys(others).sort(), [...required].sort())
    const write = (entries: [string, string][]) =>
      around(`{${entries.map(([field, value]) => `${field}: ${value}`).join(', ')}}`)
    assert.deepEqual(problemsOf(write(Object.entries(others))), [])
    for (const field of required) {
      const without = Object.entries(others).filter(([each]) => each !== field)
      assert.equal(problemsOf(write(without)).length, 1, field)
    }
  })
}

test('levels and severities are those that there are', () => {
  assert.deepEqual(properties.failOn.enum, LEVELS)
  assert.deepEqual($defs.ruleSeverity.enum, [...SEVERITIES, 'off', false])
  assert.deepEqual(configuration.$defs.check.properties.failOn.enum, LEVELS)
  assert.deepEqual(configuration.$defs.ruleSeverity, $defs.ruleSeverity)
})

const inRepository = (text: string) => readCheckPolicy(Buffer.from(`version: 1\n${text}`), 'p.yaml')
const inPlatform = (text: string) =>
  readConfiguration(Buffer.from(`version: 1\npolicies: []\ncheck: {${text}}`), 'c.yaml')

const exempt = (field: string) => (text: string) =>
  inRepository(`exemptions: [{rules: [a], reason: b, expires: 2027-01-31, ${field}: "${text}"}]`)
const theirs = configuration.$defs
const { object, expires } = $defs.exemption.properties

const patterns: Record<
  string,
  readonly [
    pattern: string,
    read: (text: string) => object,
    good: readonly string[],
    bad: readonly string[],
  ]
> = {
  object: [
    object.pattern,
    exempt('object'),
    ['Role/a/b', 'ClusterRole/system:x', 'Namespace/a'],
    ['a/b', 'Role', 'Role/', 'Role/a/*', 'Role/a/b/c', 'Role/a b', ''],
  ],
  expires: [
    expires.pattern,
    (text) => inRepository(`exemptions: [{rules: [a], reason: b, expires: "${text}"}]`),
    ['2027-01-31'],
    ['2027-1-31', '2027-01-31T00:00:00Z', ''],
  ],
  subject: [
    $defs.subject.pattern,
    exempt('subject'),
    ['User/a/b', 'Group/system:x', 'ServiceAccount/a/b', 'ServiceAccount/b.c'],
    ['User', 'User/', 'Group/*', 'ServiceAccount/A/b', 'ServiceAccount/a/b/c', 'Pod/a/b', ''],
  ],
  secret: [
    $defs.secret.pattern,
    exempt('secret'),
    ['a/b.c', 'b'],
    ['a/*', '/b', 'a/b/c', 'A/b', ''],
  ],
  managedSecrets: [
    $defs.managedSecrets.items.pattern,
    (text) => inRepository(`managedSecrets: ["${text}"]`),
    ['a/b', 'b', 'a/*'],
    ['*', '*/*', 'a/b*', 'a/b/*', '/*', ''],
  ],
  'subjects of the platform': [
    theirs.subject.pattern,
    (text) => inPlatform(`trusted: ["${text}"]`),
    ['User/a/b', 'Group/system:x', 'ServiceAccount/a/b'],
    ['ServiceAccount/b', 'Group/*', ''],
  ],
  'Secrets of the platform': [
    theirs.secret.pattern,
    (text) => inPlatform(`readers: [{secrets: ["${text}"], subjects: []}]`),
    ['a/b'],
    ['b', 'a/*', ''],
  ],
  'managed Secrets of the platform': [
    theirs.managedSecrets.items.pattern,
    (text) => inPlatform(`managedSecrets: ["${text}"]`),
    ['a/b', 'a/*'],
    ['b', '*', ''],
  ],
  'the longest exemption': [
    theirs.check.properties.exemptions.properties.longest.pattern,
    (text) => inPlatform(`exemptions: {longest: "${text}"}`),
    ['1d', '90d', '9999d'],
    ['0d', '90', '12h', '-1d', '10000d', ''],
  ],
}
for (const [name, [pattern, read, good, bad]] of Object.entries(patterns)) {
  test(`${name}: schema and reader take the same texts`, () => {
    const expression = new RegExp(pattern, 'u')
    for (const text of [...good, ...bad]) {
      const isGood = good.includes(text)
      assert.equal('value' in read(text), isGood, `the reader: ${text}`)
      assert.equal(expression.test(text), isGood, `the schema: ${text}`)
    }
  })
}
