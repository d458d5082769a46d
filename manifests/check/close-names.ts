// Names of objects in; the one of them that was probably meant by a name that is none of them out. Names are
// words joined by `-`: one word may be mistyped, all others have to be the same. That keeps `shop-db` from being
// taken for `shop-web`, and the search from comparing everything with everything.
import { nearest } from '../did-you-mean.ts'

/** Names with more words are not looked at, nor are words that more names differ in: those are numbered. */
const MOST_WORDS = 12
const MOST_ALIKE = 50

/** Names to be found again by one that is close. */
export class CloseNames {
  readonly #alike = new Map<string, string[]>()

  constructor(names: Iterable<string>) {
    for (const name of new Set(names)) {
      for (const { rest, word } of gapsOf(name)) {
        const words = this.#alike.get(rest)
        if (words === undefined) this.#alike.set(rest, [word])
        else words.push(word)
      }
    }
  }

  /** The name that differs in letters of one word; undefined if there is none. */
  find(name: string): string | undefined {
    for (const { rest, word, withWord } of gapsOf(name)) {
      const words = this.#alike.get(rest) ?? []
      if (words.length > MOST_ALIKE) continue
      // The limit is by the letters of the first: a letter that is missing counts as one too many does.
      const meant =
        nearest(word, words) ?? words.find((each) => nearest(each, [word]) !== undefined)
      if (meant !== undefined) return withWord(meant)
    }
    return undefined
  }
}

interface Gap {
  /** The words around the gap: equal exactly for names that differ in this word. */
  readonly rest: string
  readonly word: string
  withWord(other: string): string
}

function gapsOf(name: string): Gap[] {
  const words = name.split('-')
  if (words.length > MOST_WORDS) return []
  return words.map((word, index) => {
    const withWord = (other: string) => words.with(index, other).join('-')
    // No word holds a blank: names of objects do not, and others are looked for only.
    return { rest: withWord(' '), word, withWord }
  })
}
