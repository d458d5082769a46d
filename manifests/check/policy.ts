// What a repository asks of a check and what the platform holds it to in; the policy that the check
// follows out, and every attempt to weaken what is enforced as an error. The bound holds anyway.
import type { Problem } from '../problem.ts'
import { usageError } from '../problem.ts'
import type { Level, RuleDescription } from './model.ts'
import { LEVELS } from './model.ts'
import type { Exemptions } from './policy/exemptions.ts'
import { activeExemptions } from './policy/exemptions.ts'
import type {
  CheckPolicy,
  ManagedSecrets,
  PlatformPolicy,
  RepositoryPolicy,
} from './policy/model.ts'
import { secretKey, secretText, subjectKey } from './policy/names.ts'
import { mergeReaders } from './policy/readers.ts'
import { RuleNames } from './policy/rule-names.ts'
import { mergeSeverities, readBounds } from './policy/severities.ts'

const NOTHING: RepositoryPolicy = { severity: [], exemptions: [], readers: [], managedSecrets: [] }

const NO_BOUNDS: PlatformPolicy = {
  severity: [],
  enforced: [],
  exemptions: { allowed: true },
  trusted: [],
  readers: [],
  managedSecrets: [],
}

/** What holds where nobody says anything. */
const DEFAULT_LEVEL: Level = 'error'

/**
 * Merges the two. Problems of the repository are of fault `input`, the platform's own of `usage`.
 * @param repository `.phase-check.yaml`; undefined without one.
 * @param platform the section `check` of the configuration file; undefined without one.
 * @param rules all rules that there are.
 * @param today `YYYY-MM-DD` in UTC.
 * @throws {RangeError} if `today` is no date.
 */
export function mergePolicies(
  repository: RepositoryPolicy = NOTHING,
  platform: PlatformPolicy = NO_BOUNDS,
  rules: readonly RuleDescription[],
  today: string,
): { readonly policy: CheckPolicy; readonly problems: readonly Problem[] } {
  const [ours, theirs] = [new RuleNames(rules, 'usage'), new RuleNames(rules, 'input')]
  const bounds = readBounds(platform, ours)
  const judges = { platform: platform.exemptions, bounds, today, names: theirs }
  const failOn = mergeLevels(repository, platform, theirs)
  const severityOf = mergeSeverities(repository.severity, bounds, theirs)
  const exemptions = activeExemptions(repository.exemptions, judges)
  const allowedReaders = mergeReaders(repository.readers, platform.readers, theirs)
  const trusted = new Set(platform.trusted.map(subjectKey))
  const policy: CheckPolicy = {
    failOn,
    failOnBound: platform.failOn?.level,
    managedSecrets: mergeManaged([...platform.managedSecrets, ...repository.managedSecrets]),
    severityOf,
    exemptionFor: exemptions.find,
    allowedReaders,
    isEnforced: ({ id }) => bounds.enforced.has(id),
    isTrusted: (subject) => trusted.has(subjectKey(subject)),
    unmatched: (exempted, secrets) => [
      ...unmatchedExemptions(exemptions, exempted),
      ...unmatchedReaders(repository, secrets),
    ],
  }
  return { policy, problems: [...ours.problems, ...theirs.problems] }
}

/**
 * The level that a check fails from, if the command line asks for one: it may be laxer than the
 * repository, not than the platform.
 * @param asked `--fail-on`; undefined without it.
 */
export function chooseLevel(
  { failOn, failOnBound }: Pick<CheckPolicy, 'failOn' | 'failOnBound'>,
  asked: Level | undefined,
): { readonly level: Level; readonly problems: readonly Problem[] } {
  if (asked === undefined) return { level: failOn, problems: [] }
  if (failOnBound === undefined || !isLaxer(asked, failOnBound)) {
    return { level: asked, problems: [] }
  }
  const message = `--fail-on ${asked} is laxer than the platform's ${failOnBound}`
  const hint = 'leave it out: check.failOn of the configuration file says so'
  return { level: failOnBound, problems: [usageError(message, hint)] }
}

function isLaxer(one: Level, other: Level): boolean {
  return LEVELS.indexOf(one) < LEVELS.indexOf(other)
}

function mergeLevels(
  { failOn: asked }: RepositoryPolicy,
  { failOn: bound }: PlatformPolicy,
  names: RuleNames,
): Level {
  if (asked === undefined || bound === undefined) {
    return asked?.level ?? bound?.level ?? DEFAULT_LEVEL
  }
  if (!isLaxer(asked.level, bound.level)) return asked.level
  const message = `failOn ${asked.level} is laxer than the platform's ${bound.level}`
  names.reject(asked, message, `check.failOn is ${bound.level}: remove the line`)
  return bound.level
}

function mergeManaged(all: readonly ManagedSecrets[]): ManagedSecrets[] {
  const byKey = new Map<string, ManagedSecrets>()
  for (const each of all) {
    const { namespace, name = '*' } = each
    const key = secretKey({ namespace, name })
    if (!byKey.has(key)) byKey.set(key, each)
  }
  return [...byKey].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each)
}

function unmatchedExemptions(
  exemptions: Exemptions,
  exempted: Parameters<CheckPolicy['unmatched']>[0],
): Problem[] {
  const hint = 'remove it; a finding about several Secrets needs one that covers each of them'
  return exemptions
    .unmatched(exempted)
    .map(({ at }) => notice(at, 'the exemption matches no finding', hint))
}

/** A list for a Secret that does not exist guards nothing: a mistyped name must not look like a guard. */
function unmatchedReaders(
  { readers }: RepositoryPolicy,
  secrets: Parameters<CheckPolicy['unmatched']>[1],
): Problem[] {
  const known = new Set(secrets.map(secretKey))
  const open = new Set(secrets.flatMap(({ namespace, name }) => (namespace ? [] : [name])))
  return readers.flatMap((list) =>
    list.secrets
      .filter((secret) => !known.has(secretKey(secret)) && !open.has(secret.name))
      .map((secret) => {
        const message = `readers of ${secretText(secret)}, which is not among the guarded Secrets`
        return notice(secret.at, message, 'correct the name, or list it under managedSecrets')
      }),
  )
}

function notice(at: Problem['at'], message: string, hint: string): Problem {
  return { severity: 'notice', fault: 'input', at, message, hint }
}
