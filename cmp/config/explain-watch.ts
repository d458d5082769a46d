// The section `watch` of a configuration in; whom it asks and how often, for the administrator, out.
import type { TokenPlace, WatchSection } from '../watch/section.ts'
import type { ObjectPlace } from '../watch/settings.ts'

/** The section as it counts, in the words of the file; times in seconds. */
export interface WatchExplanation {
  readonly argocd: WatchSection['argocd']
  /** Absent: as for renders. */
  readonly phase?: readonly TokenPlace[] | undefined
  readonly interval: WatchSection['tuning']['interval']
  readonly requestsPerMinute: number
  readonly spread: number
  readonly concurrency: number
  readonly sync: boolean
  readonly state?: WatchSection['state']
  readonly lease?: WatchSection['lease']
}

const SECOND = 1000

export function explainWatch({
  argocd,
  phase,
  tuning,
  state,
  lease,
}: WatchSection): WatchExplanation {
  const { standard, shortest, longest } = tuning.interval
  return {
    argocd,
    phase,
    ...tuning,
    interval: {
      standard: standard / SECOND,
      shortest: shortest / SECOND,
      longest: longest / SECOND,
    },
    spread: tuning.spread / SECOND,
    state,
    lease,
  }
}

/** Lines, indented as those of policies are. */
export function describeWatch(watch: WatchExplanation): string[] {
  const { argocd, phase, interval, state, lease } = watch
  return [
    'watch asks:',
    `  Argo CD: ${argocd.server ?? 'what ARGOCD_SERVER says'}`,
    `  token: ${argocd.tokenFile ?? 'what ARGOCD_AUTH_TOKEN says'}`,
    `  projects: ${argocd.projects?.join(', ') ?? 'all that the account sees'}`,
    `  selector: ${argocd.selector ?? 'none'}`,
    `  Phase: ${phase?.map(placeText).join(', ') ?? "with the renders' default credential and token directory"}`,
    `  interval: ${interval.standard} s, PhaseSecrets from ${interval.shortest} s to ${interval.longest} s`,
    `  requestsPerMinute: ${watch.requestsPerMinute}`,
    `  spread: ${watch.spread} s, ${watch.concurrency} at a time`,
    `  sync: ${watch.sync}`,
    `  state: ${stateText(state)}`,
    `  lease: ${lease === undefined ? 'none' : objectText(lease)}`,
  ]
}

function placeText({ host, token }: TokenPlace): string {
  const path = 'file' in token ? token.file : `${token.directory}/<namespace>/<name>/token`
  return `${path} at ${host ?? 'the default host'}`
}

function stateText(state: WatchSection['state']): string {
  if (state === undefined) return 'not kept'
  return 'file' in state ? state.file : `ConfigMap ${objectText(state.configMap)}`
}

function objectText({ namespace, name }: ObjectPlace): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}
