// A state in; the texts that may be written of it out, the best one first, where there is not room for all.
import type { EnvironmentUse, WatchState } from '../model.ts'
import { environmentKey, StateError } from '../model.ts'
import { LARGEST_DOCUMENT, stateFromJson, stateToJson } from './codec.ts'

/** Environments of one Application: nearly none has more. */
const USUAL = 5

/**
 * What Applications use can be read from Argo CD again, so it is left out first: what uses environments that
 * no credential ever saw, which anybody can make up; then what uses many; then all. Which change was seen
 * last and which refresh is pending are known nowhere else. Texts that would not be read again are not
 * among them.
 */
export function* writings(state: WatchState): Generator<string> {
  const isSeen = (use: EnvironmentUse) => Object.hasOwn(state.environments, environmentKey(use))
  const all = Object.entries(state.applications)
  const seen = all.filter(([, { uses }]) => uses.every(isSeen))
  const usual = seen.filter(([, { uses }]) => uses.length <= USUAL)
  let last = Number.POSITIVE_INFINITY
  for (const kept of [all, seen, usual, []]) {
    if (kept.length === last) continue
    last = kept.length
    const json = stateToJson({ ...state, applications: Object.fromEntries(kept) })
    const isReadable = Buffer.byteLength(json) < LARGEST_DOCUMENT && stateFromJson(json)
    if (isReadable) yield json
  }
}

/** Nothing of it has room. @param most what there is room for, for people. */
export function tooLarge(most: string): StateError {
  return new StateError(
    `the state is larger than ${most}`,
    'let several watchers share the Applications: give each its own projects or selector, state and lease',
  )
}
