// The settings of `watch` in; an exit code out, at the end of the run. All that reaches outside is opened here.
import type { Problem } from '../../manifests/problem.ts'
import { outsideError, usageError } from '../../manifests/problem.ts'
import { readClusterSettings } from '../environment.ts'
import type { Io } from '../io.ts'
import { version } from '../version.ts'
import { openArgoCd } from './argocd/argocd.ts'
import type { WatchChoices } from './choices.ts'
import { kubernetesLease, newIdentity } from './election/kubernetes-lease.ts'
import { runElected } from './election/run-elected.ts'
import type { Observe } from './events.ts'
import type { KubernetesOptions } from './kubernetes/named-object.ts'
import type { StateStore } from './model.ts'
import { ArgoCdError } from './model.ts'
import { openCredentials } from './phase/credentials.ts'
import type { WatchSettings } from './settings.ts'
import { configMapStore } from './state/config-map-store.ts'
import { fileStore } from './state/file-store.ts'
import type { Progress, WatchOptions } from './watch.ts'
import { watch, watchOnce } from './watch.ts'

/** Milliseconds without a sign of life: the loops show one every ten seconds, and no call takes longer than this. */
const LONGEST_SILENCE = 10 * 60 * 1000

const NO_STATE: Problem = {
  severity: 'warning',
  fault: 'usage',
  message:
    'no state is kept: a change that comes while nothing watches is only noticed within a day',
  hint: 'set watch.state.configMap, or watch.state.file outside of a cluster',
}
const ONCE_WITHOUT_STATE = usageError(
  '--once without a state has nothing to compare with',
  'set watch.state.file or watch.state.configMap, or add --dry-run to look at what there is',
)

/** Watches until the signal, as the leader where there are several; or looks once. @returns the exit code. */
export async function runWatch(
  settings: WatchSettings,
  choices: WatchChoices,
  io: Io,
): Promise<number> {
  if (settings.state === undefined) {
    if (choices.once && !choices.dryRun) return choices.report([ONCE_WITHOUT_STATE])
    if (!choices.dryRun) choices.report([NO_STATE])
  }
  const userAgent = `argocd-phase-plugin/${version} (watch)`
  const { proxyFor, allowUserToken } = choices
  const credentials = openCredentials(settings.credentials, { proxyFor, userAgent, allowUserToken })
  const work = async <T>(
    signal: AbortSignal,
    task: (options: WatchOptions) => Promise<T>,
  ): Promise<T> => {
    const argocd = openArgoCd(settings.argocd, { signal, userAgent, proxyFor })
    try {
      return await task(optionsOf(settings, choices, io, { argocd, credentials, signal }))
    } finally {
      argocd.close()
    }
  }
  try {
    if (choices.once) return await work(io.signal, (options) => once(options, choices))
    await keepWatching(settings, choices, io, work)
    choices.observe({ type: 'stopping' })
    return 0
  } finally {
    credentials.close()
  }
}

type Work = (signal: AbortSignal, task: (options: WatchOptions) => Promise<void>) => Promise<void>

/** Who stands by is well and ready: there is nothing else for it to do. */
async function keepWatching(
  { lease }: WatchSettings,
  choices: WatchChoices,
  io: Io,
  work: Work,
): Promise<void> {
  const { clock, observe } = choices
  let progress: Progress | undefined
  let stands = false
  choices.expose({
    isAlive: () => clock.now() - (progress?.lastSign ?? clock.now()) < LONGEST_SILENCE,
    isReady: () => progress?.isReady ?? stands,
  })
  const lead = async (signal: AbortSignal) => {
    const mine: Progress = { isReady: false, lastSign: clock.now() }
    progress = mine
    await work(signal, (options) => watch(options, mine)).finally(() => {
      progress = undefined
    })
  }
  if (lease === undefined) return lead(io.signal)
  const place = kubernetesLease(lease, kubernetesOf(io, choices.cluster), clock)
  const listen: Observe = (event) => {
    stands ||= event.type === 'standing-by' || event.type === 'leading'
    observe(event)
  }
  const who = { lease: place, identity: newIdentity() }
  await runElected({ ...who, clock, observe: listen, signal: io.signal, lead })
}

async function once(options: WatchOptions, choices: WatchChoices): Promise<number> {
  try {
    return (await watchOnce(options)) ? 0 : 3
  } catch (error) {
    // Told to stop: what failed by that is no failure.
    if (options.signal.aborted) return 3
    if (!(error instanceof ArgoCdError)) throw error
    return choices.report([outsideError(error.message, error.hint)])
  }
}

function optionsOf(
  settings: WatchSettings,
  { clock, observe, dryRun, cluster }: WatchChoices,
  io: Io,
  {
    argocd,
    credentials,
    signal,
  }: {
    readonly argocd: WatchOptions['argocd']
    readonly credentials: { list: WatchOptions['credentials'] }
    readonly signal: AbortSignal
  },
): WatchOptions {
  const tuning = { ...settings.tuning, dryRun }
  const store = storeOf(settings, io, cluster)
  return { argocd, credentials: credentials.list, store, clock, observe, tuning, signal }
}

/** A new one for each leadership: what was kept has to be read anew. */
function storeOf(
  { state }: WatchSettings,
  io: Io,
  cluster: WatchChoices['cluster'],
): StateStore | undefined {
  if (state === undefined) return undefined
  if ('file' in state) return fileStore(state.file)
  return configMapStore(state.configMap, kubernetesOf(io, cluster))
}

function kubernetesOf(io: Io, cluster: WatchChoices['cluster']): KubernetesOptions {
  return { settings: readClusterSettings(io.env), ...cluster }
}
