// The settings of `watch` in; an exit code out, at the end of the run.
import { outsideError } from '../../manifests/problem.ts'
import type { Io } from '../io.ts'
import type { WatchChoices } from './choices.ts'
import type { WatchSettings } from './settings.ts'

export async function runWatch(
  _settings: WatchSettings,
  choices: WatchChoices,
  _io: Io,
): Promise<number> {
  return choices.report([outsideError('watch is not wired yet', 'wait for the next build')])
}
