// A pattern, taken apart, and a text in; whether it fits out. Time grows with the product of the two lengths
// and no faster, whatever the pattern: patterns come from the repository.

/** One part of a pattern. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  /** Any characters but `except`, or one of them. */
  | { readonly type: 'many' | 'one'; readonly except?: string | undefined }
  | { readonly type: 'class'; readonly isNegated: boolean; readonly ranges: readonly Range[] }
  | { readonly type: 'either'; readonly alternatives: readonly (readonly Part[])[] }

/** Two characters and all between. */
export type Range = readonly [low: string, high: string]

/** Whether the whole text fits the whole pattern. */
export function fits(parts: readonly Part[], text: string): boolean {
  const letters = [...text]
  return after(parts, letters, new Set([0])).has(letters.length)
}

type Places = ReadonlySet<number>

/** Where one can be behind the parts, from where one can be before them. */
function after(parts: readonly Part[], letters: readonly string[], from: Places): Places {
  let places = from
  for (const part of parts) {
    if (places.size === 0) return places
    places = step(part, letters, places)
  }
  return places
}

function step(part: Part, letters: readonly string[], from: Places): Places {
  if (part.type === 'either') {
    return new Set(part.alternatives.flatMap((parts) => [...after(parts, letters, from)]))
  }
  if (part.type === 'many') return stretch(part.except, letters, from)
  const found = new Set<number>()
  if (part.type === 'text') {
    const wanted = [...part.text]
    for (const place of from) {
      if (wanted.every((letter, index) => letters[place + index] === letter)) {
        found.add(place + wanted.length)
      }
    }
    return found
  }
  for (const place of from) {
    const letter = letters[place]
    if (letter !== undefined && isOne(part, letter)) found.add(place + 1)
  }
  return found
}

function stretch(except: string | undefined, letters: readonly string[], from: Places): Places {
  const found = new Set<number>()
  let isInside = false
  for (let place = 0; place <= letters.length; place += 1) {
    isInside = from.has(place) || (isInside && letters[place - 1] !== except)
    if (isInside) found.add(place)
  }
  return found
}

function isOne(part: Exclude<Part, { type: 'text' | 'many' | 'either' }>, letter: string): boolean {
  if (part.type !== 'class') return letter !== part.except
  const code = codeOf(letter)
  const isListed = part.ranges.some(([low, high]) => code >= codeOf(low) && code <= codeOf(high))
  return isListed !== part.isNegated
}

/** A character's number; text compares by UTF-16 units, which is another order. */
export function codeOf(letter: string): number {
  return letter.codePointAt(0) ?? 0
}
