// `watch`: what the command line and the settings say, put together; a log, metrics and probes around a
// run. The exit code is 0 after SIGTERM: a process that was told to stop has done what it should.
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'
import { systemClock } from '../../render/phase/retry.ts'
import type { Io } from '../io.ts'
import type { LoadedWatch } from '../load-watch.ts'
import { loadWatch } from '../load-watch.ts'
import { exitCodeOf, report } from '../report.ts'
import type { Probes } from '../watch/choices.ts'
import type { Endpoints } from '../watch/endpoints.ts'
import { openEndpoints } from '../watch/endpoints.ts'
import type { ListenAddress } from '../watch/listen.ts'
import { listenText, parseListen } from '../watch/listen.ts'
import type { WatchLog } from '../watch/log.ts'
import { LOG_FORMATS, watchLog } from '../watch/log.ts'
import { watchMetrics } from '../watch/metrics.ts'
import type { WatchClock } from '../watch/model.ts'
import { runWatch } from '../watch/run.ts'
import { notTogether, unlessOneOf } from './options.ts'

/** What the command line says. */
export interface WatchOptions {
  readonly config?: string | undefined
  readonly once: boolean
  readonly dryRun: boolean
  readonly listen?: string | undefined
  readonly logFormat: string
  readonly kubeconfig?: string | undefined
  readonly context?: string | undefined
}

const CLOCK: WatchClock = { ...systemClock, wall: Date.now }
/** Before there is anything to ask. */
const STARTING: Probes = { isAlive: () => true, isReady: () => false }

/** Runs until the signal, or once. @returns the exit code. */
export async function watchCommand(options: WatchOptions, io: Io): Promise<number> {
  const format = LOG_FORMATS.find((each) => each === options.logFormat)
  const listen = options.listen === undefined ? undefined : parseListen(options.listen)
  const mistakes = checkOptions(options)
  if (mistakes.length > 0 || format === undefined) return report(mistakes, io)
  const log = watchLog({ format, write: (text) => io.stderr.write(text), wall: CLOCK.wall })
  const say = format === 'text' ? (problems: Problems) => report(problems, io) : reporter(log)
  const loaded = await loadWatch(io.env, options.config)
  if ('problems' in loaded) return say(loaded.problems)
  say(loaded.value.notices)
  return run({ options, log, say, listen, loaded: loaded.value }, io)
}

type Problems = readonly Problem[]

/** A log of JSON has nothing else in it. */
function reporter(log: WatchLog) {
  return (problems: Problems): number => {
    for (const problem of problems) log.problem(problem)
    return exitCodeOf(problems)
  }
}

function checkOptions({ logFormat, listen, once }: WatchOptions): Problem[] {
  return [
    ...unlessOneOf('--log-format', logFormat, LOG_FORMATS),
    ...(listen === undefined || parseListen(listen) !== undefined ? [] : [NO_ADDRESS]),
    ...(once && listen !== undefined ? [notTogether('--once', '--listen')] : []),
  ]
}

const NO_ADDRESS = usageError(
  '--listen is not ADDRESS:PORT',
  'such as 127.0.0.1:8080, [::1]:8080, or 0.0.0.0:8080 for every address of this machine',
)

interface Prepared {
  readonly options: WatchOptions
  readonly log: WatchLog
  say(problems: Problems): number
  readonly listen: ListenAddress | undefined
  readonly loaded: LoadedWatch
}

async function run({ options, log, say, listen, loaded }: Prepared, io: Io): Promise<number> {
  const metrics = listen === undefined ? undefined : watchMetrics(CLOCK.wall)
  let probes = STARTING
  let endpoints: Endpoints | undefined
  try {
    if (listen !== undefined && metrics !== undefined) {
      const opened = await openEndpoints(listen, {
        isAlive: () => probes.isAlive(),
        isReady: () => probes.isReady(),
        metrics: metrics.read,
      })
      if ('problems' in opened) return say(opened.problems)
      endpoints = opened.value
      log.listening(listenText(endpoints.address))
    }
    return await runWatch(
      loaded.settings,
      {
        once: options.once,
        dryRun: options.dryRun,
        cluster: { kubeconfig: options.kubeconfig, context: options.context },
        clock: CLOCK,
        observe: (event) => {
          log.observe(event)
          metrics?.observe(event)
        },
        report: say,
        expose: (made) => {
          probes = made
        },
        proxyFor: loaded.proxyFor,
        allowUserToken: loaded.allowUserToken,
      },
      io,
    )
  } finally {
    await endpoints?.close()
    metrics?.close()
  }
}
