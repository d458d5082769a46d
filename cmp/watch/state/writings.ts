// A state in; the texts that may be written of it out, the best one first, where there is not room for all.
import type { WatchState } from '../model.ts'
import { StateError } from '../model.ts'
import { LARGEST_DOCUMENT, stateToJson } from './codec.ts'

/**
 * What Applications use can be read from Argo CD again, so it is left out first; which change was seen last
 * and which refresh is pending are known nowhere else. Texts that would not be read again are not among them.
 */
export function* writings(state: WatchState): Generator<string> {
  for (const each of [state, { ...state, applications: {} }]) {
    const json = stateToJson(each)
    if (Buffer.byteLength(json) < LARGEST_DOCUMENT) yield json
  }
}

/** Nothing of it has room. @param most what there is room for, for people. */
export function tooLarge(most: string): StateError {
  return new StateError(
    `the state is larger than ${most}`,
    'let several watchers share the Applications: give each its own projects or selector, state and lease',
  )
}
