// `generate [DIR|-]`: manifests in, the rendered stream on stdout, at once and only if everything
// succeeded. Composes what render/ leaves open: files, settings, sources, the time budget.
import type { Problem } from '../../manifests/problem.ts'
import { render } from '../../render/render.ts'
import { grantsOf } from '../grants.ts'
import { readFolder, readStdin } from '../input.ts'
import type { Io } from '../io.ts'
import { openSources } from '../phase-sources.ts'
import { exitCodeOf, formatProblems } from '../report.ts'
import { loadSettings } from '../settings.ts'

/** What the command line says. */
export interface GenerateOptions {
  /** A folder, or `-` for standard input. */
  readonly directory: string
  readonly recurse: boolean
  /** A configuration file. */
  readonly config?: string | undefined
}

/** Runs the command. @returns the exit code (see report.ts). */
export async function generate(options: GenerateOptions, io: Io): Promise<number> {
  const { problems, output } = await produce(options, io)
  io.stderr.write(formatProblems(problems, io.stderr.isTTY))
  if (output !== undefined) await io.stdout.write(output)
  return exitCodeOf(problems)
}

interface Produced {
  readonly problems: readonly Problem[]
  readonly output?: Uint8Array | undefined
}

async function produce({ directory, recurse, config }: GenerateOptions, io: Io): Promise<Produced> {
  const start = performance.now()
  const settings = await loadSettings(io.env, config)
  if ('problems' in settings) return settings
  const files = directory === '-' ? await readStdin(io) : readFolder(directory, recurse)
  if ('problems' in files) return files
  const { timeout, extraKinds } = settings.value
  const sources = openSources(settings.value, io, start + timeout * 1000)
  try {
    const grants = grantsOf(settings.value)
    return await render(files.value, { grants, openSource: sources.open, extraKinds })
  } finally {
    sources.close()
  }
}
