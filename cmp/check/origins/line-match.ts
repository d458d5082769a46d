// A rendered line and the lines of a template in; how much each of them looks like its origin out.
import type { TemplateLine } from './template-lines.ts'

/** A rendered line that says something. */
export interface RenderedLine {
  /** Counted from the first line of its text, from 0. */
  readonly index: number
  readonly indent: number
  readonly text: string
}

/** Characters of a line; what is longer is no line that somebody wrote. */
const LONGEST = 500
/** A line that stands where it did. */
const SAME_INDENT = 1
/** Characters beyond which one line says as much as another. */
const TELLING = 20

/** Lines with a text; blank lines and separators say nothing. */
export function renderedLines(lines: readonly string[]): RenderedLine[] {
  return lines.flatMap((line, index) => {
    const text = line.trim()
    if (text === '' || /^---(\s|$)/.test(line)) return []
    return [{ index, indent: line.length - line.trimStart().length, text }]
  })
}

/** Looks up the lines of one section. */
export class LineMatch {
  readonly #lines: readonly TemplateLine[]
  readonly #plain = new Map<string, number[]>()
  readonly #templated: number[] = []

  constructor(lines: readonly TemplateLine[]) {
    this.#lines = lines
    for (const [n, { texts }] of lines.entries()) {
      const [text = '', more] = texts
      if (more !== undefined) {
        // A line of actions alone could be anything.
        if (texts.some((each) => each.trim() !== '')) this.#templated.push(n)
        continue
      }
      const same = this.#plain.get(text)
      if (same === undefined) this.#plain.set(text, [n])
      else same.push(n)
    }
  }

  /** Fills in a weight for each line of the section: 0 is no match. */
  weigh({ text, indent }: RenderedLine, weights: Float32Array): void {
    weights.fill(0)
    const moved = (n: number) => (this.#lines[n]?.indent === indent ? SAME_INDENT : 0)
    const plain = /[A-Za-z0-9]/.test(text) ? 2 + Math.min(text.length, TELLING) / TELLING : 0.5
    for (const n of this.#plain.get(text) ?? []) weights[n] = plain + moved(n)
    if (text.length > LONGEST) return
    for (const n of this.#templated) {
      const texts = this.#lines[n]?.texts ?? []
      if (fits(text, texts)) weights[n] = weightOf(texts) + moved(n)
    }
  }

  /** The only line of a section with this very text. */
  only(text: string): number | undefined {
    const [n, another] = this.#plain.get(text) ?? []
    return another === undefined ? n : undefined
  }
}

/** Letters and digits count; `: ` fits any field. */
function weightOf(texts: readonly string[]): number {
  const count = texts.reduce((sum, text) => sum + text.replace(/[^A-Za-z0-9]/g, '').length, 0)
  return count === 0 ? 0.25 : 1 + Math.min(count, TELLING) / TELLING
}

/** Whether a text is these texts with anything between them. The leftmost place of each will do. */
function fits(text: string, texts: readonly string[]): boolean {
  const first = texts[0] ?? ''
  const last = texts[texts.length - 1] ?? ''
  if (!text.startsWith(first) || text.length < first.length + last.trimEnd().length) return false
  let at = first.length
  for (const part of texts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  // An action that prints nothing leaves the blank before it, which is trimmed from a rendered line.
  return text.endsWith(last.trimEnd()) && text.length - last.trimEnd().length >= at
}
