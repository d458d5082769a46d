// Chance and a date that are the same in every run. Each call of randomBytes gives other bytes.
import type { Chance } from '../../manifests/encryption/generate-key.ts'

/** Starts anew with every call. */
export function fixedChance(): Chance {
  let count = 0
  return {
    randomBytes: (size) => {
      count += 1
      return Uint8Array.from({ length: size }, (_, index) => (count * 89 + index * 37 + 11) % 256)
    },
    now: () => new Date('2026-11-25T23:59:59Z'),
  }
}
