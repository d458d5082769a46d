// The version of Kubernetes that a command is told, or the cluster's own, in; its minor version out.
import type { Outcome } from '../manifests/document.ts'
import type { Problem } from '../manifests/problem.ts'
import { usageError } from '../manifests/problem.ts'
import { NEWEST_MINOR, OLDEST_MINOR } from '../manifests/rbac/built-in.ts'
import { minorVersion } from '../manifests/rbac/versions.ts'

/** @param told `--kube-version`. @param cluster of the destination; absent: the newest that is known. */
export function readKubeVersion(
  told: string | undefined,
  cluster: string | undefined,
): Outcome<{ readonly minor: number; readonly notices: readonly Problem[] }> {
  const minor = minorVersion(told ?? cluster ?? `1.${NEWEST_MINOR}`)
  if (minor === undefined) {
    return { problems: [usageError('there is no such version of Kubernetes', 'such as 1.34')] }
  }
  return { value: { minor, notices: noticesOf(minor) } }
}

function noticesOf(minor: number): Problem[] {
  if (minor >= OLDEST_MINOR && minor <= NEWEST_MINOR) return []
  const taken = minor < OLDEST_MINOR ? OLDEST_MINOR : NEWEST_MINOR
  const message = `the built-in roles of Kubernetes 1.${minor} are not known: those of 1.${taken} are taken`
  return [{ severity: 'notice', fault: 'usage', message }]
}
