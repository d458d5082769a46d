// The exemptions of the repository in; which of them hold on a day, which findings they cover, and what
// is wrong with the others out.
import type { RuleDescription } from '../model.ts'
import { dateAfter, daysBetween } from './dates.ts'
import type {
  CheckPolicy,
  ExemptedFinding,
  Exemption,
  PlatformPolicy,
  Subjected,
  WrittenExemption,
} from './model.ts'
import { objectNameKey, secretKey, subjectKey } from './names.ts'
import type { RuleNames } from './rule-names.ts'
import { ruleText } from './rule-names.ts'
import type { RuleBounds } from './severities.ts'

/** Days before its end at which an exemption is told of. */
const SOON = 14

/** An exemption that holds, with what it compares. */
interface Active {
  readonly written: WrittenExemption
  readonly object?: string | undefined
  readonly subject?: string | undefined
  readonly secret?: string | undefined
}

/** The exemptions that hold, by rule id. */
export class Exemptions {
  readonly #byRule = new Map<string, Active[]>()
  readonly #all = new Set<WrittenExemption>()

  add(written: WrittenExemption, rules: readonly RuleDescription[]): void {
    const { object, subject, secret } = written
    const active: Active = {
      written,
      object: object && objectNameKey(object),
      subject: subject && subjectKey(subject),
      secret: secret && secretKey(secret),
    }
    this.#all.add(written)
    for (const { id } of rules) {
      const known = this.#byRule.get(id)
      if (known === undefined) this.#byRule.set(id, [active])
      else known.push(active)
    }
  }

  /** See `CheckPolicy.exemptionFor`. */
  readonly find: CheckPolicy['exemptionFor'] = (rule, found) => {
    const active = this.#forObject(rule, found)
    if (active.length === 0) return undefined
    const named = new Set(active.flatMap(({ subject }) => subject ?? []))
    const subjects = named.size === 0 ? [] : subjectKeys(found)
    // Those whom no exemption names are all alike.
    const asked = new Set(subjects.map((key) => (named.has(key) ? key : undefined)))
    let first: Exemption | undefined
    for (const key of asked.size === 0 ? [undefined] : asked) {
      const forSubject = active.filter(({ subject }) => subject === undefined || subject === key)
      const covers = forSecrets(forSubject, found.secrets ?? [])
      if (covers === undefined) return undefined
      first = firstToEnd(first, covers)
    }
    return first
  }

  /** Those that had no part in any exempted finding. */
  unmatched(exempted: Iterable<ExemptedFinding>): WrittenExemption[] {
    const matched = new Set<WrittenExemption>()
    for (const { finding } of exempted) {
      for (const { written } of this.#matching(finding.rule, finding)) matched.add(written)
    }
    return [...this.#all].filter((written) => !matched.has(written))
  }

  /** Those that cover a finding, or a part of its subjects and Secrets. */
  #matching(rule: RuleDescription, found: Subjected): Active[] {
    const active = this.#forObject(rule, found)
    if (active.length === 0) return []
    const subjects = new Set(subjectKeys(found))
    const secrets = new Set(found.secrets?.map(secretKey))
    return active.filter(
      (each) =>
        (each.subject === undefined || subjects.has(each.subject)) &&
        (each.secret === undefined || secrets.has(each.secret)),
    )
  }

  #forObject({ id }: RuleDescription, found: Subjected): Active[] {
    const active = this.#byRule.get(id) ?? []
    const object = found.object && objectNameKey(found.object)
    return active.filter((each) => each.object === undefined || each.object === object)
  }
}

function subjectKeys({ subject, subjects = [] }: Subjected): string[] {
  return [...(subject === undefined ? [] : [subject]), ...subjects].map(subjectKey)
}

/** Each of the Secrets has to be covered, by exemptions that are for the same subject. */
function forSecrets(
  active: readonly Active[],
  secrets: NonNullable<Subjected['secrets']>,
): Exemption | undefined {
  const whole = lastToEnd(active.filter(({ secret }) => secret === undefined))
  if (whole !== undefined || secrets.length === 0) return whole
  let first: Exemption | undefined
  for (const key of new Set(secrets.map(secretKey))) {
    const covers = lastToEnd(active.filter(({ secret }) => secret === key))
    if (covers === undefined) return undefined
    first = firstToEnd(first, covers)
  }
  return first
}

function firstToEnd(one: Exemption | undefined, other: Exemption): Exemption {
  return one === undefined || other.expires < one.expires ? other : one
}

function lastToEnd(active: readonly Active[]): Exemption | undefined {
  let last: WrittenExemption | undefined
  for (const { written } of active) {
    if (last === undefined || written.expires > last.expires) last = written
  }
  return last && { reason: last.reason, expires: last.expires, at: last.at }
}

/** What decides whether an exemption holds. */
interface Judges {
  readonly platform: PlatformPolicy['exemptions']
  readonly bounds: RuleBounds
  readonly today: string
  /** Of the repository; what does not hold is a problem of them. */
  readonly names: RuleNames
}

/** The exemptions that hold today. */
export function activeExemptions(written: readonly WrittenExemption[], judges: Judges): Exemptions {
  const found = new Exemptions()
  for (const exemption of written) {
    const rules = mayBeExempt(exemption, judges)
    if (!holds(exemption, judges) || rules.length === 0) continue
    found.add(exemption, rules)
    tellWidth(exemption, rules, judges.names)
  }
  return found
}

/** The rules of an exemption that exist and are not enforced. */
function mayBeExempt({ rules }: WrittenExemption, { bounds, names }: Judges): RuleDescription[] {
  const found = new Map<string, RuleDescription>()
  for (const written of rules) {
    const rule = names.find(written)
    const reason = rule && bounds.enforced.get(rule.id)
    if (rule === undefined) continue
    if (reason === undefined) found.set(rule.id, rule)
    else {
      const message = `${ruleText(rule)} has no exemptions: the platform enforces it`
      names.reject(written, message, `${reason}: mend the finding, or ask the platform team`)
    }
  }
  return [...found.values()]
}

function holds(exemption: WrittenExemption, { platform, today, names }: Judges): boolean {
  const { expires } = exemption
  if (!platform.allowed) {
    const hint = 'check.exemptions.allowed is false: mend the finding, or ask the platform team'
    names.reject(exemption, 'the platform allows no exemptions', hint)
    return false
  }
  const days = daysBetween(today, expires)
  if (days < 0) {
    const hint = 'mend the finding and remove the exemption'
    names.tell('warning', exemption, `the exemption ended on ${expires}`, hint)
    return false
  }
  const { longest } = platform
  if (longest !== undefined && days > longest) {
    const message = `the exemption lasts ${days} days: the platform allows ${longest} from today`
    names.reject(exemption, message, `let it end by ${dateAfter(today, longest)}`)
    return false
  }
  if (days <= SOON) {
    const when = days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`
    names.tell('notice', exemption, `the exemption ends ${when}`, 'its findings count again then')
  }
  return true
}

/** What narrows nothing covers findings that nobody has seen yet. */
function tellWidth(
  exemption: WrittenExemption,
  rules: readonly RuleDescription[],
  names: RuleNames,
): void {
  const { object, subject, secret } = exemption
  if (object !== undefined || subject !== undefined || secret !== undefined) return
  const message = `the exemption covers everything of ${rules.map(ruleText).slice(0, 3).join(', ')}`
  const more = rules.length > 3 ? ` and ${rules.length - 3} more` : ''
  names.tell('notice', exemption, `${message}${more}`, 'narrow it with object, subject or secret')
}
