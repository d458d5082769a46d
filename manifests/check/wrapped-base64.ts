// A text in; base64 that goes on over several lines out, put together, with where each character of it stands.
// Only what is near an end of line matters: whatever lies within one line is found in the text as it is.

/** Lines of base64, put together. */
export interface Wrapped {
  readonly joined: string
  /** The place in the text of a place in `joined`; to be asked in rising order. */
  offsetOf(at: number): number
}

interface Piece {
  /** In the text; the end is exclusive. */
  readonly start: number
  readonly end: number
}

/** A line that goes on ends in at least so many characters of base64. */
const LEAST = 16
/** So many of the first line count. */
const MOST_OF_FIRST = 256

/** All of them, in order. Takes time in proportion to the text, whatever it holds. */
export function* wrappedBase64(text: string): Generator<Wrapped> {
  let end = text.indexOf('\n')
  while (end >= 0) {
    const pieces = piecesFrom(text, end)
    if (pieces.length > 1) yield put(text, pieces)
    end = text.indexOf('\n', Math.max(end + 1, pieces.at(-1)?.end ?? 0))
  }
}

/** The run of base64 that a line ends in, and the runs that the lines after it begin with. */
function piecesFrom(text: string, lineEnd: number): Piece[] {
  const first = runBefore(text, lineEnd)
  if (first === undefined) return []
  const pieces = [first]
  for (let next = lineEnd; next >= 0 && next < text.length; ) {
    const start = skipBlanks(text, next + 1, 1)
    let end = start
    while (isBase64(text.charCodeAt(end))) end += 1
    if (end === start) break
    pieces.push({ start, end })
    const after = skipBlanks(text, end, 1)
    next = text.charCodeAt(after) === LINE_FEED && end - start >= LEAST ? after : -1
  }
  return pieces
}

function runBefore(text: string, lineEnd: number): Piece | undefined {
  const end = skipBlanks(text, lineEnd - 1, -1) + 1
  let start = end
  while (start > 0 && end - start < MOST_OF_FIRST && isBase64(text.charCodeAt(start - 1))) {
    start -= 1
  }
  return end - start < LEAST ? undefined : { start, end }
}

function put(text: string, pieces: readonly Piece[]): Wrapped {
  const joined = pieces.map(({ start, end }) => text.slice(start, end)).join('')
  let [index, from] = [0, 0]
  return {
    joined,
    offsetOf(at) {
      let piece = pieces[index] ?? { start: 0, end: joined.length }
      for (let next = pieces[index + 1]; next && at - from >= piece.end - piece.start; ) {
        from += piece.end - piece.start
        index += 1
        piece = next
        next = pieces[index + 1]
      }
      return piece.start + at - from
    },
  }
}

const LINE_FEED = 10

/** The first place from `at` on, forwards or backwards, that is no blank or carriage return. */
function skipBlanks(text: string, at: number, step: 1 | -1): number {
  let place = at
  while (isBlank(text.charCodeAt(place))) place += step
  return place
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13
}

/** Letters, digits, and the two characters of either alphabet; NaN, past the ends, is none. */
function isBase64(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 47 && code <= 57) ||
    code === 43 ||
    code === 45 ||
    code === 95
  )
}
