import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadCertificates } from '../../cmp/dev-server/certificates.ts'
import { integer, oid, sequence, time } from '../../cmp/dev-server/der.ts'
import { startDevServer } from '../../cmp/dev-server/server.ts'
import { ask } from '../support/ask.ts'

const root = mkdtempSync(join(tmpdir(), 'dev-server-'))
after(() => rmSync(root, { recursive: true }))
let folders = 0
const newFolder = () => join(root, String(++folders), 'tls')

test('a client that trusts only the authority gets through', async () => {
  const server = await startDevServer({ store: 'apps: {}', tlsDir: newFolder() })
  try {
    assert.match(server.host, /^https:/)
    assert.equal((await ask(server, '/service/health/')).status, 200)
    const byName = { host: server.host.replace('127.0.0.1', 'localhost'), caFile: server.caFile }
    assert.equal((await ask(byName, '/service/health/')).status, 200)
  } finally {
    await server.close()
  }
})

test('a client that trusts another authority does not', async () => {
  const server = await startDevServer({ store: 'apps: {}', tlsDir: newFolder() })
  const { caFile } = await loadCertificates(newFolder())
  try {
    await assert.rejects(ask({ host: server.host, caFile }, '/'), /certificate|issuer|verify/)
  } finally {
    await server.close()
  }
})

test('the certificate is for loopback, by this authority, for a year', async () => {
  const made = await loadCertificates(newFolder())
  const ca = new X509Certificate(made.ca)
  const server = new X509Certificate(made.certificate)
  assert.ok(ca.ca && !server.ca)
  assert.ok(server.checkIssued(ca) && server.verify(ca.publicKey) && ca.verify(ca.publicKey))
  assert.equal(
    server.subjectAltName,
    'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  )
  assert.equal(server.checkHost('example.com'), undefined)
  assert.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  const days = (server.validToDate.getTime() - Date.now()) / 86_400_000
  assert.ok(days > 364 && days <= 365, `${days} days`)
})

test('nobody else reads the key, and the key of the authority is not kept', async () => {
  const folder = newFolder()
  await loadCertificates(folder)
  assert.deepEqual(readdirSync(folder).toSorted(), ['ca.pem', 'server-key.pem', 'server.pem'])
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.equal(statSync(join(folder, 'server-key.pem')).mode & 0o777, 0o600)
})

test('certificates that hold are used again', async () => {
  const folder = newFolder()
  assert.deepEqual(await loadCertificates(folder), await loadCertificates(folder))
})

for (const [name, damage] of [
  ['a file is missing', (folder: string) => rmSync(join(folder, 'ca.pem'))],
  ['a file is broken', (folder: string) => writeFileSync(join(folder, 'server.pem'), 'no')],
  ['a key is another', (folder: string) => mix(folder, 'server-key.pem')],
  ['the authority is another', (folder: string) => mix(folder, 'ca.pem')],
] as const)
  test(`made anew when ${name}`, async () => {
    const folder = newFolder()
    const before = await loadCertificates(folder)
    await loadCertificates(join(folder, 'other'))
    damage(folder)
    const made = await loadCertificates(folder)
    assert.notEqual(made.certificate, before.certificate)
    assert.deepEqual(await loadCertificates(folder), made)
  })

test('made anew a day before the end', async (context) => {
  const folder = newFolder()
  const before = await loadCertificates(folder)
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() + 364.5 * 86_400_000 })
  assert.notEqual((await loadCertificates(folder)).certificate, before.certificate)
})

function mix(folder: string, name: string): void {
  writeFileSync(join(folder, name), readFileSync(join(folder, 'other', name)))
}

const elements: readonly (readonly [string, Uint8Array, string])[] = [
  ['an identifier', oid('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
  ['zero', integer(Uint8Array.of(0, 0)), '020100'],
  ['an integer with its high bit', integer(Uint8Array.of(0x80)), '02020080'],
  ['an integer with leading zeros', integer(Uint8Array.of(0, 0, 0x7f)), '02017f'],
  ['a time', time(new Date('2049-12-31T23:59:59Z')), `170d${hexOf('491231235959Z')}`],
  ['a time after 2049', time(new Date('2050-01-01T00:00:00Z')), `180f${hexOf('20500101000000Z')}`],
]
for (const [name, bytes, want] of elements)
  test(`DER: ${name}`, () => {
    assert.equal(Buffer.from(bytes).toString('hex'), want)
  })

for (const [length, want] of [
  [0x7f, '307f'],
  [0x80, '308180'],
  [0x1234, '30821234'],
] as const)
  test(`DER: a length of ${length}`, () => {
    const bytes = Buffer.from(sequence(new Uint8Array(length)))
    assert.equal(bytes.subarray(0, bytes.length - length).toString('hex'), want)
  })

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex')
}
