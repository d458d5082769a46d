// `parameters [DIR]`: the parameters that the source takes, as Argo CD's announcement wants them.
import type { Problem } from '../../manifests/problem.ts'
import { readSettings } from '../environment.ts'
import type { Io } from '../io.ts'
import { report } from '../report.ts'
import { announcements } from '../sources/announcements.ts'
import { defaultValues } from '../sources/chart-values.ts'
import { detect } from '../sources/detect.ts'
import { notAFolder } from '../sources/input.ts'
import { announcementsFor } from '../sources/parameter-table.ts'
import { readParameters } from '../sources/parameters.ts'
import { follow, repositoryOf } from '../sources/places.ts'

/** Runs the command. @returns the exit code (see report.ts). */
export async function announce(directory: string, io: Io): Promise<number> {
  const { problems, output } = answer(directory, io)
  const code = report(problems, io)
  if (output !== undefined) await io.stdout.write(output)
  return code
}

type Answer = { readonly problems: readonly Problem[]; readonly output?: string }

function answer(directory: string, io: Io): Answer {
  const settings = readSettings(io.env)
  if ('problems' in settings) return settings
  const place = follow(directory)
  if (place?.kind !== 'folder') return { problems: [notAFolder(directory)] }
  const { application, untrusted } = settings.value
  const detected = detect(directory)
  // What is wrong with the parameters is generate's to say; the form to mend them must not vanish.
  const parameters = readParameters(untrusted.parameters, detected)
  const source = 'value' in parameters ? parameters.value.source : detected
  const repository = repositoryOf(directory, place.real, application)
  const values = source === 'helm' ? defaultValues(place.real, repository) : { value: undefined }
  if ('problems' in values) return values
  const announced = announcements(announcementsFor(source), values.value)
  return { problems: [], output: `${JSON.stringify(announced, undefined, 2)}\n` }
}
