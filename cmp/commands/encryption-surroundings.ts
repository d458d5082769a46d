// What the encryption commands take from around them: chance and the date; and the choices of their options.
import { randomBytes } from 'node:crypto'
import type { Outcome } from '../../manifests/document.ts'
import type { Chance } from '../../manifests/encryption/generate-key.ts'
import { oneOf } from './options.ts'

/** The system's own. */
export const SYSTEM: Chance = { randomBytes: (size) => randomBytes(size), now: () => new Date() }

/** One of the texts that an option takes. */
export function readChoiceOf<T extends string>(
  option: string,
  text: string,
  choices: readonly T[],
): Outcome<T> {
  const found = choices.find((choice) => choice === text)
  if (found !== undefined) return { value: found }
  return { problems: [oneOf(option, choices)] }
}
