// The sections of a template and a rendered document in; the sections that it may have been made of out:
// comparing line by line with each of many would take too long.
import type { Effort } from './align.ts'
import type { RenderedLine } from './line-match.ts'
import type { Section } from './template-lines.ts'

/** Sections that are always compared, and what part of the best one's likeness the others must have. */
const FEW = 3
const ENOUGH = 0.7

/** Knows which sections have a line without actions in them. */
export class LikelySections {
  readonly #sections: readonly Section[]
  readonly #having = new Map<string, number[]>()

  constructor(sections: readonly Section[]) {
    this.#sections = sections
    for (const [n, { lines }] of sections.entries()) {
      for (const { texts } of lines) {
        const [text = '', more] = texts
        if (more !== undefined) continue
        const having = this.#having.get(text)
        if (having === undefined) this.#having.set(text, [n])
        else if (having.at(-1) !== n) having.push(n)
      }
    }
  }

  /** In their order. A line counts for more the fewer sections have it. */
  for(rendered: readonly RenderedLine[], effort: Effort): Section[] {
    if (this.#sections.length <= FEW) return [...this.#sections]
    const scores = new Float64Array(this.#sections.length)
    for (const { text } of rendered) {
      const having = this.#having.get(text) ?? []
      effort.left -= having.length
      if (effort.left < 0) return []
      for (const n of having) scores[n] = (scores[n] ?? 0) + 1 / having.length
    }
    const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0))
    const least = (scores[order[0] ?? 0] ?? 0) * ENOUGH
    const likely = new Set(order.filter((n, rank) => rank < FEW || (scores[n] ?? 0) >= least))
    return this.#sections.filter((_, n) => likely.has(n))
  }
}
