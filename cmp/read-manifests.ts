// A source and the settings of the run in; its manifests out, rendered by Helm or Kustomize if need be.
import type { InputFile, Outcome } from '../manifests/document.ts'
import type { Io } from './io.ts'
import type { Settings } from './settings.ts'
import { readSource } from './sources/source.ts'
import { chooseTools } from './sources/tools.ts'

/** Which source. */
export interface ManifestSource {
  /** A folder, or `-` for standard input. */
  readonly directory: string
  readonly recurse: boolean
  /** Untrusted: the text of ARGOCD_APP_PARAMETERS or of --parameters. */
  readonly parameters?: string | undefined
  /** See `SourceRequest` in sources/source.ts. */
  readonly root?: string | undefined
  /** Whether a source of plain files without manifests is no error, but nothing. */
  readonly mayBeEmpty?: boolean | undefined
}

/** Reads a source. @param deadline on the scale of `performance.now()`. */
export function readManifests(
  source: ManifestSource,
  { application, kubernetes, tools, toolChoice }: Settings,
  io: Io,
  deadline: number,
): Promise<Outcome<InputFile[]>> {
  return readSource({
    ...source,
    application,
    kubernetes,
    tools: chooseTools(application !== undefined, toolChoice),
    settings: tools,
    io,
    deadline,
  })
}
