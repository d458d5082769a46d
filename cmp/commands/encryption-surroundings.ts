// What the encryption commands take from around them: chance, the date, and the cluster's version.
import { randomBytes } from 'node:crypto'
import type { Outcome } from '../../manifests/document.ts'
import type { Chance } from '../../manifests/encryption/generate-key.ts'
import { usageError } from '../../manifests/problem.ts'
import { NEWEST_MINOR } from '../../manifests/rbac/built-in.ts'
import { minorVersion } from '../../manifests/rbac/versions.ts'

/** The system's own. */
export const SYSTEM: Chance = { randomBytes: (size) => randomBytes(size), now: () => new Date() }

/** The minor version of the text of --kube-version; the newest that is known if there is none. */
export function readKubeVersion(text: string | undefined): Outcome<number> {
  const minor = text === undefined ? NEWEST_MINOR : minorVersion(text)
  if (minor !== undefined) return { value: minor }
  return { problems: [usageError('there is no such version of Kubernetes', 'such as 1.34')] }
}

/** One of the texts that an option takes. */
export function readChoiceOf<T extends string>(
  option: string,
  text: string,
  choices: readonly T[],
): Outcome<T> {
  const found = choices.find((choice) => choice === text)
  if (found !== undefined) return { value: found }
  return { problems: [usageError(`${option} is none of ${choices.join(', ')}`, 'use one of them')] }
}
