// The bytes of a JSON object with a list in, the items of the list out, parsed one after the other: ten
// thousand Applications are 60 MB of text, and never all of them objects at once.
//
// What is outside the items is only passed over, so that not every text that is no JSON is seen as one.

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]
const SPACES: readonly (number | undefined)[] = [0x20, 0x0a, 0x0d, 0x09]

/** Thrown and caught in here. */
class NotJson extends Error {}

/**
 * Calls `take` with each item of the list that stands under `items`; `null` is a list without any.
 * @returns false if the text is no object with such a list; some items may have been taken then.
 */
export function eachItem(text: Buffer, take: (item: unknown) => void): boolean {
  try {
    return readObject(text, take)
  } catch (error) {
    // A SyntaxError is JSON.parse's, of an item.
    if (error instanceof NotJson || error instanceof SyntaxError) return false
    throw error
  }
}

function readObject(text: Buffer, take: (item: unknown) => void): boolean {
  let at = expect(text, skipSpace(text, 0), OPEN_BRACE)
  let found = false
  if (text[skipSpace(text, at)] === CLOSE_BRACE) return false
  for (;;) {
    const start = skipSpace(text, at)
    const end = skipString(text, start)
    const key = text.toString('utf8', start, end)
    at = skipSpace(text, expect(text, skipSpace(text, end), COLON))
    if (key === '"items"') {
      at = readItems(text, at, take)
      found = true
    } else at = skipValue(text, at)
    at = skipSpace(text, at)
    if (text[at] === CLOSE_BRACE) break
    at = expect(text, at, COMMA)
  }
  return found && skipSpace(text, at + 1) === text.length
}

function readItems(text: Buffer, start: number, take: (item: unknown) => void): number {
  if (text.toString('latin1', start, start + 4) === 'null') return start + 4
  let at = skipSpace(text, expect(text, start, OPEN_BRACKET))
  if (text[at] === CLOSE_BRACKET) return at + 1
  for (;;) {
    const end = skipValue(text, at)
    take(JSON.parse(text.toString('utf8', at, end)))
    at = skipSpace(text, end)
    if (text[at] === CLOSE_BRACKET) return at + 1
    at = skipSpace(text, expect(text, at, COMMA))
  }
}

/** The end of a value: of an object or a list, where as many are closed as were opened. */
function skipValue(text: Buffer, start: number): number {
  let [at, depth] = [start, 0]
  for (;;) {
    const byte = text[at]
    if (byte === undefined) throw new NotJson()
    if (byte === QUOTE) at = skipString(text, at)
    else at += 1
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1
    if (depth <= 0 && isEnd(byte, text[at])) return at
  }
}

/** Whether a value outside of brackets is over after this byte. */
function isEnd(byte: number, next: number | undefined): boolean {
  if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === QUOTE) return true
  return next === COMMA || next === CLOSE_BRACE || next === CLOSE_BRACKET || SPACES.includes(next)
}

function skipString(text: Buffer, start: number): number {
  let at = expect(text, start, QUOTE)
  for (;;) {
    const end = text.indexOf(QUOTE, at)
    if (end === -1) throw new NotJson()
    let escapes = 0
    while (text[end - 1 - escapes] === BACKSLASH) escapes += 1
    at = end + 1
    if (escapes % 2 === 0) return at
  }
}

function skipSpace(text: Buffer, start: number): number {
  let at = start
  while (SPACES.includes(text[at]) && at < text.length) at += 1
  return at
}

function expect(text: Buffer, at: number, byte: number): number {
  if (text[at] !== byte) throw new NotJson()
  return at + 1
}
