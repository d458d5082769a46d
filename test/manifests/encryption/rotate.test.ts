// Steps of a rotation, and what is said when one is out of order.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EncryptionConfiguration } from '../../../manifests/encryption/model.ts'
import { printConfiguration } from '../../../manifests/encryption/print.ts'
import { readEncryptionConfiguration } from '../../../manifests/encryption/read.ts'
import type { RotateRequest } from '../../../manifests/encryption/rotate.ts'
import { rotate, writersOf } from '../../../manifests/encryption/rotate.ts'
import { meansOf, nameOf } from '../../../manifests/encryption/rotate-means.ts'
import { fixedChance } from '../../support/fixed-chance.ts'

/** `secretbox old,new; identity` as an entry; several are split by `|`. */
function configurationOf(words: string): EncryptionConfiguration {
  const entries = words.split(' | ').map((entry, index) => {
    const providers = entry.split('; ').map((provider, place) => {
      const [kind, names = ''] = provider.split(' ')
      if (kind === 'identity') return '  - identity: {}\n'
      if (kind === 'kms') {
        return `  - kms: {apiVersion: v2, name: ${names}, endpoint: "unix:///run/${names}"}\n`
      }
      const keys = names.split(',').map((name, key) => {
        const secret = Buffer.alloc(32, 10 * place + key + 1 + index).toString('base64')
        return `      - {name: ${name}, secret: ${secret}}\n`
      })
      return `  - ${kind}:\n      keys:\n${keys.join('')}`
    })
    return `- resources: [r${index}.example.com]\n  providers:\n${providers.join('')}`
  })
  const text = `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n${entries.join('')}`
  const read = readEncryptionConfiguration({ path: 'enc.yaml', bytes: Buffer.from(text) })
  assert.ok('value' in read, JSON.stringify(read))
  return read.value
}

/** The reverse. */
function wordsOf({ entries }: EncryptionConfiguration): string {
  return entries
    .map((entry) => {
      const means = meansOf(entry)
      const providers = entry.providers.map((provider, index) => {
        const names = means.filter((each) => each.index === index).map(nameOf)
        return [provider.kind, names.join()].join(' ').trim()
      })
      return providers.join('; ')
    })
    .join(' | ')
}

type Asked = Partial<RotateRequest>
const ADD: Asked = { step: 'add' }
const PROMOTE: Asked = { step: 'promote', everyServerHasIt: true }
const DROP: Asked = { step: 'drop' }
const NEW = 'phase-20261125-6d55'
const KMS = {
  kind: 'kms',
  kms: { apiVersion: 'v2', name: 'p', endpoint: 'unix:///run/p' },
} as const
const EARLY = 'phase-20260101-0000'
const LATE = 'phase-20260601-0000'

const legal: readonly [before: string, asked: Asked, after: string][] = [
  ['secretbox a', ADD, `secretbox a,${NEW}`],
  ['secretbox a; identity', ADD, `secretbox a,${NEW}; identity`],
  ['secretbox a', { ...ADD, keyName: 'b' }, 'secretbox a,b'],
  [
    'aescbc a; identity',
    { ...ADD, choice: { kind: 'secretbox' } },
    `aescbc a; secretbox ${NEW}; identity`,
  ],
  ['identity', { ...ADD, choice: { kind: 'secretbox' } }, `identity; secretbox ${NEW}`],
  ['secretbox a', { ...ADD, choice: { kind: 'identity' } }, 'secretbox a; identity'],
  ['secretbox a; identity', { ...ADD, choice: KMS }, 'secretbox a; kms p; identity'],
  ['secretbox a | aescbc b', ADD, `secretbox a,${NEW} | aescbc b,phase-20261125-f00a`],
  ['secretbox a | secretbox b', ADD, `secretbox a,${NEW} | secretbox b,${NEW}`],
  ['secretbox a | identity', ADD, `secretbox a,${NEW} | identity`],
  ['secretbox a | kms q', ADD, `secretbox a,${NEW} | kms q`],
  [
    'secretbox a | secretbox b',
    { ...ADD, resource: 'r1.example.com' },
    `secretbox a | secretbox b,${NEW}`,
  ],
  ['secretbox a,b', PROMOTE, 'secretbox b,a'],
  ['secretbox a,b,c', { ...PROMOTE, keyName: 'c' }, 'secretbox c,a,b'],
  [
    'secretbox a; aescbc b,c; identity',
    { ...PROMOTE, keyName: 'c' },
    'aescbc c,b; secretbox a; identity',
  ],
  ['secretbox a; kms p', { ...PROMOTE, kind: 'kms' }, 'kms p; secretbox a'],
  ['secretbox a; identity', { ...PROMOTE, kind: 'identity' }, 'identity; secretbox a'],
  ['identity; secretbox a', PROMOTE, 'secretbox a; identity'],
  [`secretbox ${EARLY},${LATE}`, PROMOTE, `secretbox ${LATE},${EARLY}`],
  [`secretbox ${LATE},${EARLY}`, { ...PROMOTE, keyName: EARLY }, `secretbox ${EARLY},${LATE}`],
  ['secretbox a,b | secretbox c', PROMOTE, 'secretbox b,a | secretbox c'],
  ['secretbox b,a', DROP, 'secretbox b'],
  ['secretbox a; aescbc b', DROP, 'secretbox a'],
  ['kms p; secretbox a,b', { ...DROP, keyName: 'b' }, 'kms p; secretbox a'],
  ['secretbox a; identity', { ...DROP, kind: 'identity' }, 'secretbox a'],
  [`secretbox ${EARLY},${LATE}`, { ...DROP, keyName: LATE }, `secretbox ${EARLY}`],
]

for (const [before, asked, after] of legal) {
  test(`${before}: ${JSON.stringify(asked)}`, () => {
    const request: RotateRequest = { step: 'add', everyServerHasIt: false, ...asked }
    const result = rotate(configurationOf(before), request, fixedChance())
    assert.ok('value' in result, JSON.stringify(result))
    assert.equal(wordsOf(result.value.configuration), after)
    assert.ok(result.value.moved.length > 0)
  })
}

const refused: readonly [before: string, asked: Asked, message: RegExp][] = [
  ['secretbox a,b', { step: 'promote' }, /only when every API server can read with it/],
  ['secretbox a', PROMOTE, /nothing beside key a of secretbox can be read with/],
  ['secretbox a; identity', PROMOTE, /nothing beside key a/],
  ['secretbox a,b', { ...PROMOTE, keyName: 'a' }, /key a of secretbox writes already/],
  ['secretbox a,b,c', PROMOTE, /there are several: key b of secretbox, key c of secretbox/],
  ['secretbox a,b', { ...PROMOTE, keyName: 'x' }, /nothing that is asked for/],
  ['secretbox a,b', { ...PROMOTE, kind: 'identity' }, /nothing that is asked for/],
  [`secretbox ${LATE},${EARLY}`, PROMOTE, /is older than/],
  [`secretbox ${EARLY},${LATE}`, DROP, /is newer than .* which still writes/],
  ['secretbox a', DROP, /nothing beside key a/],
  ['secretbox a; identity', DROP, /nothing beside key a/],
  ['secretbox a,b', { ...DROP, keyName: 'a' }, /key a of secretbox still writes/],
  ['identity; secretbox a', { ...DROP, kind: 'identity' }, /identity still writes/],
  ['secretbox a,b | secretbox c', { ...DROP, keyName: 'c' }, /key c of secretbox still writes/],
  ['secretbox a,b,c', DROP, /there are several/],
  ['identity', ADD, /nothing is encrypted yet/],
  ['kms p', ADD, /not in the file/],
  ['secretbox a; identity', { ...ADD, choice: { kind: 'identity' } }, /can be read already/],
  ['secretbox a', { ...ADD, keyName: 'a' }, /a key of this name already/],
  ['kms p', { ...ADD, choice: KMS }, /a key of this name already/],
  ['secretbox a | secretbox b', { ...ADD, choice: KMS }, /one entry only/],
  ['secretbox a | aescbc b', { ...ADD, keyName: 'c' }, /different keys/],
  ['secretbox a', { ...ADD, resource: 'secrets' }, /no entry lists secrets/],
]

for (const [before, asked, message] of refused) {
  test(`refused: ${before}: ${JSON.stringify(asked)}`, () => {
    const request: RotateRequest = { step: 'add', everyServerHasIt: false, ...asked }
    const result = rotate(configurationOf(before), request, fixedChance())
    assert.ok('problems' in result, 'it was done')
    assert.match(result.problems.map((each) => each.message).join('\n'), message)
  })
}

test('a name that is taken is not given again', () => {
  const result = rotate(
    configurationOf(`secretbox ${NEW}`),
    { step: 'add', everyServerHasIt: false },
    fixedChance(),
  )
  assert.ok('value' in result)
  assert.equal(wordsOf(result.value.configuration), `secretbox ${NEW},phase-20261125-d230`)
})

test('a key has 32 bytes, and goes into the file and nowhere else', () => {
  const result = rotate(
    configurationOf('secretbox a'),
    { step: 'add', everyServerHasIt: false },
    fixedChance(),
  )
  assert.ok('value' in result)
  const key = result.value.configuration.entries[0]?.providers.flatMap((each) =>
    'keys' in each ? each.keys : [],
  )[1]
  assert.equal(key?.secret.revealBytes().length, 32)
  const text = Buffer.from(key?.secret.revealBytes() ?? '').toString('base64')
  assert.ok(printConfiguration(result.value.configuration).revealText().includes(text))
  assert.ok(!JSON.stringify(result).includes(text))
})

test('what writes is said by name', () => {
  assert.deepEqual(writersOf(configurationOf('secretbox a,b | identity')), [
    'r0.example.com: key a of secretbox',
    'r1.example.com: identity',
  ])
})
