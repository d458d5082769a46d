// The version of Kubernetes that a command is told, or the cluster's own, in; its minor version out.
import type { Outcome } from '../manifests/document.ts'
import type { Problem } from '../manifests/problem.ts'
import { usageError } from '../manifests/problem.ts'
import { NEWEST_MINOR, OLDEST_MINOR } from '../manifests/rbac/built-in.ts'
import { minorVersion } from '../manifests/rbac/versions.ts'

/** @param told `--kube-version`; absent: the newest that is known. */
export function readMinor(told: string | undefined): Outcome<number> {
  const minor = told === undefined ? NEWEST_MINOR : minorVersion(told)
  if (minor !== undefined) return { value: minor }
  return { problems: [usageError('there is no such version of Kubernetes', 'such as 1.34')] }
}

/**
 * For whoever asks about built-in roles, which are not known of every version.
 * @param cluster the version of the destination, which counts where nobody says another.
 */
export function readKubeVersion(
  told: string | undefined,
  cluster: string | undefined,
): Outcome<{ readonly minor: number; readonly notices: readonly Problem[] }> {
  const minor = readMinor(told ?? cluster)
  return 'problems' in minor
    ? minor
    : { value: { minor: minor.value, notices: noticesOf(minor.value) } }
}

function noticesOf(minor: number): Problem[] {
  if (minor >= OLDEST_MINOR && minor <= NEWEST_MINOR) return []
  const taken = minor < OLDEST_MINOR ? OLDEST_MINOR : NEWEST_MINOR
  const message = `the built-in roles of Kubernetes 1.${minor} are not known: those of 1.${taken} are taken`
  return [{ severity: 'notice', fault: 'usage', message }]
}
