// Changes of a configuration: those that are one legal step say nothing, all others say why they are none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectiveProviders } from '../../../manifests/encryption/effective.ts'
import type { EncryptionConfiguration } from '../../../manifests/encryption/model.ts'
import { examineConfiguration } from '../../../manifests/encryption/read.ts'
import { entriesOf, keyed, kms } from '../../../manifests/encryption/rules/example-parts.ts'
import { transitionFaults } from '../../../manifests/encryption/transition.ts'
import { formsOf, keyOf } from '../../support/encryption.ts'

const PLAIN = '{identity: {}}'
const box = (...names: string[]) => keyed('secretbox', ...names.map(named))
const cbc = (...names: string[]) => keyed('aescbc', ...names.map(named))

/** `a` has the key of its name; `a/b` is called a, and has the key of b. */
function named(name: string): string {
  const [shown = '', secret = shown] = name.split('/')
  return `${shown}=${keyOf(secret)}`
}

function read(text: string): EncryptionConfiguration {
  const file = { path: 'enc.yaml', bytes: Buffer.from(text) }
  const found = examineConfiguration(file, { allowsPlaceholders: true })
  assert.ok('configuration' in found, JSON.stringify(found))
  return found.configuration
}

const secrets = (...providers: string[]) => entriesOf(['secrets', ...providers])

const legal: readonly (readonly [string, base: string, head: string])[] = [
  ['nothing changes', secrets(box('a')), secrets(box('a'))],
  ['a key is added at the end', secrets(box('a'), PLAIN), secrets(box('a', 'b'), PLAIN)],
  ['a provider is added behind', secrets(cbc('a')), secrets(cbc('a'), box('b'))],
  ['a provider is added behind identity', secrets(PLAIN), secrets(PLAIN, box('a'))],
  ['a key is promoted', secrets(box('a', 'b')), secrets(box('b', 'a'))],
  ['a provider is promoted', secrets(cbc('a'), box('b')), secrets(box('b'), cbc('a'))],
  ['encryption begins', secrets(PLAIN, box('a')), secrets(box('a'), PLAIN)],
  ['encryption ends', secrets(box('a'), PLAIN), secrets(PLAIN, box('a'))],
  ['a key is dropped', secrets(box('b', 'a')), secrets(box('b'))],
  ['identity is dropped', secrets(box('a'), PLAIN), secrets(box('a'))],
  ['a provider is dropped', secrets(box('b'), cbc('a')), secrets(box('b'))],
  ['the last reader is dropped', secrets(PLAIN, box('a')), secrets(PLAIN)],
  ['the resource goes after that', secrets(PLAIN, box('a')), entriesOf(['pods', PLAIN])],
  ['kms is added', secrets(box('a')), secrets(box('a'), kms('vault'))],
  ['kms is promoted', secrets(box('a'), kms('vault')), secrets(kms('vault'), box('a'))],
  ['a key leaves the file for Phase', secrets(box('a')), secrets(keyed('secretbox', 'a'))],
  ['a key comes from Phase', secrets(keyed('secretbox', 'a')), secrets(box('a'))],
  ['readers change places', secrets(box('a', 'b', 'c')), secrets(box('a', 'c', 'b'))],
  [
    'a name becomes a wildcard with the same providers',
    entriesOf(['secrets', box('a')]),
    entriesOf(['secrets', box('a')], ["'*.apps'", PLAIN]),
  ],
]

for (const [name, base, head] of legal) {
  test(`${name}: legal`, () => {
    assert.deepEqual(transitionFaults(read(base), read(head)), [])
  })
}

const illegal: readonly (readonly [string, base: string, head: string, ...said: RegExp[]])[] = [
  [
    'a new key writes',
    secrets(box('a')),
    secrets(box('b', 'a')),
    /^illegal secrets: secretbox key b is new and writes at once/,
  ],
  [
    'a new key replaces the old one',
    secrets(box('a')),
    secrets(box('b')),
    /^illegal secrets: secretbox key b is new/,
    /^illegal secrets: secretbox key a is removed while it still writes/,
  ],
  [
    'promote and drop at once',
    secrets(box('a', 'b')),
    secrets(box('b')),
    /^illegal secrets: secretbox key b begins to write and secretbox key a is removed/,
  ],
  [
    'one name, another secret',
    secrets(box('a')),
    secrets(box('a/other')),
    /^illegal secrets: secretbox key a has another secret than before/,
  ],
  [
    'a reader changes its secret',
    secrets(box('a', 'b')),
    secrets(box('a', 'b/other')),
    /^illegal secrets: secretbox key b has another secret than before/,
  ],
  [
    'a key is renamed',
    secrets(box('a')),
    secrets(box('b/a')),
    /^illegal secrets: secretbox key b is new/,
    /secretbox key a is removed while it still writes/,
  ],
  [
    'identity appears first',
    secrets(box('a')),
    secrets(PLAIN, box('a')),
    /^illegal secrets: identity is new and writes at once/,
  ],
  [
    'encryption begins and plain text is forgotten',
    secrets(PLAIN),
    secrets(box('a')),
    /^hasty secrets: secretbox key a is new/,
    /^illegal secrets: identity is removed while it still writes: what is stored in the clear/,
  ],
  [
    'encryption begins in one step',
    secrets(PLAIN),
    secrets(box('a'), PLAIN),
    /^hasty secrets: secretbox key a is new and writes at once/,
  ],
  [
    'the resource is removed',
    entriesOf(['secrets, configmaps', box('a')]),
    entriesOf(['configmaps', box('a')]),
    /^illegal secrets: is in no entry any more/,
  ],
  [
    'the resource is removed with its fallback',
    entriesOf(['secrets, pods', box('a'), PLAIN]),
    entriesOf(['pods', box('a'), PLAIN]),
    /^illegal secrets: is in no entry any more/,
  ],
  [
    'a wildcard is removed',
    entriesOf(['secrets', box('a')], ["'*.*'", box('a')]),
    entriesOf(['secrets', box('a')]),
    /^illegal \*\.\*: is in no entry any more/,
  ],
  [
    'a resource leaves a wildcard for another key',
    entriesOf(["'*.*'", box('a')]),
    entriesOf(['secrets', box('b')], ["'*.*'", box('a')]),
    /^illegal secrets: secretbox key b is new/,
    /^illegal secrets: secretbox key a is removed while it still writes/,
  ],
  [
    'kms is new and writes',
    secrets(box('a')),
    secrets(kms('vault'), box('a')),
    /^illegal secrets: kms v2 provider vault is new and writes at once/,
  ],
  [
    'kms v1 becomes v2 in place',
    secrets(kms('vault', 'apiVersion: v1, ')),
    secrets(kms('vault')),
    /^illegal secrets: kms v2 provider vault is new/,
    /kms v1 provider vault is removed while it still writes/,
  ],
  [
    'the provider of a key changes',
    secrets(cbc('a')),
    secrets(box('a')),
    /^illegal secrets: secretbox key a is new/,
    /aescbc key a is removed while it still writes/,
  ],
  [
    'a placeholder becomes another',
    secrets(keyed('secretbox', 'a=<one>')),
    secrets(keyed('secretbox', 'a=<two>')),
    /^illegal secrets: secretbox key a has another secret/,
  ],
  [
    'add and drop at once',
    secrets(box('a', 'b')),
    secrets(box('a', 'c')),
    /^hasty secrets: makes several steps in one change/,
  ],
  [
    'a second entry comes before',
    entriesOf(['secrets', box('a')]),
    entriesOf(['secrets', box('b')], ['secrets', box('a')]),
    /^illegal secrets: secretbox key b is new/,
  ],
]

for (const [name, base, head, ...said] of illegal) {
  test(`${name}: refused`, () => {
    const faults = transitionFaults(read(base), read(head))
    const texts = faults.map(({ kind, resource, message }) => `${kind} ${resource}: ${message}`)
    assert.equal(texts.length, said.length, texts.join('\n'))
    for (const [index, pattern] of said.entries()) assert.match(texts[index] ?? '', pattern)
    const all = JSON.stringify(faults)
    for (const key of ['a', 'b', 'other'].map(keyOf)) {
      for (const form of formsOf(key)) assert.ok(!all.includes(form), all)
    }
  })
}

const lookups: readonly (readonly [resource: string, kinds: string])[] = [
  ['secrets', 'secretbox identity'],
  ['secrets.', 'secretbox identity'],
  ['configmaps', 'aescbc'],
  ['deployments.apps', 'aesgcm'],
  ['pandas.example.com', 'identity'],
  ['*.apps', 'aesgcm'],
]

for (const [resource, kinds] of lookups) {
  test(`${resource} is read by ${kinds}`, () => {
    const configuration = read(
      entriesOf(
        ['secrets', box('a')],
        ['secrets', PLAIN],
        ["'*.'", cbc('b')],
        ["'*.apps'", keyed('aesgcm', named('c'))],
      ),
    )
    const found = effectiveProviders(configuration, resource).map(({ kind }) => kind)
    assert.equal(found.join(' '), kinds)
  })
}
