// The nouns of a plan: what is done to a cluster's encryption, one pull request after the other.

export const PLAN_KINDS = ['enable', 'rotate', 'disable', 'migrate-to-kms'] as const
export type PlanKind = (typeof PLAN_KINDS)[number]

/** One pull request, or one thing to run between two. All texts are plain; commands are for a POSIX shell. */
export interface PlanStep {
  readonly title: string
  /** Why it is a step of its own. */
  readonly why?: string | undefined
  /** What the pull request changes. */
  readonly commit?: readonly string[] | undefined
  /** Commands that make the change, or carry it out. */
  readonly run?: readonly string[] | undefined
  /** A manifest that does the same as `run`. */
  readonly orApply?: string | undefined
  /** What has to be true before the next step, or how to see that it is. */
  readonly verify?: readonly string[] | undefined
  readonly goBack?: readonly string[] | undefined
}

/** A whole plan. */
export interface Plan {
  readonly kind: PlanKind
  readonly title: string
  readonly kubeVersion: string
  readonly target?: string | undefined
  readonly notes: readonly string[]
  readonly steps: readonly PlanStep[]
}
