// `generate [DIR|-]`: manifests in, the rendered stream on stdout, at once and only if everything
// succeeded. Composes what render/ leaves open: the source, settings, Phase, the time budget.
import type { InputFile, Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { render } from '../../render/render.ts'
import { grantsOf } from '../grants.ts'
import type { Io } from '../io.ts'
import { loadSettings } from '../load-settings.ts'
import { openLater } from '../open-later.ts'
import { readManifests } from '../read-manifests.ts'
import { report } from '../report.ts'
import { openSealing } from '../sealing.ts'
import type { Settings } from '../settings.ts'

/** What the command line says. */
export interface GenerateOptions {
  /** A folder, or `-` for standard input. */
  readonly directory: string
  readonly recurse: boolean
  /** A configuration file. */
  readonly config?: string | undefined
  /** The source's parameters, as ARGOCD_APP_PARAMETERS has them; outside Argo CD only. */
  readonly parameters?: string | undefined
}

/** Runs the command. @returns the exit code (see report.ts). */
export async function generate(options: GenerateOptions, io: Io): Promise<number> {
  const { problems, output } = await produce(options, io)
  const code = report(problems, io)
  if (output !== undefined) await io.stdout.write(output)
  return code
}

interface Produced {
  readonly problems: readonly Problem[]
  readonly output?: Uint8Array | undefined
}

async function produce(options: GenerateOptions, io: Io): Promise<Produced> {
  const start = performance.now()
  const settings = await loadSettings(io.env, options.config)
  if ('problems' in settings) return settings
  const { timeout, extraKinds } = settings.value
  const deadline = start + timeout * 1000
  const files = await readFiles(options, settings.value, io, deadline)
  if ('problems' in files) return files
  const sources = openLater(settings.value, io, deadline)
  try {
    const grants = grantsOf(settings.value)
    const sealing = openSealing(settings.value.sealing, new Date())
    return await render(files.value, { grants, openSource: sources.open, extraKinds, sealing })
  } finally {
    await sources.close()
  }
}

async function readFiles(
  { parameters, ...source }: GenerateOptions,
  settings: Settings,
  io: Io,
  deadline: number,
): Promise<Outcome<InputFile[]>> {
  const { application, untrusted } = settings
  if (parameters !== undefined && application !== undefined) {
    const message = '--parameters is for use outside Argo CD'
    const hint = 'inside it, set spec.source.plugin.parameters of the Application'
    return { problems: [{ severity: 'error', fault: 'usage', message, hint }] }
  }
  const given = { ...source, parameters: parameters ?? untrusted.parameters }
  return readManifests(given, settings, io, deadline)
}
