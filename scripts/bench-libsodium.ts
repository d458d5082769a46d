// The yardstick for decryption: the same field opened by libsodium in C (sodium-native, dev only).
import sodium from 'sodium-native'
import type { KeyPair } from '../render/phase/crypto.ts'

/** Opens `ph:v1:…` with C libsodium. */
export function openWithC(field: string, { publicKey, privateKey }: KeyPair): string {
  const [, , ephemeral = '', text = ''] = field.split(':')
  const body = Buffer.from(text, 'base64')
  const key = Buffer.alloc(32)
  sodium.crypto_kx_server_session_keys(
    key,
    Buffer.alloc(32),
    publicKey,
    privateKey,
    Buffer.from(ephemeral, 'hex'),
  )
  const split = body.length - 24
  const plain = Buffer.alloc(split - 16)
  sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
    plain,
    null,
    body.subarray(0, split),
    null,
    body.subarray(split),
    key,
  )
  return plain.toString('utf8')
}
