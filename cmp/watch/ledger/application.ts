// One Application: what a list says of it and what was read of it in; since when what Argo CD shows of
// it can have been rendered out. Times are on the clock's scale, which may be negative: before our start.
import type { ApplicationId, ListedApplication, RememberedApplication } from '../model.ts'
import { interleaved } from './fairness.ts'
import type { Heat } from './heat.ts'
import { noHeat } from './heat.ts'

/** When something happened: `now` on the clock's scale, `wall` in milliseconds since 1970. */
export interface Moment {
  readonly now: number
  readonly wall: number
}

/** Argo CD keeps what a plugin rendered for a day, unless it was configured otherwise (argocd-repo-server `--repo-cache-expiration`). */
export const CACHE_LIFETIME = 24 * 60 * 60 * 1000
/** How far the clocks of Phase, Argo CD and this machine may be apart. */
const CLOCK_SKEW = 2 * 60 * 1000
/** What was rendered is listed when it is compared, which may be this much later. */
const LONGEST_RENDER = 2 * 60 * 1000
/** Where reading failed: once more after a minute, at last after half an hour. */
const FIRST_REREAD = 60 * 1000
const LAST_REREAD = 30 * 60 * 1000
/** How many origins are remembered that an Application had before. */
const MOST_FORMER = 8

/** An origin that an Application had: Argo CD may still hold that render. */
interface Former {
  readonly renderedAfter: number
  readonly leftAt: number
}

export interface Application {
  readonly id: ApplicationId
  listed: ListedApplication | undefined
  /** What was read last, and of which origin. */
  known: RememberedApplication | undefined
  /** What Argo CD shows was rendered later than this. */
  renderedAfter: number
  /** It may be a render from before, which misses changes that were noticed since. */
  isUnsure: boolean
  readAgainAt: number
  failedReads: number
  /** By origin, the one that it left last at the end. */
  readonly former: Map<string, Former>
  readonly heat: Heat
}

/** One that nothing is known of, but which origins it had before it was removed. */
export function newApplication(
  id: ApplicationId,
  renderedAfter: number,
  former: Application['former'],
): Application {
  const nothing = { listed: undefined, known: undefined, failedReads: 0, former }
  const rest = { readAgainAt: Number.NEGATIVE_INFINITY, heat: noHeat() }
  return { id, renderedAfter, isUnsure: false, ...rest, ...nothing }
}

/** Since when Argo CD can have rendered one that was not listed before. Where it was made in the future, a clock is wrong. */
export function sinceCreation({ createdAt }: ListedApplication, { now, wall }: Moment): number {
  const age = wall - createdAt
  const longest = now - CACHE_LIFETIME
  return age < -CLOCK_SKEW ? longest : Math.max(longest, now - age - CLOCK_SKEW)
}

/**
 * Takes what a list says; whether its origin is another one, so that it has to be read. The render is a new
 * one then, unless it is one from before that Argo CD still has; what was before a restart is not known.
 * @param lastList when the list before was asked for; infinitely long ago if there was none.
 */
export function follow(
  application: Application,
  listed: ListedApplication,
  now: number,
  lastList: number,
): boolean {
  const last = originOf(application)
  application.listed = listed
  if (last === listed.origin) return false
  if (last !== undefined) {
    leave(application, last, now)
    application.renderedAfter = Math.max(application.renderedAfter, lastList - LONGEST_RENDER)
  }
  const former = application.former.get(listed.origin)
  const isBack = former !== undefined && now - former.leftAt <= CACHE_LIFETIME
  if (isBack) application.renderedAfter = former.renderedAfter
  application.isUnsure = isBack || lastList === Number.NEGATIVE_INFINITY
  application.failedReads = 0
  application.readAgainAt = Number.NEGATIVE_INFINITY
  return true
}

/** The origin of what is shown, or was before a restart. */
export function originOf({ listed, known }: Application): string | undefined {
  return listed?.origin ?? known?.origin
}

/** Remembers an origin that it has no more. */
export function leave({ former, renderedAfter }: Application, origin: string, now: number): void {
  former.delete(origin)
  former.set(origin, { renderedAfter, leftAt: now })
  for (const oldest of former.keys()) {
    if (former.size <= MOST_FORMER) return
    former.delete(oldest)
  }
}

/** Those of which what is listed now is not known, or was read long ago. What failed before keeps nobody waiting, and no project another one. */
export function toBeRead(applications: Iterable<Application>, now: number): ApplicationId[] {
  const due = [...applications].filter(
    ({ listed, readAgainAt }) => listed?.mayUsePlugin === true && readAgainAt <= now,
  )
  const lines = [
    due.filter(({ failedReads }) => failedReads === 0),
    due.filter(({ failedReads }) => failedReads > 0),
  ]
  return lines.flatMap((line) => interleaved(line, projectOf)).map(({ id }) => id)
}

export function projectOf(application: Application | undefined): string {
  return application?.listed?.project ?? ''
}

/**
 * Whether an environment may have changed after an Application was rendered; what cannot be told counts.
 * Our own clock's scale tells it for sure, unless the change was seen later than the render.
 */
export function mayMiss(
  { renderedAfter }: Application,
  change: { readonly updatedAt: string; readonly seenAt: number },
  { now, wall }: Moment,
): boolean {
  if (change.seenAt <= renderedAfter) return false
  return !(Date.parse(change.updatedAt) < wall - (now - renderedAfter) - CLOCK_SKEW)
}

/** It could not be read: again later. */
export function failedToRead(application: Application, now: number): void {
  const delay = Math.min(LAST_REREAD, FIRST_REREAD * 2 ** application.failedReads)
  application.readAgainAt = now + delay
  application.failedReads += 1
}

/** `unread`: of them it is not known yet what they use. */
export function countsOf(applications: ReadonlyMap<string, Application>) {
  const all = [...applications.values()]
  return {
    total: all.length,
    watched: all.filter(({ known }) => (known?.uses.length ?? 0) > 0).length,
    unread: all.filter(({ known, listed }) => listed?.mayUsePlugin === true && !known).length,
  }
}

/** What is known of all, by key; of those that use nothing too: otherwise each start would read them all again. */
export function rememberedOf(
  all: ReadonlyMap<string, Application>,
): Readonly<Record<string, RememberedApplication>> {
  const known = [...all].flatMap(([key, { known: it }]) =>
    it === undefined ? [] : [[key, it] as const],
  )
  return Object.fromEntries(known)
}
