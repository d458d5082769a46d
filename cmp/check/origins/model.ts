// The nouns of origins: the folder that was rendered in; where a line of the manifests comes from out.
import { join, relative } from 'node:path'
import type { Position } from '../../../manifests/problem.ts'
import type { SourceType } from '../../sources/detect.ts'
import type { Repository } from '../../sources/places.ts'
import { follow, isInside, under } from '../../sources/places.ts'

/** What was rendered. */
export interface RenderedSource {
  readonly kind: SourceType
  /** The folder as it was given, or `-` for standard input. */
  readonly directory: string
  /** The folder, absolute, without links; anything for standard input. */
  readonly folder: string
  /** Nothing outside its root is read. */
  readonly repository: Repository
}

/** Where something comes from. */
export interface Located {
  /** In a file of the repository, unless the manifests have no source that is known. */
  readonly at: Position
  /** Whether it is the very line; false: the nearest line that is known. */
  readonly isExact: boolean
  /** What else is known for certain, one line without a full stop: `from .Values.rules`. */
  readonly note?: string | undefined
}

/** Finds the source of a place in rendered manifests; the same answer for the same place, never an exception. */
export type Locate = (at: Position) => Located

/**
 * How a person calls a file: as the folder was given. What is beside the folder is called by the way
 * there (`apps/overlay` and `../base/a.yaml` make `apps/base/a.yaml`) where that leads to it.
 * @param real absolute, without links, inside the repository.
 */
export function shownAs({ directory, folder, repository }: RenderedSource, real: string): string {
  if (real === folder) return directory
  const way = relative(folder, real)
  if (isInside(folder, real)) return under(directory, way)
  const name = join(directory, way)
  return follow(name)?.real === real ? name : repository.display(real)
}
