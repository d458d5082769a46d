// One source of a subject in; its manifests out, under the names that a person calls them.
import type { InputFile, Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { Io } from '../io.ts'
import { readManifests } from '../read-manifests.ts'
import type { Settings } from '../settings.ts'
import type { StateSource } from './subject.ts'

/** The settings of a source: those of its own Application, if it has one. */
export function settingsOf({ application }: StateSource, settings: Settings): Settings {
  return { ...settings, application: application ?? settings.application }
}

/** Reads a source. @param deadline on the scale of `performance.now()`. */
export async function readStateSource(
  source: StateSource,
  settings: Settings,
  io: Io,
  deadline: number,
  rename: (file: string) => string,
): Promise<Outcome<InputFile[]>> {
  const { input } = source
  const own = settingsOf(source, settings)
  const files =
    'files' in input ? { value: [...input.files] } : await readManifests(input, own, io, deadline)
  if ('problems' in files) return { problems: files.problems.map((each) => renamed(each, rename)) }
  return { value: files.value.map((file) => ({ ...file, path: rename(file.path) })) }
}

function renamed(problem: Problem, rename: (file: string) => string): Problem {
  const { at } = problem
  return at === undefined ? problem : { ...problem, at: { ...at, file: rename(at.file) } }
}
