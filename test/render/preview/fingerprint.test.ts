import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import { fingerprintWith } from '../../../render/preview/fingerprint.ts'

const key = Buffer.alloc(32, 1)
const value = Buffer.from('a value')

test('the same value under the same key, and no other', () => {
  const fingerprint = fingerprintWith(key)
  assert.match(fingerprint(value), /^[0-9a-f]{12}$/)
  assert.equal(fingerprint(value), fingerprintWith(Buffer.alloc(32, 1))(value))
  assert.notEqual(fingerprint(value), fingerprint(Buffer.from('a valu')))
  assert.notEqual(fingerprint(value), fingerprintWith(Buffer.alloc(32, 2))(value))
})

test('it is no hash that anybody could make without the key, nor one under the key itself', () => {
  const hashes = ['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) => [
    createHash(name).update(value).digest('hex'),
    createHmac(name, key).update(value).digest('hex'),
    createHmac(name, '').update(value).digest('hex'),
  ])
  const print = fingerprintWith(key)(value)
  assert.ok(hashes.every((hash) => !hash.includes(print)))
})
