// YAML text in, one ManifestObject out, for tests of what reads objects.
import { isMap, LineCounter, parseDocument } from 'yaml'
import type { ManifestObject } from '../../manifests/document.ts'

/** The text's single document as an object, positions in a file called `app.yaml`. */
export function manifestObject(text: string): ManifestObject {
  const lines = new LineCounter()
  const yaml = parseDocument(text, { lineCounter: lines, version: '1.1', merge: true })
  const node = yaml.contents
  if (yaml.errors.length > 0 || !isMap(node)) throw new Error('the test document is not a map')
  const value: Record<string, unknown> = yaml.toJS()
  const positionOf = (target: { range?: readonly number[] | null | undefined } | number) => {
    const { line, col } = lines.linePos(
      typeof target === 'number' ? target : (target.range?.[0] ?? 0),
    )
    return { file: 'app.yaml', line, column: col }
  }
  const textAt = (path: string[]) => {
    const found: unknown = yaml.getIn(path)
    return typeof found === 'string' ? found : undefined
  }
  return {
    parsed: {
      document: { file: 'app.yaml', line: 1, separator: Buffer.alloc(0), body: Buffer.from(text) },
      text,
      yaml,
      positionOf,
    },
    path: [],
    node,
    value,
    apiVersion: textAt(['apiVersion']) ?? '',
    object: {
      kind: textAt(['kind']) ?? '',
      namespace: textAt(['metadata', 'namespace']),
      name: textAt(['metadata', 'name']),
    },
    at: positionOf(node),
  }
}
