// Events in; what Prometheus reads out. Names of Applications and environments are no labels: there can be
// any number of them, and everybody who reaches the port reads them.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { version } from '../version.ts'
import { printable } from '../visible.ts'
import type { Observe, WatchEvent } from './events.ts'

/** The metrics of one run. */
export interface WatchMetrics {
  readonly observe: Observe
  /** The page and its media type. */
  read(): Promise<{ readonly text: string; readonly type: string }>
  close(): void
}

const PREFIX = 'phase_watch_'
/** Pairs of a credential and a host; those that come later are counted together as `other`. */
const MOST_PAIRS = 200
const LONGEST_LABEL = 200
/** Seconds: from one refresh at once to the longest spread and a retry or two. */
const DELAYS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600]
const DURATIONS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 90]
/** Milliseconds. Ten would wake an idle process a hundred times a second. */
const LAG_PRECISION = 100
const SECOND = 1000
/** All of them are there from the beginning: a rate begins with a zero. */
const OUTCOMES = ['refreshed', 'failed', 'postponed', 'skipped'] as const
const SYNC_OUTCOMES = ['synced', 'failed'] as const

/** @param wall milliseconds since 1970. */
export function watchMetrics(wall: () => number): WatchMetrics {
  const registry = new Registry()
  const meters = createMeters(registry)
  const pairs = new Map<string, Pair>()
  meters.info.set({ version }, 1)
  for (const outcome of OUTCOMES) meters.refreshes.inc({ outcome }, 0)
  for (const outcome of SYNC_OUTCOMES) meters.syncs.inc({ outcome }, 0)
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_PRECISION })
  return {
    observe(event) {
      countState(meters, event)
      countPoll(meters, pairs, event, wall)
      countRefresh(meters, event)
    },
    async read() {
      return { text: await registry.metrics(), type: registry.contentType }
    },
    close: () => registry.clear(),
  }
}

type Meters = ReturnType<typeof createMeters>
const PAIR = ['credential', 'host'] as const
type Pair = Readonly<Record<(typeof PAIR)[number], string>>

function createMeters(registry: Registry) {
  const registers = [registry]
  const gauge = (name: string, help: string) => new Gauge({ name: PREFIX + name, help, registers })
  const counter = (name: string, help: string) =>
    new Counter({ name: PREFIX + name, help, registers })
  const byPair = { labelNames: PAIR, registers }
  const byOutcome = { labelNames: ['outcome'] as const, registers }
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name: PREFIX + name, help, buckets, registers })
  return {
    info: new Gauge({
      name: `${PREFIX}info`,
      help: 'Always 1; which version runs.',
      labelNames: ['version'] as const,
      registers,
    }),
    leader: gauge('leader', '1 while this replica acts.'),
    electionFailures: counter(
      'election_failures_total',
      'Times that the lease could not be had or kept for a fault.',
    ),
    lastPoll: new Gauge({
      name: `${PREFIX}last_poll_timestamp_seconds`,
      help: 'When a token was last asked with and got an answer, in seconds since 1970.',
      ...byPair,
    }),
    polls: new Counter({ name: `${PREFIX}polls_total`, help: 'Answers of Phase.', ...byPair }),
    pollFailures: new Counter({
      name: `${PREFIX}poll_failures_total`,
      help: 'Questions to Phase without a good answer.',
      ...byPair,
    }),
    environments: new Gauge({
      name: `${PREFIX}environments`,
      help: 'Environments that a token sees.',
      ...byPair,
    }),
    applications: gauge(
      'applications',
      'Applications that the account sees and the configuration selects.',
    ),
    watched: gauge('applications_watched', 'Those of them that use values of Phase.'),
    unread: gauge(
      'applications_unknown',
      'Those of them of which it is not known yet what they use.',
    ),
    pending: gauge('pending', 'Applications that wait to be refreshed.'),
    argocdFailures: counter('argocd_failures_total', 'Times that Argo CD gave no good answer.'),
    changes: counter('changes_total', 'Changes of environments that Applications use.'),
    refreshes: new Counter({
      name: `${PREFIX}refreshes_total`,
      help: 'Refreshes by outcome: refreshed, failed, postponed (closed sync window), skipped (dry run).',
      ...byOutcome,
    }),
    delay: histogram(
      'refresh_delay_seconds',
      'From the sighting of a change to the end of the refresh.',
      DELAYS,
    ),
    duration: histogram('refresh_duration_seconds', 'What a refresh itself takes.', DURATIONS),
    syncs: new Counter({
      name: `${PREFIX}syncs_total`,
      help: 'Syncs by outcome: synced, failed.',
      ...byOutcome,
    }),
    saves: counter('state_saves_total', 'Times that the state was saved.'),
    stateFailures: counter(
      'state_failures_total',
      'Times that the state could not be read or saved.',
    ),
  }
}

function countState(meters: Meters, event: WatchEvent): void {
  switch (event.type) {
    case 'leading':
      meters.leader.set(1)
      break
    case 'standing-by':
    case 'leadership-lost':
    case 'stopping':
      meters.leader.set(0)
      break
    case 'election-failed':
      meters.electionFailures.inc()
      break
    case 'state-loaded':
      meters.pending.set(event.pending)
      break
    case 'state-saved':
      meters.saves.inc()
      break
    case 'state-failed':
      meters.stateFailures.inc()
      break
    case 'argocd-failed':
      meters.argocdFailures.inc()
      break
    case 'listed':
      meters.applications.set(event.total)
      meters.watched.set(event.watched)
      meters.unread.set(event.unread)
      break
  }
}

function countPoll(
  meters: Meters,
  pairs: Map<string, Pair>,
  event: WatchEvent,
  wall: () => number,
): void {
  if (event.type === 'polled') {
    const pair = pairOf(event, pairs)
    meters.pollFailures.inc(pair, 0)
    meters.polls.inc(pair)
    meters.lastPoll.set(pair, wall() / SECOND)
    meters.environments.set(pair, event.environments)
  }
  if (event.type === 'poll-failed') {
    const pair = pairOf(event, pairs)
    meters.polls.inc(pair, 0)
    meters.pollFailures.inc(pair)
  }
}

function pairOf({ credential, host }: Pair, pairs: Map<string, Pair>): Pair {
  const key = `${host} ${credential}`
  const known = pairs.get(key)
  if (known !== undefined) return known
  if (pairs.size >= MOST_PAIRS) return { credential: 'other', host: 'other' }
  const label = (text: string) => printable(text, LONGEST_LABEL)
  const pair = { credential: label(credential), host: label(host) }
  pairs.set(key, pair)
  return pair
}

function countRefresh(meters: Meters, event: WatchEvent): void {
  switch (event.type) {
    case 'changed':
      meters.changes.inc()
      break
    case 'pending':
      meters.pending.set(event.count)
      break
    case 'postponed':
      meters.refreshes.inc({ outcome: 'postponed' })
      break
    case 'would-refresh':
      meters.refreshes.inc({ outcome: 'skipped' })
      break
    case 'refreshed':
      meters.refreshes.inc({ outcome: 'refreshed' })
      meters.delay.observe(event.delay / SECOND)
      meters.duration.observe(event.ms / SECOND)
      break
    case 'refresh-failed':
      meters.refreshes.inc({ outcome: 'failed' })
      break
    case 'synced':
      meters.syncs.inc({ outcome: 'synced' })
      break
    case 'sync-failed':
      meters.syncs.inc({ outcome: 'failed' })
      break
  }
}
