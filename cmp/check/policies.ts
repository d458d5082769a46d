// Where a repository's policy may be, and what the platform holds it to, in; the policy that a check
// follows out, with everything that is to be said of it.
import { join } from 'node:path'
import type { RuleDescription } from '../../manifests/check/model.ts'
import type { CheckPolicy, RepositoryPolicy } from '../../manifests/check/policy/model.ts'
import { POLICY_FILE } from '../../manifests/check/policy/model.ts'
import { mergePolicies } from '../../manifests/check/policy.ts'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'
import { readBounded } from '../read-file.ts'
import type { Settings } from '../settings.ts'
import type { Repository } from '../sources/places.ts'
import { locate } from '../sources/places.ts'
import { LARGEST_POLICY, readCheckPolicy } from './policy/read.ts'

/** The policy of a check. */
export interface PolicyReading {
  readonly policy: CheckPolicy
  /** Warnings and notices. */
  readonly problems: readonly Problem[]
}

/**
 * Reads and merges the policies.
 * @param told `--policy`; else the file is looked for in the root of the repository.
 * @param repository absent for standard input.
 */
export function readPolicies(
  told: string | undefined,
  repository: Repository | undefined,
  settings: Settings,
  rules: readonly RuleDescription[],
): Outcome<PolicyReading> {
  const own = readOwn(told, repository)
  if ('problems' in own) return own
  const today = new Date().toISOString().slice(0, 10)
  const { policy, problems } = mergePolicies(own.value, settings.check, rules, today)
  const errors = problems.filter(({ severity }) => severity === 'error')
  return errors.length > 0 ? { problems } : { value: { policy, problems } }
}

function readOwn(
  told: string | undefined,
  repository: Repository | undefined,
): Outcome<RepositoryPolicy | undefined> {
  if (told !== undefined) return readFileAt(told, told)
  if (repository === undefined) return { value: undefined }
  const path = join(repository.root, POLICY_FILE)
  const place = locate(repository.root, path)
  if (place === 'missing') return { value: undefined }
  const label = repository.display(path)
  // A link out of the repository must not bring a policy that no reviewer sees.
  if (typeof place === 'string' || place.kind !== 'file') return unreadable(label, 'not a file')
  return readFileAt(place.real, label)
}

function readFileAt(path: string, label: string): Outcome<RepositoryPolicy> {
  const bytes = readBounded(path, LARGEST_POLICY)
  if (typeof bytes === 'string') return unreadable(label, bytes.replaceAll('-', ' '))
  return readCheckPolicy(bytes, label)
}

function unreadable(label: string, why: string): Outcome<never> {
  const message = `the policy ${label} cannot be read (${why})`
  return { problems: [usageError(message, 'a file of 1 MiB at most, inside the repository')] }
}
