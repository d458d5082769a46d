// What a renderer of a source gets: the request of the run, and what was found out about its folder.
import type { Application, KubernetesFacts, ToolSettings } from '../settings.ts'
import type { Parameters } from './parameters.ts'
import type { Repository } from './places.ts'
import type { Tools } from './tools.ts'
import type { Workspace } from './workspace.ts'

/** What the run knows of itself; trusted. */
export interface RenderRequest {
  /** Absent outside Argo CD. */
  readonly application?: Application | undefined
  readonly kubernetes: KubernetesFacts
  readonly tools: Tools
  readonly settings: ToolSettings
  readonly signal: AbortSignal
  /** When everything has to be done, on the scale of `performance.now()`. */
  readonly deadline: number
}

/** One source to render: what was asked, and where it lies. */
export interface Rendering {
  readonly request: RenderRequest
  readonly repository: Repository
  /** The folder to render, real, inside the repository. */
  readonly folder: string
  /** The folder as it was given. */
  readonly directory: string
  readonly parameters: Parameters
  readonly workspace: Workspace
}
