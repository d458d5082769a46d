// The nouns of the policy of a check: what the repository asks for, what the platform holds it to, and
// what comes of both. Rules are written by id or name here: which exist is known when they are merged.
import type { ObjectName, Position, Problem } from '../../problem.ts'
import type { BoundSubject, Subject } from '../../rbac/model.ts'
import type { Found, Level, RuleDescription, SecretName, Severity } from '../model.ts'

/** The file in the root of a repository. */
export const POLICY_FILE = '.phase-check.yaml'

/**
 * The name of the rule that finds readers whom no list allows. Where the platform has a list, the rule
 * is enforced: an exemption would be another way to widen the list.
 */
export const READER_RULE = 'reader-not-allowed'

/** The rule that finds what no rule could look into. Where the platform enforces any rule, it enforces this one. */
export const UNREADABLE_RULE = 'not-renderable'

/** Of a rule's findings: how bad they are, or that they are none. */
export type RuleSeverity = Severity | 'off'

/** A text and where it is written. */
export interface Placed {
  readonly text: string
  readonly at: Position
}

/** What a file says of a rule, by its id or name. */
export interface SeverityEntry {
  readonly rule: Placed
  readonly severity: RuleSeverity
}

/** An exemption as it is written; what is absent narrows nothing. */
export interface WrittenExemption {
  readonly at: Position
  readonly rules: readonly Placed[]
  readonly object?: ObjectName | undefined
  readonly subject?: Subject | undefined
  readonly secret?: SecretName | undefined
  /** One line. */
  readonly reason: string
  /** `2027-01-31`, the last day on which it holds, in UTC. */
  readonly expires: string
}

/** Who may read which Secrets through the API. */
export interface ReaderList {
  readonly at: Position
  readonly secrets: readonly (SecretName & { readonly at: Position })[]
  readonly subjects: readonly BoundSubject[]
}

/** A Secret that is guarded though no PhaseSecret of the manifests asks for it; without a name all of a namespace. */
export interface ManagedSecrets {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly at: Position
}

/** What both files can say. */
interface CommonPolicy {
  readonly failOn?: { readonly level: Level; readonly at: Position } | undefined
  readonly severity: readonly SeverityEntry[]
  readonly readers: readonly ReaderList[]
  readonly managedSecrets: readonly ManagedSecrets[]
}

/** `.phase-check.yaml`: untrusted. */
export interface RepositoryPolicy extends CommonPolicy {
  readonly exemptions: readonly WrittenExemption[]
}

/** The section `check` of the platform's configuration file: trusted. */
export interface PlatformPolicy extends CommonPolicy {
  /** Ids, names and chapters of rules. */
  readonly enforced: readonly Placed[]
  readonly exemptions: {
    readonly allowed: boolean
    /** Days from today to the last day of an exemption. */
    readonly longest?: number | undefined
  }
  readonly trusted: readonly BoundSubject[]
}

/** An exemption that holds. */
export interface Exemption {
  readonly reason: string
  /** `2027-01-31`, the last day. */
  readonly expires: string
  readonly at: Position
}

/** What exemptions look at in a finding. */
export type Subjected = Pick<Found, 'object' | 'subject' | 'subjects' | 'secrets'>

/** A finding that was exempted: what `Exempted` in ../report.ts has of it. */
export interface ExemptedFinding {
  readonly finding: Subjected & { readonly rule: RuleDescription }
}

/** The policy that a check follows. */
export interface CheckPolicy {
  /** From which level on a check fails. */
  readonly failOn: Level
  /** The laxest level that the command line may ask for; absent without a platform's. */
  readonly failOnBound?: Level | undefined
  /** Of both files, sorted, each once. */
  readonly managedSecrets: readonly ManagedSecrets[]
  severityOf(rule: RuleDescription, found: Pick<Found, 'severity'>): RuleSeverity
  /**
   * The exemption that covers a finding. A finding about several subjects or Secrets is covered where each
   * subject is for each Secret; then it is the exemption that ends first.
   */
  exemptionFor(rule: RuleDescription, found: Subjected): Exemption | undefined
  /**
   * Who may read a Secret through the API, sorted; undefined where nobody says. Trusted subjects are
   * not in it: ask `isTrusted` too.
   */
  allowedReaders(secret: SecretName): readonly Subject[] | undefined
  /**
   * Whether the platform enforces a rule: then nothing that the repository says, its readers included,
   * may silence a finding of it.
   */
  isEnforced(rule: RuleDescription): boolean
  /** Whether the platform says that a subject is its own. */
  isTrusted(subject: Subject): boolean
  /**
   * Notices about what the repository's file says to no effect. Ask it after the run.
   * @param secrets all Secrets that the check guards.
   */
  unmatched(exempted: Iterable<ExemptedFinding>, secrets: readonly SecretName[]): Problem[]
}
