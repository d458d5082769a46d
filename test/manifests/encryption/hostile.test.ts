// What an attacker puts into a repository: refused or passed over in bounded time, and never quoted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEncryptionConfiguration } from '../../../manifests/encryption/read.ts'
import { shownIdentifier } from '../../../manifests/encryption/shown.ts'
import { factsOf, findingsOf, formsOf, newKey } from '../../support/encryption.ts'

const HEAD = 'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n'
const KEY = newKey()

const bomb = (levels: number) =>
  Array.from({ length: levels }, (_, level) => {
    const before =
      level === 0
        ? 'x'
        : Array(9)
            .fill(`*a${level - 1}`)
            .join(', ')
    return `  - &a${level} [${before}]`
  }).join('\n')

const texts: readonly (readonly [name: string, text: string | Buffer, said: RegExp])[] = [
  ['an alias bomb', `${HEAD}resources:\n${bomb(12)}\n`, /alias|more in it|mapping/],
  [
    'aliases that stay below the limit of uses',
    `${HEAD}resources:\n  - &e {resources: [secrets], providers: &p [${'{identity: {}}, '.repeat(900)}]}\n${'  - *e\n'.repeat(900)}`,
    /more in it than any configuration has/,
  ],
  [
    'a map that merges itself',
    `${HEAD}resources: &r\n  - &m\n    <<: *m\n`,
    /alias|merge|more in it/,
  ],
  ['10 MB', Buffer.alloc(10 * 1024 * 1024, `${HEAD}resources: []\n`), /larger than 1 MiB/],
  ['binary', Buffer.from([0, 1, 2, 0xff, 0xfe, 0x80]), /not UTF-8|not valid/],
  ['UTF-16', Buffer.from(`\ufeff${HEAD}`, 'utf16le'), /not UTF-8/],
  ['deep nesting', `${HEAD}resources: ${'['.repeat(100_000)}\n`, /not valid YAML|JSON|nesting/],
  [
    '__proto__',
    `${HEAD}__proto__: {resources: []}\nresources:\n  - resources: [secrets]\n    providers: [{identity: {}}]\n`,
    /unknown field/,
  ],
  ['constructor', `${HEAD}constructor: 1\nresources: []\n`, /unknown field .{1,2}constructor/],
  [
    'many resources',
    `${HEAD}resources:\n  - resources: [${Array.from({ length: 40_000 }, (_, n) => `r${n}.example.com`).join(', ')}, r1.example.com]\n    providers: [{identity: {}}]\n`,
    /cannot be specified multiple times/,
  ],
  [
    'a key as the name of a field',
    `${HEAD}resources:\n  - resources: [secrets]\n    providers: [{secretbox: {keys: [{name: a, "${KEY}": x}]}}]\n`,
    /unknown field in resources/,
  ],
  [
    'a key as a resource',
    `${HEAD}resources:\n  - resources: ['${KEY}']\n    providers: [{identity: {}}]\n`,
    /not shown: it looks like a key/,
  ],
  [
    'a key as an endpoint',
    `${HEAD}resources:\n  - resources: [secrets]\n    providers: [{kms: {apiVersion: v2, name: p, endpoint: '${KEY}'}}]\n`,
    /only unix is supported/,
  ],
  ['a key in the place of a list', `${HEAD}resources: ${KEY}\n`, /is a string, not a list/],
  [
    'a broken document around a key',
    `${HEAD}resources:\n  - secret: ${KEY}\n  bad\n`,
    /not valid YAML/,
  ],
]

for (const [name, text, said] of texts) {
  test(`${name} is refused, and nothing of it is quoted`, () => {
    const outcome = readEncryptionConfiguration({ path: 'enc.yaml', bytes: Buffer.from(text) })
    assert.ok('problems' in outcome)
    const all = JSON.stringify(outcome.problems)
    assert.match(all, said)
    assert.ok(all.length < 2000, all.slice(0, 300))
    for (const form of formsOf(KEY)) assert.ok(!all.includes(form), all)
    if (typeof text === 'string') findingsOf(factsOf(text))
  })
}

test('a name and a secret that changed places do not show the key', () => {
  const text = `${HEAD}resources:\n  - resources: [secrets]\n    providers: [{aescbc: {keys: [{name: '${KEY}', secret: c2VjcmV0IGlzIHNlY3VyZQ==}]}}]\n`
  const found = findingsOf({ ...factsOf(text), base: factsOf(text.replace('aescbc', 'secretbox')) })
  assert.ok(found.some((line) => line.startsWith('EN011')))
  for (const form of formsOf(KEY)) assert.ok(!found.join('\n').includes(form))
})

const names: readonly (readonly [string, boolean])[] = [
  ['key1', true],
  ['phase-20261123-a1b2', true],
  ['phase-production-eu-west-20261123-a1b2', true],
  ['mutatingadmissionpolicybindings.admissionregistration.k8s.io', true],
  ['customresourcedefinitions.apiextensions.k8s.io', true],
  [newKey(16), false],
  [newKey(32), false],
  [newKey(24).replaceAll('+', '-').replaceAll('/', '_'), false],
  [Buffer.from(newKey(), 'base64').toString('hex'), false],
]

for (const [index, [name, isShown]] of names.entries()) {
  test(`name ${index} is ${isShown ? 'shown' : 'not shown'}`, () => {
    assert.equal(shownIdentifier(name).includes(name), isShown)
  })
}

test('a name cannot forge a line', () => {
  assert.doesNotMatch(shownIdentifier('a\nerror: b\u001b[31m\u202e'), /\p{C}/u)
})

test('forty thousand resources are compared, and few words are made of them', () => {
  const many = (provider: string) =>
    `${HEAD}resources:\n  - resources: [${Array.from({ length: 40_000 }, (_, n) => `secret${n}`).join(', ')}]\n    providers: [${provider}]\n`
  const base = factsOf(many('{identity: {}}'))
  const head = factsOf(many(`{secretbox: {keys: [{name: a, secret: ${KEY}}]}}, {identity: {}}`))
  const found = findingsOf({ ...head, base })
  assert.equal(found.filter((line) => line.startsWith('EN014')).length, 1)
  assert.ok(found.join('\n').length < 20_000)
})

test('a wildcard cannot forge a line', () => {
  const forged = String.raw`"*.x\nerror: y"`
  const entry = `  - resources: [${forged}]\n    providers: [{identity: {}}]\n`
  const found = findingsOf(factsOf(`${HEAD}resources:\n${entry}${entry}`, 20))
  assert.ok(found.some((line) => line.startsWith('EN012')))
  assert.doesNotMatch(found.join(''), /\p{Cc}/u)
  assert.doesNotMatch(findingsOf(factsOf(`${HEAD}resources:\n${entry}`, 20)).join(''), /\p{Cc}/u)
})
