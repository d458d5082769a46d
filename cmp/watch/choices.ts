// How one run of `watch` was called, apart from what it is configured with: the nouns between the command
// and the run.
import type { Problem } from '../../manifests/problem.ts'
import type { Settings } from '../settings.ts'
import type { Observe } from './events.ts'
import type { WatchClock } from './model.ts'

/** What a kubelet asks; both answer at once. */
export interface Probes {
  /** Whether the loops make progress. */
  isAlive(): boolean
  /** Whether it has taken up its work, as the leader or standing by. */
  isReady(): boolean
}

/** Which cluster holds the state and the lease; absent: as kubectl, then the pod's own. */
export interface ClusterChoice {
  readonly kubeconfig?: string | undefined
  readonly context?: string | undefined
}

/** What the command line says, and where what happens goes. */
export interface WatchChoices {
  /** One round: poll, refresh what is pending, and end. */
  readonly once: boolean
  readonly dryRun: boolean
  readonly cluster: ClusterChoice
  readonly clock: WatchClock
  readonly observe: Observe
  /** Says what keeps a run from beginning, in the format of the log. @returns the exit code it ends with. */
  report(problems: readonly Problem[]): number
  /** Called when there is something to probe; until then a process is alive and not ready. */
  expose(probes: Probes): void
  readonly proxyFor: Settings['proxyFor']
  readonly allowUserToken: boolean
}
