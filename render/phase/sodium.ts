// Loads libsodium once. WebAssembly compiles in the background, so the caller starts
// this before the first request and awaits it when the first ciphertext arrives.
import sodium from 'libsodium-wrappers'

/** libsodium, ready to use. */
export type Sodium = typeof sodium

/** Starts (or joins) the initialisation of libsodium. Safe to call often. */
export async function loadSodium(): Promise<Sodium> {
  await sodium.ready
  return sodium
}
