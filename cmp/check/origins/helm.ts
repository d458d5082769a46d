// Places in what `helm template` printed in; places in the chart's templates out. Which line of a template
// made a line is not recorded anywhere: it is found by comparing both (align.ts).
import type { Position } from '../../../manifests/problem.ts'
import { wholeFile } from '../../../manifests/problem.ts'
import { readBounded } from '../../read-file.ts'
import type { Alignment, Effort } from './align.ts'
import { align } from './align.ts'
import { ChartFiles } from './chart-files.ts'
import { LikelySections } from './likely-sections.ts'
import type { RenderedLine } from './line-match.ts'
import { renderedLines } from './line-match.ts'
import type { Located, RenderedSource } from './model.ts'
import { shownAs } from './model.ts'
import type { RenderedText } from './rendered-text.ts'
import { linesOf, textAt } from './rendered-text.ts'
import type { Section, TemplateLine } from './template-lines.ts'
import { readTemplate } from './template-lines.ts'

/** Bytes of a template; Helm itself has no limit that is of use here. */
const LARGEST = 1024 * 1024
/** Pairs of lines that are compared for all findings of a run: at worst about a second's work. */
const MOST_PAIRS = 8_000_000

interface Template {
  /** As a person calls it. */
  readonly file: string
  readonly sections: LikelySections
}

interface Aligned {
  readonly lines: readonly string[]
  readonly rendered: readonly RenderedLine[]
  /** The sections that fit best, with the way each fits; several if nothing tells them apart. */
  readonly fits: readonly { readonly section: Section; readonly alignment: Alignment }[]
}

/** @param texts what was rendered, by name. */
export function locateInChart(
  source: RenderedSource,
  texts: ReadonlyMap<string, readonly RenderedText[]>,
): (at: Position) => Located | undefined {
  const files = new ChartFiles(source)
  const templates = new Map<string, Template | Position>()
  const aligned = new Map<RenderedText, Aligned>()
  const effort: Effort = { left: MOST_PAIRS }

  const templateOf = (path: string): Template | Position => {
    const known = templates.get(path)
    if (known !== undefined) return known
    const found = readFile(source, files, path)
    templates.set(path, found)
    return found
  }
  const alignedOf = (text: RenderedText, { sections }: Template): Aligned => {
    const known = aligned.get(text)
    if (known !== undefined) return known
    const made = alignText(text, sections, effort)
    aligned.set(text, made)
    return made
  }
  return (at) => {
    const same = texts.get(at.file)
    const text = same === undefined ? undefined : textAt(same, at)
    if (same === undefined || text === undefined) return undefined
    const template = templateOf(at.file)
    if ('line' in template) return { at: template, isExact: false }
    const own = alignedOf(text, template)
    const { choice, isCertain } = choose(own, text, () => {
      return same.map((each) => [each, alignedOf(each, template)] as const)
    })
    const found = locateIn(own, choice, { ...at, line: at.line - text.firstLine }, template.file)
    return isCertain ? found : { ...found, isExact: false, note: undefined }
  }
}

function readFile(source: RenderedSource, files: ChartFiles, path: string): Template | Position {
  const found = files.find(path)
  if ('at' in found) return found.at
  const file = shownAs(source, found.real)
  const bytes = readBounded(found.real, LARGEST)
  if (typeof bytes === 'string') return wholeFile(file)
  const isPlain = path.includes('/crds/') && !path.includes('/templates/')
  return { file, sections: new LikelySections(readTemplate(bytes.toString('utf8'), isPlain)) }
}

function alignText(text: RenderedText, sections: LikelySections, effort: Effort): Aligned {
  const lines = linesOf(text.file.bytes) ?? []
  const rendered = renderedLines(lines).filter(({ text: line, index }) => {
    return index > 1 || !line.startsWith('# Source: ')
  })
  const likely = sections.for(rendered, effort)
  const all = likely.map((section) => ({ section, alignment: align(rendered, section, effort) }))
  const best = all.reduce((most, { alignment }) => Math.max(most, alignment.score), -Infinity)
  const fits = all.filter(({ alignment }) => alignment.score >= best - 1e-4)
  return { lines, rendered, fits }
}

/**
 * Sections that fit equally well are told apart by their order, which Helm keeps among objects of one
 * kind, if each of them was printed once.
 */
function choose(
  { fits }: Aligned,
  text: RenderedText,
  siblings: () => (readonly [RenderedText, Aligned])[],
): { choice: Aligned['fits'][number] | undefined; isCertain: boolean } {
  if (fits.length < 2) return { choice: fits[0], isCertain: true }
  const rivals = siblings().filter(([, each]) => {
    return each.fits.length === fits.length && each.fits[0]?.section === fits[0]?.section
  })
  const rank = rivals.findIndex(([each]) => each === text)
  const isCertain = rivals.length === fits.length
  return { choice: fits[Math.min(rank, fits.length - 1)], isCertain }
}

/** @param at its line counted from the first line of the text, from 0. */
function locateIn(
  { lines, rendered }: Aligned,
  choice: Aligned['fits'][number] | undefined,
  at: Position,
  file: string,
): Located {
  const own = rendered.findLastIndex(({ index }) => index <= at.line)
  const line = rendered[own]
  if (choice === undefined || line === undefined) return { at: wholeFile(file), isExact: false }
  const { section, alignment } = choice
  const lineOf = (n: number): TemplateLine | undefined => {
    const found = alignment.lines[n]
    return found === undefined ? undefined : section.lines[found]
  }
  const exact = line.index === at.line ? lineOf(own) : undefined
  if (exact !== undefined) {
    const column = columnIn(exact, line, at.column, lines[line.index] ?? '')
    return { at: { file, line: exact.number, column }, isExact: true, note: noteOf(exact) }
  }
  const printed = actionAround(own, alignment, section)
  const nearest = printed ?? enclosing(own, rendered, lineOf) ?? section.lines[0]
  if (nearest === undefined) return { at: wholeFile(file), isExact: false }
  const place = { file, line: nearest.number, column: nearest.indent + 1 }
  return { at: place, isExact: false, note: printed === undefined ? undefined : noteOf(printed) }
}

function noteOf({ value }: TemplateLine): string | undefined {
  return value === undefined ? undefined : `from ${value}`
}

/** The same column if the same stands before it; the line's first one otherwise. */
function columnIn(
  { indent, texts }: TemplateLine,
  line: RenderedLine,
  column: number,
  whole: string,
): number {
  const first = texts[0] ?? ''
  const before = whole.slice(line.indent, Math.max(column - 1, line.indent))
  return first.startsWith(before) ? indent + before.length + 1 : indent + 1
}

/** The only action that could have printed a line: alone between the lines before and behind it that are known. */
function actionAround(
  own: number,
  { lines }: Alignment,
  section: Section,
): TemplateLine | undefined {
  const before = lines.slice(0, own).findLast((line) => line !== undefined) ?? -1
  const behind = lines.slice(own + 1).find((line) => line !== undefined) ?? section.lines.length
  const between = section.lines.slice(before + 1, Math.max(behind, before + 1))
  const actions = between.filter(({ texts }) => texts.every((text) => text.trim() === ''))
  return actions.length === 1 && between.length === 1 ? actions[0] : undefined
}

/** The nearest line around a line, by indentation, that is known. */
function enclosing(
  own: number,
  rendered: readonly RenderedLine[],
  lineOf: (n: number) => TemplateLine | undefined,
): TemplateLine | undefined {
  let depth = depthOf(rendered[own])
  for (let n = own - 1; n >= 0; n -= 1) {
    const line = rendered[n]
    if (depthOf(line) >= depth) continue
    depth = depthOf(line)
    const found = lineOf(n)
    if (found !== undefined) return found
  }
  return undefined
}

/** An item may stand in the column of the field that it is in. */
function depthOf(line: RenderedLine | undefined): number {
  if (line === undefined) return 0
  return line.indent + (line.text.startsWith('- ') ? 0.5 : 0)
}
