// The findings of the base in; whether a finding of the head is new out.
import { nameKey, OPEN_NAMESPACE } from '../../manifests/check/facts.ts'
import type { SecretName } from '../../manifests/check/model.ts'
import type { Finding } from '../../manifests/check/report.ts'
import { CUT } from '../../manifests/check/run.ts'
import type { PhaseFacts } from './facts.ts'

/**
 * A finding is new if the base does not have it, or has it without a Secret that the base guards already:
 * then it is the permission that grew. A Secret that is new itself makes no old permission new.
 */
export function newness(
  before: readonly Finding[],
  base: Pick<PhaseFacts, 'secrets'>,
): (finding: Finding) => boolean {
  const known = new Map(before.map((finding) => [finding.fingerprint, finding.secrets ?? []]))
  const guarded = new Set(base.secrets.map(nameKey))
  return ({ fingerprint, message, secrets = [] }) => {
    const old = known.get(fingerprint)
    if (old === undefined || message === CUT) return true
    // Mostly they are the same, and the keys of many take time.
    if (secrets.every((secret, index) => isSame(secret, old[index]))) return false
    const had = new Set(old.map(keyOf))
    return secrets.map(keyOf).some((key) => !had.has(key) && guarded.has(key))
  }
}

function isSame({ namespace, name }: SecretName, other: SecretName | undefined): boolean {
  return other?.name === name && other.namespace === namespace
}

function keyOf({ namespace = OPEN_NAMESPACE, name }: SecretName): string {
  return nameKey({ namespace, name })
}
