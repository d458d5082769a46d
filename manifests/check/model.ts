// The nouns of a check: rules, what they find, what it takes to mend it, and what is reported.
import type { ManifestObject } from '../document.ts'
import type { ObjectName, Position } from '../problem.ts'
import type { Subject } from '../rbac/model.ts'

/** The worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof SEVERITIES)[number]

/** What a continuous integration knows, the worst first. */
export const LEVELS = ['error', 'warning', 'note'] as const
export type Level = (typeof LEVELS)[number]

const LEVEL_OF: Readonly<Record<Severity, Level>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
}

export function levelOf(severity: Severity): Level {
  return LEVEL_OF[severity]
}

/** The chapters of the catalogue. */
export const CHAPTERS = [
  'manifests',
  'grants',
  'bindings',
  'workloads',
  'escalation',
  'phase',
  'argocd',
  'secrets',
  'encryption',
] as const
export type Chapter = (typeof CHAPTERS)[number]

/** What a reader is told of a rule; its page is made of it. Sentences are ours, in plain Markdown. */
export interface RuleDescription {
  /** `RB001`. */
  readonly id: string
  /** `secret-read-unscoped`. */
  readonly name: string
  readonly chapter: Chapter
  /** Of most findings; a finding may be worse or better. */
  readonly severity: Severity
  /** One line, lower case, no full stop: what is wrong where it is found. */
  readonly summary: string
  /** Why it matters: one or two short paragraphs. */
  readonly why: string
  /** What to do: one short paragraph. */
  readonly fix: string
  /** Whether findings are mended by `--fix`, come with a suggestion, or with neither. */
  readonly fixable: 'yes' | 'suggestion' | 'no'
  readonly example: Example
}

/** Manifests that a rule finds something in, and the same manifests put right: the page shows them, a test checks them. */
export interface Example {
  readonly bad: string
  readonly good: string
  /** What was there before, of a rule that compares: of `bad` and of `good`. */
  readonly base?: string | undefined
  /** The minor version of Kubernetes that both are checked for; absent: the newest. */
  readonly minor?: number | undefined
  /** A `.phase-check.yaml` that both are checked with. */
  readonly policy?: string | undefined
}

/** A rule. @typeParam Facts what it looks at. */
export interface Rule<Facts> extends RuleDescription {
  find(facts: Facts): Iterable<Found>
}

/** A Secret; without a namespace it is in the one that the manifests leave open. */
export interface SecretName {
  readonly namespace?: string | undefined
  readonly name: string
}

/** One step of the way from a subject to a Secret, such as `RoleBinding keyspace/readers`. */
export interface Step {
  readonly text: string
  /** Absent for what is built into Kubernetes. */
  readonly at?: Position | undefined
}

/** What a rule finds. */
export interface Found {
  /** Absent only where it is of no single place. */
  readonly at?: Position | undefined
  readonly object?: ObjectName | undefined
  /** Where it differs from the rule's. */
  readonly severity?: Severity | undefined
  /**
   * One line, lower case, no full stop, never a value. With the rule and the object it tells findings
   * apart, also between two revisions: no line numbers, no counts.
   */
  readonly message: string
  /** What to do about this one. */
  readonly hint?: string | undefined
  /** Who is meant, for exemptions. */
  readonly subject?: Subject | undefined
  /** Everybody who is meant, where it is more than `subject`: an exemption has to cover each of them. */
  readonly subjects?: readonly Subject[] | undefined
  /** Which Secrets it is about, for exemptions. */
  readonly secrets?: readonly SecretName[] | undefined
  /** How the subject gets there. */
  readonly path?: readonly Step[] | undefined
  readonly fix?: Fix | undefined
}

/** One operation of a JSON patch (RFC 6902); `path` is a JSON pointer (RFC 6901) into the object. */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

/**
 * How to mend a finding. Rules leave out `test` operations: what is removed or replaced is tested before
 * anyway (`manifests/check/patch.ts`).
 */
export interface Fix {
  /** One line, an imperative without a full stop: `limit the rule to keyspace-cloud-prod-secret`. */
  readonly title: string
  readonly object: ManifestObject
  readonly operations: readonly PatchOperation[]
  /** Whether `--fix` may do it without asking: it takes away what nobody in the manifests uses. */
  readonly isSafe: boolean
}

/** A stretch of a source file and what to put there; lines and columns are 1-based, the end is exclusive. */
export interface TextEdit {
  readonly file: string
  readonly start: { readonly line: number; readonly column: number }
  readonly end: { readonly line: number; readonly column: number }
  readonly text: string
}
