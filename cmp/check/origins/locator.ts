// What was rendered, and the folder that it was rendered from, in; where any place of it comes from out.
import type { InputFile } from '../../../manifests/document.ts'
import { locateInChart } from './helm.ts'
import { locateInOverlay } from './kustomize.ts'
import type { Locate, Located, RenderedSource } from './model.ts'
import { textsByPath } from './rendered-text.ts'

/**
 * Makes what finds sources. Nothing is read before it is asked, and each file once.
 * @param files what came out, after `setApart`: the positions that are asked for are of these.
 */
export function makeLocator(source: RenderedSource, files: readonly InputFile[]): Locate {
  if (source.kind === 'directory' || source.directory === '-') {
    return (at) => ({ at, isExact: true })
  }
  const texts = textsByPath(files)
  const locate = (source.kind === 'helm' ? locateInChart : locateInOverlay)(source, texts)
  const known = new Map<string, Located>()
  return (at) => {
    const key = `${at.line}:${at.column}:${at.file}`
    const found = known.get(key) ?? locate(at)
    known.set(key, found)
    return found
  }
}
