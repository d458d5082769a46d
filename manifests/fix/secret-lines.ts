// A file in; which of its lines hold values of Secrets, or what may be one, out: nobody prints those.
import { isMap, isNode, visit } from 'yaml'
import type { Document, InputFile, ManifestObject, ParsedDocument } from '../document.ts'
import { objectsOf } from '../objects.ts'
import { parse } from '../parse.ts'
import { splitFile } from '../split.ts'

/** Lines of a file, 1-based; the end is exclusive. */
interface Stretch {
  readonly start: number
  readonly end: number
}

const VALUES = new Set(['data', 'stringData'])
/** Here kubectl keeps a copy of the whole object. */
const COPY = 'kubectl.kubernetes.io/last-applied-configuration'
/** How a token of Phase begins. */
const TOKEN = /pss_(?:service|user):/

/** @returns whether a line, 1-based, must not be shown. */
export function secretLines(file: InputFile): (line: number) => boolean {
  const stretches = splitFile(file).documents.flatMap(stretchesOf)
  return (line) => stretches.some(({ start, end }) => line >= start && line < end)
}

/** All of a document that cannot be read. */
function stretchesOf(document: Document): Stretch[] {
  const lines = new TextDecoder().decode(document.body).split('\n')
  const all = { start: document.line, end: document.line + lines.length }
  const parsed = parse(document)
  if ('problems' in parsed) return [all]
  const { objects, problems } = objectsOf(parsed.value)
  const isElsewhere =
    objects.some(({ object }) => object.kind === 'Secret') && hasAlias(parsed.value)
  if (problems.length > 0 || isElsewhere) return [all]
  const tokens = lines.flatMap((line, index) =>
    TOKEN.test(line) ? [{ start: document.line + index, end: document.line + index + 1 }] : [],
  )
  return [...tokens, ...objects.flatMap(valuesOf)]
}

/** What a Secret holds by an alias stands somewhere else. */
function hasAlias({ yaml }: ParsedDocument): boolean {
  let found = false
  visit(yaml, {
    Alias: () => {
      found = true
      return visit.BREAK
    },
  })
  return found
}

function valuesOf({ node, object, parsed }: ManifestObject): Stretch[] {
  const metadata = node.get('metadata', true)
  const annotations = isMap(metadata) ? metadata.get('annotations', true) : undefined
  const maps = [
    ...(object.kind === 'Secret' ? [...VALUES].map((key) => node.get(key, true)) : []),
    ...(isMap(annotations) ? [annotations.get(COPY, true)] : []),
  ]
  return maps.flatMap((map) => {
    const range = isNode(map) ? map.range : undefined
    if (range == null) return []
    // The line of the key may have the value, too.
    const start = parsed.positionOf(range[0]).line
    return [{ start, end: parsed.positionOf(range[1]).line + 1 }]
  })
}
