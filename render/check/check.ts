// What was read of the head, and of what it is compared with, in; everything that a check has to say out.
import { accessReader, compareAccess } from '../../manifests/check/access.ts'
import { nameKey } from '../../manifests/check/facts.ts'
import type { Rule, RuleDescription } from '../../manifests/check/model.ts'
import type { CheckReport, Finding, SecretAccess } from '../../manifests/check/report.ts'
import type { Decisions } from '../../manifests/check/run.ts'
import { runRules } from '../../manifests/check/run.ts'
import type { PhaseFacts } from './facts.ts'
import { newness } from './newness.ts'
import { passesOf } from './passes.ts'

/** What is to be checked. */
export interface CheckInput {
  readonly label: string
  readonly head: PhaseFacts
  /** What the head is compared with. */
  readonly base?: { readonly label: string; readonly facts: PhaseFacts } | undefined
  readonly rules: readonly Rule<PhaseFacts>[]
  readonly decisions: Decisions
}

/** What no report leaves out, because a reader might think otherwise. */
const NOTES = [
  'RBAC says who reads a Secret through the API. It does not keep a pod of the namespace from mounting the Secret: whoever can create or change pods there can read it.',
  'Only the manifests that were given count. Permissions that exist elsewhere, and what Kubernetes grants on its own (members of system:masters, its controllers, nodes), are not listed.',
]

/** Rows of the list of who gets at what; a reviewer reads no longer one, and it grows with a square. */
const MOST_ROWS = 20_000
/** Of one finding; all of them count for exemptions. */
const MOST_SECRETS = 20

/** Checks. */
export function check({ label, head, base, rules, decisions }: CheckInput): CheckReport {
  const now = runRules(rules, { ...head, base: base?.facts }, decisions)
  const before = base && runRules(rules, base.facts, decisions)
  const isNew = before && newness(before.findings, base.facts)
  const left = [...now.findings, ...now.exempted.map(({ finding }) => finding)]
  const findings = now.findings.map((finding) => ({
    ...shortened(finding),
    ...(isNew === undefined ? {} : { isNew: isNew(finding) }),
  }))
  const listed = shown(head, base?.facts)
  const missing = head.secrets.length - listed.length
  return {
    label,
    base: base?.label,
    kubernetes: `1.${head.minor}`,
    findings,
    fixed: before === undefined ? [] : gone(before.findings, left).map(shortened),
    exempted: now.exempted,
    passes: passesOf(head, now.found),
    secrets: listed,
    rules: rules.map(describe),
    notes: missing === 0 ? NOTES : [...NOTES, notListed(missing)],
  }
}

/**
 * Those of the base that are no more. One that only says something else by now, such as one subject more, is
 * there still: so nothing counts where the same rule finds something new in the same object.
 */
function gone(before: readonly Finding[], now: readonly Finding[]): Finding[] {
  const left = new Set(now.map(({ fingerprint }) => fingerprint))
  const known = new Set(before.map(({ fingerprint }) => fingerprint))
  const grown = new Set(now.filter(({ fingerprint }) => !known.has(fingerprint)).map(objectKey))
  return before.filter((each) => !left.has(each.fingerprint) && !grown.has(objectKey(each)))
}

function objectKey({ rule, object }: Finding): string {
  return JSON.stringify([rule.id, object?.kind, object?.namespace, object?.name])
}

/** The first Secrets, as long as their rows fit into the list. */
function shown(head: PhaseFacts, base: PhaseFacts | undefined): SecretAccess[] {
  const read = accessReader(head)
  const readOld = base && accessReader(base)
  const before = new Map(base?.secrets.map((secret) => [nameKey(secret), secret]))
  const listed: SecretAccess[] = []
  let rows = 0
  for (const secret of head.secrets) {
    const own = read(secret)
    const old = before.get(nameKey(secret))
    const access = readOld === undefined ? own : compareAccess(old && readOld(old), own)
    rows += access.reachers.length + access.removed.length
    if (rows > MOST_ROWS) break
    listed.push(access)
  }
  return listed
}

function notListed(count: number): string {
  return `The list of who gets at which Secret is cut: ${count} Secrets more are checked and not listed. Check a smaller folder to see them.`
}

function shortened<T extends { readonly secrets?: Finding['secrets'] }>(finding: T): T {
  const { secrets } = finding
  if (secrets === undefined || secrets.length <= MOST_SECRETS) return finding
  return { ...finding, secrets: secrets.slice(0, MOST_SECRETS) }
}

function describe({ find: _, ...rule }: Rule<PhaseFacts>): RuleDescription {
  return rule
}
