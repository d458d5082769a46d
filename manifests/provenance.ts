// What a rendered Secret says of where it comes from: an origin in, annotations out, and the other way
// round. The one place for their names. `watch` finds by them which Applications an environment is for.
import { valueAt } from './plain-value.ts'

const PREFIX = 'secrets.phase.dev/'

/** Whether an annotation or a label of a Secret is one that only this program may write. */
export function isOurs(name: string): boolean {
  return name.startsWith(PREFIX)
}

/** The Phase host, as `parseHost` spells it. */
export const HOST = `${PREFIX}host`
const APP_ID = `${PREFIX}app-id`
export const ENVIRONMENT_ID = `${PREFIX}environment-id`
/** The folder, normalised. */
const PATH = `${PREFIX}path`
/** The other environments that references in values lead to: ids, sorted, with commas; absent without any. */
const REFERENCED_ENVIRONMENT_IDS = `${PREFIX}referenced-environment-ids`
/** What the PhaseSecret says of it, in seconds; absent if it says nothing. */
const POLLING_INTERVAL = `${PREFIX}polling-interval`
/** A digest of the names of all that the Secret has; see render/emit.ts. */
export const FIELDS = `${PREFIX}fields`

/** Seconds, both included: a year, and what is less than one is none. `watch` has narrower bounds of its own. */
export const INTERVALS = { shortest: 1, longest: 31_536_000 } as const

/** Environments that one Secret names beside its own; a longer list is cut. */
export const MOST_REFERENCED = 100

/** Where the values of a Secret are from. */
export interface Provenance {
  readonly host: string
  readonly environmentId: string
  /** Other environments, sorted. */
  readonly referencedEnvironmentIds: readonly string[]
  /** Seconds. */
  readonly pollingInterval?: number | undefined
}

/** All that a render writes of it. */
export interface Origin extends Provenance {
  readonly appId: string
  readonly path: string
}

/** The annotations of a rendered Secret, without `FIELDS`. */
export function provenanceAnnotations(origin: Origin): Record<string, string> {
  const { referencedEnvironmentIds: others, pollingInterval } = origin
  return {
    [HOST]: origin.host,
    [APP_ID]: origin.appId,
    [ENVIRONMENT_ID]: origin.environmentId,
    [PATH]: origin.path,
    ...(others.length === 0
      ? {}
      : { [REFERENCED_ENVIRONMENT_IDS]: others.slice(0, MOST_REFERENCED).join(',') }),
    ...(pollingInterval === undefined ? {} : { [POLLING_INTERVAL]: String(pollingInterval) }),
  }
}

/** Phase's ids, as its API spells them (recorded answers in fixtures/vectors). */
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const ONE_ID = new RegExp(`^${UUID}$`)
const SOME_IDS = new RegExp(`^${UUID}(?:,${UUID}){0,${MOST_REFERENCED - 1}}$`)
/** Characters; more than the longest name of a host and some path. */
const LONGEST_HOST = 512

/**
 * Reads what a manifest says of its origin. Anybody can write a manifest with these annotations, so that
 * they may be made up: whether the host is one of ours is for the caller to see. Of a Secret and of a
 * SealedSecret alike it is `metadata.annotations` that is read; a SealedSecret's template repeats it.
 * @returns nothing where the host or the environment is missing or malformed; without the other
 *   environments or the interval where those are. Never throws.
 */
export function readProvenance(annotations: unknown): Provenance | undefined {
  const text = (name: string): string => {
    const value = valueAt(annotations, name)
    return typeof value === 'string' ? value : ''
  }
  const [host, environmentId] = [text(HOST), text(ENVIRONMENT_ID)]
  if (!isHost(host) || !ONE_ID.test(environmentId)) return undefined
  const listed = text(REFERENCED_ENVIRONMENT_IDS)
  const others = new Set(SOME_IDS.test(listed) ? listed.split(',') : [])
  others.delete(environmentId)
  return {
    host,
    environmentId,
    referencedEnvironmentIds: [...others].sort(),
    pollingInterval: readInterval(text(POLLING_INTERVAL)),
  }
}

/**
 * A host that nobody is going to ask, spelled as `parseHost` would (render/phase/host.ts); a word where it
 * is none. Whatever else a URL may hold, such as a password, is not in it.
 */
export function spellHost(text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return '<Phase host>'
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** In the one spelling, so that nothing is hidden in it. */
function isHost(text: string): boolean {
  return text.length <= LONGEST_HOST && /^https?:/.test(text) && spellHost(text) === text
}

function readInterval(text: string): number | undefined {
  const seconds = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0
  const { shortest, longest } = INTERVALS
  return seconds >= shortest && seconds <= longest ? seconds : undefined
}
