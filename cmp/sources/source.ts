// A folder or standard input in, manifests out: plain files, or what Helm or Kustomize make of them.
import type { InputFile, Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import type { Io } from '../io.ts'
import { detect } from './detect.ts'
import { glob } from './glob.ts'
import { notAFolder, readFolder, readStdin } from './input.ts'
import type { Parameters } from './parameters.ts'
import { readParameters } from './parameters.ts'
import { follow, isInGit, repositoryOf } from './places.ts'
import type { Rendering, RenderRequest } from './rendering.ts'
import { openWorkspace } from './workspace.ts'

/** What to read, and what the run knows of itself. */
export interface SourceRequest extends Omit<RenderRequest, 'signal'> {
  /** A folder as it was given, or `-` for standard input. */
  readonly directory: string
  /** Plain manifests of subfolders too, whatever the parameters say. */
  readonly recurse: boolean
  /** Untrusted: the text of ARGOCD_APP_PARAMETERS or of --parameters. */
  readonly parameters?: string | undefined
  /** The root of the repository, real, where somebody laid it out for this run; absent: found out. */
  readonly root?: string | undefined
  /** Whether a source of plain files without manifests is no error, but nothing. */
  readonly mayBeEmpty?: boolean | undefined
  readonly io: Pick<Io, 'stdin' | 'signal'>
}

/**
 * Reads a source. Problems are of fault `input` (the repository and the parameters), `usage` (the
 * folder) or `outside` (a missing tool, the time budget). Files of the repository are never changed.
 */
export async function readSource(request: SourceRequest): Promise<Outcome<InputFile[]>> {
  const { directory, io } = request
  if (directory === '-') return readPiped(request)
  const place = follow(directory)
  if (place?.kind !== 'folder') return { problems: [notAFolder(directory)] }
  const { root, application } = request
  const inside = root === undefined ? application : { root }
  const repository = repositoryOf(directory, place.real, inside)
  if (isInGit(repository.root, place.real)) return { problems: [inGit(directory)] }
  const parameters = readParameters(request.parameters, detect(directory))
  if ('problems' in parameters) return parameters
  if (parameters.value.source === 'directory') return readPlain(request, parameters.value)
  const workspace = openWorkspace(request.settings.temporary)
  if ('problems' in workspace) return workspace
  const folder = { directory, folder: place.real, repository, workspace: workspace.value }
  try {
    const { signal } = io
    return await render({
      ...folder,
      parameters: parameters.value,
      request: { ...request, signal },
    })
  } finally {
    workspace.value.remove()
  }
}

function inGit(file: string): Problem {
  const at = wholeFile(file)
  const hint = 'name a folder of the repository'
  return { severity: 'error', fault: 'input', at, message: 'is a part of .git', hint }
}

async function readPiped({ parameters, io }: SourceRequest): Promise<Outcome<InputFile[]>> {
  const given = readParameters(parameters, 'directory')
  if ('problems' in given) return given
  if (given.value.source === 'directory') return readStdin(io)
  const message = `standard input is no source of type ${given.value.source}`
  const hint = 'name the folder, or leave out the parameter sourceType'
  return { problems: [{ severity: 'error', fault: 'input', message, hint }] }
}

function readPlain(request: SourceRequest, parameters: Parameters): Outcome<InputFile[]> {
  const [include, exclude] = [parameters.text('include'), parameters.text('exclude')]
  const patterns = [include, exclude].map((text) => (text === undefined ? undefined : glob(text)))
  const [included, excluded] = patterns
  const broken = [include, exclude].find((text, n) => text !== undefined && !patterns[n])
  if (broken !== undefined) {
    const message = `${JSON.stringify(broken)} is no pattern`
    const hint = 'such as {*.yaml,extra/*.json}; * ? [a-z] {a,b} have a meaning, \\ takes it away'
    return { problems: [{ severity: 'error', fault: 'input', message, hint }] }
  }
  const isFiltered = included !== undefined || excluded !== undefined
  const wants = (below: string) => !excluded?.(below) && (included?.(below) ?? true)
  const recurse = request.recurse || parameters.flag('recurse')
  const { directory, mayBeEmpty } = request
  return readFolder(directory, { recurse, wants: isFiltered ? wants : undefined }, mayBeEmpty)
}

/** Each renderer is loaded when it is used: most sources are plain files. */
async function render(run: Rendering): Promise<Outcome<InputFile[]>> {
  if (run.parameters.source === 'helm') {
    const { renderChart } = await import('./helm.ts')
    return renderChart(run)
  }
  const { buildKustomization } = await import('./kustomize.ts')
  return buildKustomization(run)
}
