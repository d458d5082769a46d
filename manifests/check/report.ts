// The nouns of what a check reports: plain data, without values, ready to be printed in any format.
import type { ObjectName, Position } from '../problem.ts'
import type { Subject } from '../rbac/model.ts'
import type {
  Found,
  Level,
  RuleDescription,
  SecretName,
  Severity,
  Step,
  TextEdit,
} from './model.ts'

/** A finding as it is reported: its severity is final. */
export interface Finding extends Omit<Found, 'severity'> {
  readonly rule: RuleDescription
  readonly severity: Severity
  readonly level: Level
  /** 32 hexadecimal digits: of rule, object, message and subjects, not of lines; unique in a report. */
  readonly fingerprint: string
  /** Whether the base does not have it; absent without a base. */
  readonly isNew?: boolean | undefined
  /** What `--fix` would write; only where it would. */
  readonly edits?: readonly TextEdit[] | undefined
}

/** A finding that an exemption covers. */
export interface Exempted {
  readonly finding: Finding
  readonly reason: string
  /** `2027-01-31`, the last day. */
  readonly expires: string
  /** Where the exemption is written. */
  readonly at: Position
}

/** Something that is as it should be: proof for a reviewer. */
export interface Pass {
  /** `P1` to `P9`. */
  readonly id: string
  /** `role-limited-to-managed-secrets`. */
  readonly name: string
  readonly status: 'pass' | 'fail' | 'not applicable'
  /** One line, lower case, no full stop. */
  readonly message: string
  readonly object?: ObjectName | undefined
  readonly at?: Position | undefined
}

/**
 * How somebody gets at a Secret:
 * `read`   through the API: get, list or watch of Secrets
 * `pod`    by a pod of the namespace: creating or changing one, or running commands in one
 * `write`  changing or deleting it
 * `become` by making themselves able to: escalation
 */
export const REACHES = ['read', 'pod', 'write', 'become'] as const
export type Reach = (typeof REACHES)[number]

/** Somebody who gets at a Secret. */
export interface Reacher {
  readonly subject: Subject
  readonly reach: Reach
  /** What they may do, sorted by resource: `get secrets`, `create,patch deployments.apps`. */
  readonly powers: readonly string[]
  /** One way, from the binding to the rule. */
  readonly path: readonly Step[]
  /** Whether the policy says that they may; absent where it says nothing about this Secret's readers. */
  readonly isAllowed?: boolean | undefined
  /** Whether the base does not have it; absent without a base. */
  readonly isNew?: boolean | undefined
}

/** A managed Secret, who gets at it, and what this change does to that. */
export interface SecretAccess {
  readonly secret: SecretName
  /** Where it is asked for. */
  readonly at?: Position | undefined
  /** The workloads that use it through the kubelet, which needs no permission of theirs. */
  readonly usedBy: readonly ObjectName[]
  /** Sorted by reach, then subject. */
  readonly reachers: readonly Reacher[]
  /** Who got at it in the base and does not any more. */
  readonly removed: readonly Reacher[]
  /** Whether the base does not have the Secret; absent without a base. */
  readonly isNew?: boolean | undefined
}

/** Everything that a check has to say. */
export interface CheckReport {
  /** What was checked, as the user calls it. */
  readonly label: string
  /** What it was compared with; absent without `--base`. */
  readonly base?: string | undefined
  /** The version of Kubernetes whose rules and built-in roles count: `1.37`. */
  readonly kubernetes: string
  /** The worst first, then by place. */
  readonly findings: readonly Finding[]
  /** Findings of the base that are gone; empty without a base. */
  readonly fixed: readonly Finding[]
  readonly exempted: readonly Exempted[]
  readonly passes: readonly Pass[]
  readonly secrets: readonly SecretAccess[]
  /** All rules that were asked, by id. */
  readonly rules: readonly RuleDescription[]
  /** Sentences that belong under every report, such as what RBAC cannot promise. */
  readonly notes: readonly string[]
}
