// References of one workload and the rendered Secrets in, 32 hexadecimal digits out. Whoever can
// view a pod can read them, so they are keyed: without the environment's key nobody can try out
// passwords against them. They cover content only, and the same content gives the same digits on
// every machine, now and later: a change of this layout restarts every workload once.
//
//   text(x)    = byte length of x, 4 bytes big-endian ‖ x in UTF-8, or as it is if it is a value
//   secret     = HMAC-SHA256( key of the Secret's environment,
//                  text("argocd-phase-plugin/checksum/secret/v1") ‖ text(Secret name) ‖
//                  for each key, in the order of its bytes:
//                    text(key) ‖ ( 01 ‖ text(value) | 00 if the Secret has no such key ) )
//   key        = HKDF-SHA256( the distinct environment keys, in the order of their bytes ‖ …,
//                  no salt, info "argocd-phase-plugin/checksum/workload-key/v1", 32 bytes )
//   checksum   = HMAC-SHA256( key, text("argocd-phase-plugin/checksum/workload/v1") ‖
//                  secret, in the order of the Secrets' names ‖ … ), the first 16 bytes in hex
//
// The keys of a Secret are those that any of the references reads; a reference to the whole Secret
// adds all keys that it has.
import { createHmac, hkdfSync } from 'node:crypto'
import type { SecretReference } from '../manifests/secret-references.ts'
import type { RenderedSecret } from './model.ts'

/** The parts of a rendered Secret that a checksum depends on. */
export type ChecksummedSecret = Pick<RenderedSecret, 'name' | 'data' | 'checksumKey'>

const SECRET = 'argocd-phase-plugin/checksum/secret/v1'
const WORKLOAD = 'argocd-phase-plugin/checksum/workload/v1'
const WORKLOAD_KEY = 'argocd-phase-plugin/checksum/workload-key/v1'
const KEY_BYTES = 32
const HEX_DIGITS = 32

/**
 * The checksum over what `references` read from `secrets`.
 * @param secrets by name; a reference to any other Secret does not count.
 * @throws {RangeError} if an environment's key does not have 32 bytes, which is a bug.
 */
export function checksum(
  references: readonly SecretReference[],
  secrets: ReadonlyMap<string, ChecksummedSecret>,
): string {
  const used = [...Map.groupBy(references, (reference) => reference.name)]
    .flatMap(([name, itsReferences]) => {
      const secret = secrets.get(name)
      return secret === undefined ? [] : [{ name: utf8(name), secret, itsReferences }]
    })
    .sort((left, right) => Buffer.compare(left.name, right.name))
  const mac = createHmac('sha256', workloadKey(used.map(({ secret }) => secret.checksumKey)))
  mac.update(text(utf8(WORKLOAD)))
  for (const { secret, itsReferences } of used) mac.update(secretDigest(secret, itsReferences))
  return mac.digest('hex').slice(0, HEX_DIGITS)
}

function secretDigest(
  { name, data, checksumKey }: ChecksummedSecret,
  references: readonly SecretReference[],
): Uint8Array {
  const mac = createHmac('sha256', checksumKey)
  mac.update(text(utf8(SECRET))).update(text(utf8(name)))
  const keys = new Set(references.flatMap(({ keys }) => (keys === 'all' ? [...data.keys()] : keys)))
  const entries = [...keys].map((key) => ({ bytes: utf8(key), value: data.get(key) }))
  for (const { bytes, value } of entries.sort((a, b) => Buffer.compare(a.bytes, b.bytes))) {
    mac.update(text(bytes)).update(Uint8Array.of(value === undefined ? 0 : 1))
    if (value !== undefined) mac.update(text(value.revealBytes()))
  }
  return mac.digest()
}

function workloadKey(environmentKeys: readonly Uint8Array[]): Uint8Array {
  if (environmentKeys.some((key) => key.length !== KEY_BYTES)) {
    throw new RangeError(`a checksum key has ${KEY_BYTES} bytes`)
  }
  const sorted = environmentKeys.map((key) => Buffer.from(key)).sort(Buffer.compare)
  const distinct = sorted.filter((key, index) => !sorted[index - 1]?.equals(key))
  const none = new Uint8Array()
  return new Uint8Array(hkdfSync('sha256', Buffer.concat(distinct), none, WORKLOAD_KEY, KEY_BYTES))
}

function text(bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function utf8(string: string): Uint8Array {
  return Buffer.from(string, 'utf8')
}
