// What both files say of the severities of rules in; the severity of a finding out, never below what
// the platform holds it at.
import type { RuleDescription } from '../model.ts'
import { SEVERITIES } from '../model.ts'
import type { CheckPolicy, PlatformPolicy, RuleSeverity, SeverityEntry } from './model.ts'
import { READER_RULE, UNREADABLE_RULE } from './model.ts'
import type { RuleNames } from './rule-names.ts'
import { ruleText } from './rule-names.ts'

const ORDER: readonly RuleSeverity[] = [...SEVERITIES, 'off']

function worse(one: RuleSeverity, other: RuleSeverity): RuleSeverity {
  return isLaxer(one, other) ? other : one
}

function isLaxer(one: RuleSeverity, other: RuleSeverity): boolean {
  return ORDER.indexOf(one) > ORDER.indexOf(other)
}

/** What the platform says of rules. */
export interface RuleBounds {
  /** By rule id, with what it is that enforces the rule: `check.enforced names grants`. */
  readonly enforced: ReadonlyMap<string, string>
  readonly severities: ReadonlyMap<string, RuleSeverity>
}

/** Finds the rules that the platform names. Its own contradictions are problems of `names`. */
export function readBounds(platform: PlatformPolicy, names: RuleNames): RuleBounds {
  const enforced = new Map<string, string>()
  for (const written of platform.enforced) {
    for (const { id } of names.findAll(written)) {
      if (!enforced.has(id)) enforced.set(id, `check.enforced names ${written.text}`)
    }
  }
  const reader = platform.readers.length > 0 ? names.findKnown(READER_RULE) : undefined
  if (reader !== undefined && !enforced.has(reader.id)) {
    enforced.set(reader.id, 'check.readers says who may read')
  }
  const severities = new Map<string, RuleSeverity>()
  for (const { rule, written, severity } of resolve(platform.severity, names)) {
    if (severity === 'off' && enforced.has(rule.id)) {
      const message = `${ruleText(rule)} is turned off, and enforced`
      names.reject(written, message, 'say one of the two')
    } else severities.set(rule.id, severity)
  }
  enforceReading(enforced, severities, names)
  return { enforced, severities }
}

/** What cannot be read may hold whatever is enforced: with that rule off, a broken document would be a way in. */
function enforceReading(
  enforced: Map<string, string>,
  severities: ReadonlyMap<string, RuleSeverity>,
  names: RuleNames,
): void {
  const rule = names.findKnown(UNREADABLE_RULE)
  const [first] = enforced.values()
  if (rule === undefined || first === undefined || enforced.has(rule.id)) return
  if (severities.get(rule.id) === 'off') return
  enforced.set(rule.id, `${first}, and what cannot be read may hold anything`)
}

/** @param names of the repository; what it may not say is a problem of them. */
export function mergeSeverities(
  entries: readonly SeverityEntry[],
  { enforced, severities }: RuleBounds,
  names: RuleNames,
): CheckPolicy['severityOf'] {
  const asked = new Map<string, RuleSeverity>()
  for (const { rule, written, severity } of resolve(entries, names)) {
    const reason = severities.has(rule.id) ? 'check.severity says so' : enforced.get(rule.id)
    const bound = severities.get(rule.id) ?? rule.severity
    if (reason !== undefined && isLaxer(severity, bound)) {
      const message = `${ruleText(rule)} cannot be ${severity}: the platform holds it at ${bound}`
      names.reject(written, message, `${reason}: remove the line, or ask the platform team`)
    } else asked.set(rule.id, severity)
  }
  return (rule, found) => {
    const wanted = asked.get(rule.id)
    const fixed = severities.get(rule.id)
    const own = fixed ?? found.severity ?? rule.severity
    if (wanted === undefined) return own
    return fixed !== undefined || enforced.has(rule.id) ? worse(own, wanted) : wanted
  }
}

interface Resolved {
  readonly rule: RuleDescription
  readonly written: SeverityEntry['rule']
  readonly severity: RuleSeverity
}

/** The entries whose rule exists; a rule by its id and by its name is one rule too many. */
function resolve(entries: readonly SeverityEntry[], names: RuleNames): Resolved[] {
  const seen = new Set<string>()
  return entries.flatMap(({ rule: written, severity }) => {
    const rule = names.find(written)
    if (rule === undefined) return []
    if (seen.has(rule.id)) {
      names.reject(written, `${ruleText(rule)} has a severity already`, 'remove one of them')
      return []
    }
    seen.add(rule.id)
    return [{ rule, written, severity }]
  })
}
