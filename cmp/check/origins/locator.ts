// What was rendered, and the folder that it was rendered from, in; where any place of it comes from out.
import { join } from 'node:path'
import type { InputFile, ManifestObject } from '../../../manifests/document.ts'
import { wholeFile } from '../../../manifests/problem.ts'
import { CHART, KUSTOMIZATIONS } from '../../sources/detect.ts'
import { follow } from '../../sources/places.ts'
import { locateInChart } from './helm.ts'
import { locateInOverlay } from './kustomize.ts'
import type { Locate, Located, RenderedSource } from './model.ts'
import { shownAs } from './model.ts'
import { textsByPath } from './rendered-text.ts'

/**
 * Makes what finds sources. Nothing is read before it is asked, and each file once. A place in a file that
 * was not rendered is its own source.
 * @param files what came out, after `setApart`: the positions that are asked for are of these.
 * @param objects what somebody has read of them already, so that it need not be read again; may be empty.
 */
export function makeLocator(
  source: RenderedSource,
  files: readonly InputFile[],
  objects: readonly ManifestObject[] = [],
): Locate {
  if (source.kind === 'directory' || source.directory === '-') {
    return (at) => ({ at, isExact: true })
  }
  const texts = textsByPath(files)
  const locate =
    source.kind === 'helm' ? locateInChart(source, texts) : locateInOverlay(source, texts, objects)
  const known = new Map<string, Located>()
  return (at) => {
    if (!texts.has(at.file)) return { at, isExact: true }
    const key = `${at.line}:${at.column}:${at.file}`
    const found = known.get(key) ?? guarded(source, () => locate(at))
    known.set(key, found)
    return found
  }
}

/** What is nested more deeply than the stack holds has no place but the whole. */
function guarded(source: RenderedSource, locate: () => Located | undefined): Located {
  try {
    return locate() ?? wholeSource(source)
  } catch (error) {
    if (error instanceof RangeError) return wholeSource(source)
    throw error
  }
}

function wholeSource(source: RenderedSource): Located {
  const names = source.kind === 'helm' ? [CHART] : KUSTOMIZATIONS
  const paths = names.map((name) => join(source.folder, name))
  const path = paths.find((each) => follow(each)?.kind === 'file') ?? paths[0] ?? source.folder
  return { at: wholeFile(shownAs(source, path)), isExact: false }
}
