// Parts of a report in, words for them out, the same in every format. The words hold whatever a repository
// holds: whoever prints them has to neutralise them.
import type { Level, RuleDescription, SecretName, Step } from '../../../manifests/check/model.ts'
import { LEVELS } from '../../../manifests/check/model.ts'
import type {
  CheckReport,
  Exempted,
  Finding,
  Pass,
  Reach,
  Reacher,
} from '../../../manifests/check/report.ts'
import type { Show } from '../../formats/words.ts'
import { count, placeOf, titleOf } from '../../formats/words.ts'

/** After a subject and before "it". */
export const REACH_WORDS: Readonly<Record<Reach, string>> = {
  read: 'reads it through the API',
  pod: 'reads it by a pod',
  write: 'writes it',
  become: 'can make themselves able to',
}

/** What nobody is shown for, in a report that sees the manifests only. */
export const NOBODY = 'nobody by these manifests'

/** `RB001 secret-read-unscoped`. */
export function ruleWords({ id, name }: RuleDescription | Pass): string {
  return `${id} ${name}`
}

/** `Role keyspace/readers: what is wrong`, or only what is wrong. */
export function sayingOf({ object, message }: Finding | Pass, show: Show): string {
  return object === undefined ? show(message) : `${show(titleOf(object))}: ${show(message)}`
}

export function secretTitle(secret: SecretName): string {
  return titleOf({ kind: 'Secret', ...secret })
}

/** `allowed`, `not allowed, new`, or nothing. */
export function standingWords({ isAllowed, isNew }: Reacher): string {
  const allowed = isAllowed === undefined ? [] : [isAllowed ? 'allowed' : 'not allowed']
  return [...allowed, ...(isNew ? ['new'] : [])].join(', ')
}

/** One step, with its place where it has one. */
export function stepWords({ text, at }: Step, show: Show): string {
  return at === undefined ? show(text) : `${show(text)} (${show(placeOf(at))})`
}

/** The way on one line. */
export function wayWords(path: readonly Step[], show: Show): string {
  return path.map(({ text }) => show(text)).join(' → ')
}

/** What `--fix` does, or what a person may do; undefined: nothing is proposed. */
export function fixWords({
  fix,
  isMendable,
}: Finding): readonly [label: string, title: string] | undefined {
  if (isMendable && fix !== undefined) return ['mended by --fix', fix.title]
  return fix === undefined ? undefined : ['suggestion', fix.title]
}

/** Why a finding counts for nothing, and how long. */
export function exemptionWords({ reason, expires, at }: Exempted, show: Show): string {
  return `${show(reason)} (until ${show(expires)}, ${show(placeOf(at))})`
}

/** `2 errors, 1 warning`; `no findings`. */
export function levelWords(findings: readonly Finding[]): string {
  const counts = LEVELS.map((level) => [level, findings.filter((f) => f.level === level).length])
  const words = counts.flatMap(([level, number]) => {
    return number === 0 ? [] : [count(Number(number), String(level))]
  })
  return words.length === 0 ? 'no findings' : words.join(', ')
}

/** How many findings are what. */
export function countWords({ base, findings, fixed, exempted }: CheckReport): string {
  const added = findings.filter(({ isNew }) => isNew).length
  return [
    levelWords(findings),
    ...(base === undefined ? [] : [`${added} new`, `${fixed.length} fixed`]),
    ...(exempted.length === 0 ? [] : [`${exempted.length} exempted`]),
  ].join(', ')
}

export function isAtLeast(level: Level, failOn: Level): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(failOn)
}

/** Whether the report has what a check fails on, and a sentence about it. */
export function verdictOf({ findings }: CheckReport, failOn: Level): readonly [boolean, string] {
  const number = findings.filter(({ level }) => isAtLeast(level, failOn)).length
  const above = failOn === 'error' ? 'of level error' : `of level ${failOn} or above`
  return [number > 0, `${number === 0 ? 'nothing' : count(number, 'finding')} ${above}`]
}

/** `checked 40 rules for Kubernetes 1.37`. */
export function scopeWords({ rules, kubernetes }: CheckReport, show: Show): string {
  return `${count(rules.length, 'rule')} checked, for Kubernetes ${show(kubernetes)}`
}

/** The rules that were asked, and those that something in the report is of, by id. */
export function allRules(report: CheckReport): RuleDescription[] {
  const { rules, findings, fixed, exempted } = report
  const found = [...findings, ...fixed, ...exempted.map(({ finding }) => finding)]
  const all = new Map([...found.map(({ rule }) => rule), ...rules].map((rule) => [rule.id, rule]))
  return [...all.values()].sort((one, other) => (one.id < other.id ? -1 : 1))
}
