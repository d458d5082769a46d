import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Store } from '../../cmp/dev-server/store.ts'
import { readStore } from '../../cmp/dev-server/store-file.ts'

function read(text: string): Store {
  const outcome = readStore(text, 'store.yaml')
  if ('problems' in outcome) assert.fail(outcome.problems.map(({ message }) => message).join('\n'))
  return outcome.value
}

function complaints(text: string): readonly string[] {
  const outcome = readStore(text, 'store.yaml')
  if (!('problems' in outcome)) return []
  return outcome.problems.map(({ at, message }) => `${at?.line}:${at?.column} ${message}`)
}

const secret = (text: string) =>
  `apps: { web: { environments: { Dev: { secrets: { /: ${text} } } } } }`

test('the short form is a value and nothing else', () => {
  const [first] = read(secret('{ KEY: fake }')).apps[0]?.environments[0]?.secrets ?? []
  assert.equal(first?.value.revealText(), 'fake')
  const { value: _, ...rest } = first ?? {}
  assert.deepEqual(rest, {
    path: '/',
    key: 'KEY',
    unencrypted: false,
    comment: '',
    tags: [],
    type: 'secret',
    lifecycle: 'static',
    override: undefined,
  })
})

test('the long form has every field', () => {
  const text = secret(
    `{ K: { value: a, comment: c, tags: [x, y], type: sealed, lifecycle: rotating, override: o } }`,
  )
  const [first] = read(text).apps[0]?.environments[0]?.secrets ?? []
  assert.deepEqual(
    [first?.comment, first?.tags, first?.type, first?.lifecycle, first?.override?.revealText()],
    ['c', ['x', 'y'], 'sealed', 'rotating', 'o'],
  )
})

test('a list of apps may hold one name twice', () => {
  const { apps } = read('apps: [{ name: web, environments: {} }, { name: web, environments: {} }]')
  assert.deepEqual(
    apps.map(({ name }) => name),
    ['web', 'web'],
  )
})

test('an alias stands for what it names', () => {
  const { apps } = read(
    'apps: { web: { environments: { A: &a { secrets: { /: { K: fake } } }, B: *a } } }',
  )
  assert.equal(apps[0]?.environments[1]?.secrets[0]?.value.revealText(), 'fake')
})

test("the demo's store is valid", () => {
  const { apps } = read(readFileSync('fixtures/repos/keyspace.store.yaml', 'utf8'))
  assert.deepEqual(
    apps.map(({ name, environments }) => [name, ...environments.map((one) => one.name)]),
    [['keyspace.cloud', 'Development', 'Staging', 'Production']],
  )
})

test('without tokens there is one that sees everything', () => {
  const { tokens } = read('apps: {}')
  assert.deepEqual(
    tokens.map(({ name, kind, sees }) => [name, kind, sees]),
    [['default', 'service', undefined]],
  )
})

const wrong: readonly (readonly [string, string, string])[] = [
  ['nothing', '', '1:1 the store must be a mapping'],
  ['no apps', 'organisation: a', '1:1 apps must be a mapping'],
  ['an unknown field', 'apps: {}\nsecret: 1', '2:1 unknown field in the store'],
  ['a number as value', secret('{ KEY: 0123 }'), '1:60 the value of KEY must be a string'],
  ['nothing as value', secret('{ KEY: }'), '1:60 the value of KEY must be a string'],
  ['a list as value', secret('{ KEY: [a] }'), '1:60 the value of KEY must be a string'],
  ['no value', secret('{ KEY: { comment: a } }'), '1:60 the value of KEY must be a string'],
  ['a key twice', secret('{ KEY: a, KEY: b }'), '1:63 not valid YAML: duplicate key'],
  [
    'a value that is not empty, unencrypted',
    secret('{ KEY: { value: a, unencrypted: true } }'),
    '1:85 only an empty value can be unencrypted: KEY',
  ],
  [
    'an unknown type',
    secret('{ KEY: { value: a, type: other } }'),
    '1:78 type of KEY must be one of secret, sealed, config',
  ],
  [
    'a path that is not normal',
    'apps: { web: { environments: { Dev: { secrets: { /a/: {} } } } } }',
    '1:50 a path starts with a slash, and has none at its end or doubled',
  ],
  [
    'an id that is none',
    'apps: { web: { id: web, environments: {} } }',
    '1:20 id must be a UUID in lower case',
  ],
  [
    'a token that sees what is not there',
    'apps: {}\ntokens: [{ name: a, sees: [web/Dev] }]',
    '2:28 token a sees an app or environment that the store does not have',
  ],
  [
    'two tokens of one name',
    'apps: {}\ntokens: [{ name: a }, { name: a }]',
    '2:23 two tokens are called a',
  ],
  ['a fault without effect', 'apps: {}\nfaults: [{ times: 1 }]', '2:10 a fault needs an effect'],
  [
    'a parameter of another effect',
    'apps: {}\nfaults: [{ effect: drop, status: 500 }]',
    '2:34 effect drop takes no status',
  ],
  [
    'a status that is no failure',
    'apps: {}\nfaults: [{ effect: status, status: 200 }]',
    '2:36 status must be a whole number from 400 to 599',
  ],
  ['a tag of its own', 'apps: !mine {}', '1:7 not valid YAML: tag resolve failed'],
  ['two documents', 'apps: {}\n---\napps: {}', '2:1 not valid YAML: multiple docs'],
]
for (const [name, text, want] of wrong)
  test(`refused: ${name}`, () => {
    assert.ok(complaints(text).includes(want), complaints(text).join('\n'))
  })

test('one id for two things is refused', () => {
  const id = '11111111-1111-4111-8111-111111111111'
  const text = `apps: { a: { id: ${id}, environments: {} }, b: { id: ${id}, environments: {} } }`
  assert.match(complaints(text).join(), /id is used twice/)
})

test('all complaints come at once', () => {
  assert.equal(complaints(secret('{ A: 1, B: 2, C: { value: x, typo: y } }')).length, 3)
})

test('no message quotes a value or a broken file', () => {
  const marker = 'fake-do-not-print'
  const hostile = fc.constantFrom(
    secret(`{ KEY: { value: ${marker}, typo: ${marker} } }`),
    secret(`{ KEY: [${marker}] }`),
    secret(`{ KEY: { value: ${marker}, unencrypted: true, type: ${marker} } }`),
    `apps: ${marker}`,
    `apps: "${marker}`,
    `${marker}: *${marker}`,
    `tokens: [{ name: a, kind: ${marker}, sees: [${marker}] }]`,
    `faults: [{ effect: ${marker} }]`,
  )
  fc.assert(
    fc.property(hostile, fc.nat(90), fc.constantFrom('', '\t', '{', '"', ': ', '\n  - '), cutAt),
  )
  function cutAt(text: string, at: number, noise: string): void {
    const outcome = readStore(text.slice(0, at) + noise + text.slice(at), 'store.yaml')
    assert.ok(!JSON.stringify('problems' in outcome && outcome.problems).includes('do-not-print'))
  }
})
