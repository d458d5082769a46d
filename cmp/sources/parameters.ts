// The text of ARGOCD_APP_PARAMETERS (or --parameters) in, parameters by name out, or everything
// that is wrong with them at once. The text is the app author's: a misspelt name that is silently
// ignored would render something else than was meant.
import { nearest } from '../../manifests/did-you-mean.ts'
import type { Outcome } from '../../manifests/document.ts'
import { isPlainMap } from '../../manifests/plain-value.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { SourceType } from './detect.ts'
import { SOURCE_TYPES } from './detect.ts'
import type { Announcement, ParameterName, Shape } from './parameter-table.ts'
import { ANNOUNCEMENTS, announcementOf, announcementsFor, belongs } from './parameter-table.ts'

/** One parameter as it was given; exactly one of the shapes is there. */
interface Given {
  readonly string?: string | undefined
  readonly array?: readonly string[] | undefined
  readonly map?: ReadonlyMap<string, string> | undefined
}

/** The parameters of a run, checked, and the kind of source that they are for. */
export interface Parameters {
  readonly source: SourceType
  /** Absent and empty are the same, as in Argo CD's own sources. */
  text(name: ParameterName): string | undefined
  flag(name: ParameterName): boolean
  list(name: ParameterName): readonly string[]
  map(name: ParameterName): ReadonlyMap<string, string>
}

const SHAPES: readonly Shape[] = ['string', 'array', 'map']
const WORDS: Readonly<Record<Shape, string>> = {
  string: 'a string',
  array: 'an array of strings',
  map: 'a map of strings',
}
const EXAMPLE = '[{"name": "valueFiles", "array": ["values-prod.yaml"]}]'

/**
 * Reads the parameters. All problems are of fault `input` and name a parameter, never its value.
 * @param text JSON; `null`, empty and absent mean none.
 * @param detected the kind of source that counts unless `sourceType` says another.
 */
export function readParameters(
  text: string | undefined,
  detected: SourceType,
): Outcome<Parameters> {
  const entries = parse(text)
  if (entries === undefined) return { problems: [notAList()] }
  const problems: Problem[] = []
  const given = new Map<string, Given>()
  for (const entry of entries) {
    const read = readEntry(entry, given)
    if ('message' in read) problems.push(read)
    else given.set(read.name, read.given)
  }
  const asked = given.get('sourceType')?.string || detected
  const source = SOURCE_TYPES.find((each) => each === asked)
  if (source === undefined) problems.push(unknownSource(asked))
  for (const name of given.keys()) {
    const announced = announcementOf(name)
    if (source === undefined || announced === undefined) continue
    if (!belongs(announced.sources, source)) problems.push(misplaced(announced, source))
  }
  if (source === undefined || problems.length > 0) return { problems }
  return { value: parametersOf(source, given) }
}

function parametersOf(source: SourceType, given: ReadonlyMap<string, Given>): Parameters {
  return {
    source,
    text: (name) => given.get(name)?.string || undefined,
    flag: (name) => given.get(name)?.string === 'true',
    list: (name) => given.get(name)?.array ?? [],
    map: (name) => given.get(name)?.map ?? new Map(),
  }
}

function parse(text: string | undefined): readonly unknown[] | undefined {
  if (text === undefined || text.trim() === '') return []
  try {
    const value: unknown = JSON.parse(text)
    if (value === null) return []
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function readEntry(
  entry: unknown,
  before: ReadonlyMap<string, Given>,
): Problem | { name: string; given: Given } {
  if (!isPlainMap(entry) || typeof entry.name !== 'string') return notAList()
  const { name } = entry
  const announced = announcementOf(name)
  if (announced === undefined) return unknownName(name)
  if (before.has(name)) return bad(`parameter ${name} is given twice`, 'keep one of the two')
  const there = SHAPES.filter((shape) => entry[shape] !== undefined && entry[shape] !== null)
  const stray = Object.keys(entry).find((key) => key !== 'name' && !SHAPES.some((s) => s === key))
  const [shape] = there
  const given = shape === undefined ? undefined : shaped(shape, entry[shape])
  if (stray !== undefined || there.length !== 1 || given === undefined || shape === undefined) {
    return misshapen(announced)
  }
  const fits = shape === announced.collectionType || (announced.alsoMap && shape === 'map')
  return fits ? (checkFlag(announced, given) ?? { name, given }) : misshapen(announced)
}

function shaped(shape: Shape, value: unknown): Given | undefined {
  if (shape === 'string') return typeof value === 'string' ? { string: value } : undefined
  if (shape === 'array') return isStrings(value) ? { array: value } : undefined
  if (!isPlainMap(value)) return undefined
  const entries = Object.entries(value)
  const map = new Map(
    entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])),
  )
  return map.size === entries.length ? { map } : undefined
}

function checkFlag({ name, isFlag }: Announcement, { string }: Given): Problem | undefined {
  if (!isFlag || string === undefined || ['true', 'false', ''].includes(string)) return undefined
  return bad(`parameter ${name} is neither true nor false`, 'write "true" or "false"')
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function notAList(): Problem {
  return bad('the parameters are not a JSON array of named values', `such as ${EXAMPLE}`)
}

function unknownName(name: string): Problem {
  const names = ANNOUNCEMENTS.map((each) => each.name)
  const meant = nearest(name, names)
  const hint = meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`
  return bad(`there is no parameter ${JSON.stringify(name)}`, hint)
}

function unknownSource(asked: string): Problem {
  const meant = nearest(asked, SOURCE_TYPES)
  const hint = meant === undefined ? `write ${SOURCE_TYPES.join(', ')}` : `did you mean ${meant}?`
  return bad(`parameter sourceType names no kind of source: ${JSON.stringify(asked)}`, hint)
}

function misplaced({ name, sources }: Announcement, source: SourceType): Problem {
  const names = announcementsFor(source).map((each) => each.name)
  const hint = `it belongs to ${sources.join(' and ')}; ${source} takes ${names.join(', ')}`
  return bad(`parameter ${name} means nothing to a source of type ${source}`, hint)
}

function misshapen({ name, collectionType, alsoMap }: Announcement): Problem {
  const also = alsoMap ? ` or ${WORDS.map} (map: …)` : ''
  const hint = `write it as ${collectionType}: …, beside its name and nothing else`
  return bad(`parameter ${name} is not ${WORDS[collectionType]}${also}`, hint)
}

function bad(message: string, hint: string): Problem {
  return { severity: 'error', fault: 'input', message, hint }
}
