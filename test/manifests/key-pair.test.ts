import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyPairFaults } from '../../manifests/key-pair.ts'
import { pem, selfSigned } from '../support/self-signed.ts'

const one = selfSigned('one.example')
const two = selfSigned('two.example')
const key = pem(one.key)
const cipher = { cipher: 'aes-256-cbc', passphrase: 'not-a-passphrase' }
const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
const broken = (label: string) => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`

const fits: Record<string, readonly [chain: string, key: string]> = {
  'one certificate': [one.certificate, key],
  'a chain, leaf first': [one.certificate + two.certificate, key],
  'text around the blocks': [`subject=one\n${one.certificate}\n`, `Bag Attributes\n${key}`],
  'CRLF line ends': [one.certificate.replaceAll('\n', '\r\n'), key.replaceAll('\n', '\r\n')],
  'a SEC1 key': [one.certificate, one.key.export({ type: 'sec1', format: 'pem' }).toString()],
  'EC parameters before the key': [
    one.certificate,
    parameters + one.key.export({ type: 'sec1', format: 'pem' }).toString(),
  ],
}

for (const [name, [chain, privateKey]] of Object.entries(fits)) {
  test(`a pair: ${name}`, () => {
    assert.deepEqual(keyPairFaults(Buffer.from(chain), Buffer.from(privateKey)), [])
  })
}

const faults: Record<string, readonly [chain: string, key: string, expected: readonly string[]]> = {
  'the key of another certificate': [
    one.certificate,
    pem(two.key),
    ['key is not the private key of the first certificate'],
  ],
  'a chain, leaf last': [
    two.certificate + one.certificate,
    key,
    ['key is not the private key of the first certificate'],
  ],
  'the two swapped': [
    key,
    one.certificate,
    ['certificate holds no PEM certificate', 'key holds no PEM private key'],
  ],
  empty: ['', '', ['certificate holds no PEM certificate', 'key holds no PEM private key']],
  'no PEM': [
    Buffer.from(one.certificate).toString('base64'),
    key,
    ['certificate holds no PEM certificate'],
  ],
  'a certificate in the chain is broken': [
    one.certificate + broken('CERTIFICATE'),
    key,
    ['certificate does not parse: certificate 2 of 2'],
  ],
  'a cut certificate': [
    one.certificate.slice(0, -20),
    key,
    ['certificate holds no PEM certificate'],
  ],
  'a broken key': [one.certificate, broken('PRIVATE KEY'), ['key does not parse as a private key']],
  'an encrypted PKCS #8 key': [
    one.certificate,
    one.key.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString(),
    ['key is encrypted with a passphrase'],
  ],
  'an encrypted SEC1 key': [
    one.certificate,
    one.key.export({ type: 'sec1', format: 'pem', ...cipher }).toString(),
    ['key is encrypted with a passphrase'],
  ],
}

for (const [name, [chain, privateKey, expected]] of Object.entries(faults)) {
  test(`not a pair: ${name}`, () => {
    const found = keyPairFaults(Buffer.from(chain), Buffer.from(privateKey))
    assert.deepEqual(
      found.map(({ part, message }) => `${part} ${message}`),
      expected,
    )
  })
}

test('many openings without an end are read in one pass', () => {
  const hostile = Buffer.from('-----BEGIN CERTIFICATE-----\n'.repeat(30_000))
  assert.equal(keyPairFaults(hostile, hostile).length, 2)
})
