// Which certificate is sealed for, and when none is.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { readCertificates } from '../../../manifests/sealing/certificate.ts'
import { readPin, showPin } from '../../../manifests/sealing/pin.ts'
import { sealer } from '../../support/sealing.ts'
import { certify, selfSigned } from '../../support/self-signed.ts'

const signer = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const of = { name: 'sealing', signer, days: ['2026-01-01', '2035-12-31'] } as const
const pair = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).publicKey
const weak = certify({ ...of, publicKey: pair(2040) })
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey
const older = sealer(2048, '2026-01-01', '2028-12-31')
const newer = sealer(2048, '2026-03-01', '2028-12-31')
const ended = sealer(2048, '2020-01-01', '2026-05-31')
const future = sealer(2048, '2026-06-02', '2030-01-01')
const pinOf = ({ certificate }: typeof older) => showPin(certificate.fingerprint)
const all = [older, newer, ended, future]

/** What is chosen, and everything that is said. */
function choose(pem: string, day = '2026-06-01', pins?: readonly string[]) {
  const wanted = pins?.map((pin) => readPin(pin) ?? new Uint8Array())
  const read = readCertificates(pem, { from: 'cert.pem', now: new Date(day), pins: wanted })
  const chosen = 'value' in read ? showPin(read.value.certificate.fingerprint) : undefined
  const problems = 'value' in read ? read.value.problems : read.problems
  assert.ok(problems.every(({ fault }) => fault === 'usage'))
  return { chosen, said: problems.map(({ severity, message }) => `${severity}: ${message}`) }
}

test('of several, the one that began last and is valid now', () => {
  const texts = all.map(({ pem }) => pem)
  for (const order of [texts, texts.toReversed()]) {
    assert.deepEqual(choose(order.join('')), { chosen: pinOf(newer), said: [] })
  }
  assert.equal(choose(texts.join('text between them\n'), '2026-02-01').chosen, pinOf(older))
})

const refused: readonly (readonly [what: string, pem: string, said: RegExp, day?: string])[] = [
  ['nothing', '', /^error: cert.pem holds no PEM certificate$/],
  [
    'a public key',
    newer.certificate.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    /holds no PEM/,
  ],
  [
    'what is expired',
    ended.pem,
    /^error: cert.pem holds only what has expired, last on 2026-05-31$/,
  ],
  ['what is not valid yet', future.pem, /not valid yet, before 2026-06-02$/],
  ['the second after its end', newer.pem, /has expired/, '2028-12-31T00:00:01Z'],
  [
    'an elliptic curve',
    selfSigned('x').certificate,
    /^error: certificate 1 of cert.pem has no RSA key$/,
  ],
  ['RSA-PSS', certify({ ...of, publicKey: pss }), /has no RSA key/],
  ['2040 bits', weak, /^error: certificate 1 of cert.pem has a key of 2040 bits; 2048 are/],
  [
    '2040 bits beside a good one',
    newer.pem + weak,
    /^error: certificate 2 of cert.pem has a key of 2040/,
  ],
  [
    'rubbish beside a good one',
    `${newer.pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    /^error: certificate 2 of cert.pem does not parse$/,
  ],
]
for (const [what, pem, said, day] of refused) {
  test(`refused: ${what}`, () => {
    const { chosen, said: lines } = choose(pem, day)
    assert.equal(chosen, undefined)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', said)
  })
}

test('the last second of a certificate counts, and five minutes of another clock', () => {
  assert.equal(choose(newer.pem, '2028-12-31T00:00:00Z').chosen, pinOf(newer))
  assert.equal(choose(future.pem, '2026-06-01T23:55:00Z').chosen, pinOf(future))
  assert.equal(choose(future.pem, '2026-06-01T23:54:59Z').chosen, undefined)
})

test('from 90 days before its end it is warned about', () => {
  assert.deepEqual(choose(newer.pem, '2028-10-02').said, [])
  const warned = ['warning: the sealing certificate of cert.pem expires on 2028-12-31']
  assert.deepEqual(choose(newer.pem, '2028-10-03').said, warned)
  assert.deepEqual(choose(newer.pem, '2028-12-31').said, warned)
})

test('only pinned keys are sealed for', () => {
  const both = older.pem + newer.pem
  assert.deepEqual(choose(both, undefined, [pinOf(newer)]), { chosen: pinOf(newer), said: [] })
  assert.equal(choose(both, undefined, all.map(pinOf)).chosen, pinOf(newer))
  const fallback = choose(both, undefined, [pinOf(older)])
  assert.equal(fallback.chosen, pinOf(older))
  assert.match(fallback.said.join(), /^warning: the newest certificate of cert.pem is not pinned/)
  const swapped = choose(newer.pem, undefined, [pinOf(older)])
  assert.equal(swapped.chosen, undefined)
  assert.match(
    swapped.said.join(),
    /no certificate with a pinned key; it holds sha256:[0-9a-f]{64}$/,
  )
  assert.equal(choose(newer.pem, undefined, []).chosen, undefined)
  // A pin does not make an expired certificate a valid one.
  assert.equal(choose(ended.pem, undefined, [pinOf(ended)]).chosen, undefined)
})

test('pins are read in both spellings, and nothing else is one', () => {
  const { fingerprint } = newer.certificate
  const base64 = Buffer.from(fingerprint).toString('base64')
  const hex = Buffer.from(fingerprint).toString('hex')
  for (const text of [pinOf(newer), `sha256:${base64}`, `sha256:${hex.toUpperCase()}`]) {
    assert.deepEqual(Buffer.from(readPin(text) ?? []), Buffer.from(fingerprint))
  }
  for (const text of [
    '',
    'sha256:',
    hex,
    `sha256:${hex.slice(2)}`,
    `sha256:${base64.slice(0, 43)}`,
    `SHA256:${hex}`,
    `sha1:${hex}`,
    `sha256:${hex} `,
    `sha256:${base64}==`,
  ]) {
    assert.equal(readPin(text), undefined, text)
  }
})
