// Loads libsodium once. WebAssembly compiles in the background, so the caller starts this before
// there is anything to open; and only if there will be, for it costs a fifth of a run.
import type sodium from 'libsodium-wrappers'

/** libsodium, ready to use. */
export type Sodium = typeof sodium

/** Starts (or joins) the initialisation of libsodium. Safe to call often. */
export async function loadSodium(): Promise<Sodium> {
  const { default: library } = await import('libsodium-wrappers')
  await library.ready
  return library
}
