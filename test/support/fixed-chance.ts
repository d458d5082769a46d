// Chance and a date that are the same in every run. Each call of randomBytes gives other bytes, which look
// like chance: what counts up is refused by the rule about weak keys.
import { createHash } from 'node:crypto'
import type { Chance } from '../../manifests/encryption/generate-key.ts'

/** Starts anew with every call; at most 32 bytes at once. */
export function fixedChance(): Chance {
  let count = 0
  return {
    randomBytes: (size) => {
      count += 1
      return createHash('sha256').update(`fixed chance ${count}`).digest().subarray(0, size)
    },
    now: () => new Date('2026-11-25T23:59:59Z'),
  }
}
