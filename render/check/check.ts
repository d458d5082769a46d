// What was read of the head, and of what it is compared with, in; everything that a check has to say out.
import { accessOf, compareAccess } from '../../manifests/check/access.ts'
import type { Rule, RuleDescription } from '../../manifests/check/model.ts'
import type { CheckReport } from '../../manifests/check/report.ts'
import type { Decisions } from '../../manifests/check/run.ts'
import { runRules } from '../../manifests/check/run.ts'
import type { PhaseFacts } from './facts.ts'
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

/** Checks. */
export function check({ label, head, base, rules, decisions }: CheckInput): CheckReport {
  const now = runRules(rules, { ...head, base: base?.facts }, decisions)
  const before = base && runRules(rules, base.facts, decisions)
  const known = new Set(before?.findings.map(({ fingerprint }) => fingerprint))
  const left = new Set(
    [...now.findings, ...now.exempted.map(({ finding }) => finding)].map(
      (each) => each.fingerprint,
    ),
  )
  const findings = now.findings.map((finding) =>
    before === undefined ? finding : { ...finding, isNew: !known.has(finding.fingerprint) },
  )
  const access = accessOf(head)
  return {
    label,
    base: base?.label,
    kubernetes: `1.${head.minor}`,
    findings,
    fixed: before?.findings.filter(({ fingerprint }) => !left.has(fingerprint)) ?? [],
    exempted: now.exempted,
    passes: passesOf(head, now.found),
    secrets: base === undefined ? access : compareAccess(accessOf(base.facts), access),
    rules: rules.map(describe),
    notes: NOTES,
  }
}

function describe({ find: _, ...rule }: Rule<PhaseFacts>): RuleDescription {
  return rule
}
