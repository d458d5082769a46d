// Rules and facts in; findings with their final severity out, and those that an exemption covers.
import { createHash } from 'node:crypto'
import { identityOf } from '../rbac/evaluate.ts'
import type { Found, Rule, RuleDescription, Severity } from './model.ts'
import { levelOf, SEVERITIES } from './model.ts'
import type { Exempted, Finding } from './report.ts'

/** What a policy says of findings. */
export interface Decisions {
  severityOf(rule: RuleDescription, found: Found): Severity | 'off'
  exemptionFor(
    rule: RuleDescription,
    found: Found,
  ): Pick<Exempted, 'reason' | 'expires' | 'at'> | undefined
}

/** What rules found. */
export interface Outcomes {
  /** The worst first, then by place. */
  readonly findings: readonly Finding[]
  readonly exempted: readonly Exempted[]
  /** By rule id everything that was found, whatever the policy says of it. */
  readonly found: ReadonlyMap<string, readonly Found[]>
}

/** Asks all rules. */
export function runRules<Facts>(
  rules: readonly Rule<Facts>[],
  facts: Facts,
  decisions: Decisions,
): Outcomes {
  const fingerprints = new Map<string, number>()
  const findings: Finding[] = []
  const exempted: Exempted[] = []
  const all = new Map<string, readonly Found[]>()
  for (const { find, ...rule } of rules) {
    const ofRule = firstOf(find(facts))
    all.set(rule.id, ofRule)
    for (const found of ofRule) {
      const severity = decisions.severityOf(rule, found)
      if (severity === 'off') continue
      const fingerprint = fingerprintOf(rule, found, fingerprints)
      const finding = { ...found, rule, severity, level: levelOf(severity), fingerprint }
      const exemption = decisions.exemptionFor(rule, found)
      if (exemption === undefined) findings.push(finding)
      else exempted.push({ finding, ...exemption })
    }
  }
  return { findings: findings.sort(compare), exempted, found: all }
}

/** Findings of one rule: subjects times Secrets are more than fit into memory, and nobody reads them. */
const MOST_FOUND = 10_000

/** The message of what stands for all that a rule was not asked for any more: nobody knows whether it is new. */
export const CUT = `finds more than ${MOST_FOUND} things: the others are not listed`

function firstOf(found: Iterable<Found>): Found[] {
  const first: Found[] = []
  for (const each of found) {
    if (first.length === MOST_FOUND) {
      first.push({ message: CUT, hint: 'mend these first, or check a folder that holds less' })
      break
    }
    first.push(each)
  }
  return first
}

/** Not of the line: a finding stays itself when something above it moves. */
function fingerprintOf(
  { id }: RuleDescription,
  { object, message, subject, subjects = subject === undefined ? [] : [subject] }: Found,
  seen: Map<string, number>,
): string {
  const { kind, namespace, name } = object ?? {}
  // The message names four of many, and cuts long names: nobody may slip in behind those.
  const who = subjects.map((each) => `${each.kind} ${identityOf(each)}`).sort()
  const identity = JSON.stringify([id, kind, namespace, name, message, who])
  const before = seen.get(identity) ?? 0
  seen.set(identity, before + 1)
  const text = before === 0 ? identity : `${identity} ${before + 1}`
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

function compare(a: Finding, b: Finding): number {
  const bySeverity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
  if (bySeverity !== 0) return bySeverity
  const [left, right] = [a.at, b.at]
  const byFile = order(left?.file ?? '', right?.file ?? '')
  if (byFile !== 0) return byFile
  const byLine = (left?.line ?? 0) - (right?.line ?? 0)
  if (byLine !== 0) return byLine
  return order(a.rule.id, b.rule.id) || order(a.fingerprint, b.fingerprint)
}

function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
