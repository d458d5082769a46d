// A glob pattern in, a matcher out. The language is the one of Argo CD's directory source
// (github.com/gobwas/glob): * ? [a-z] [!a-z] {a,b} and \ before a character meant literally.
// Patterns come from app authors, so matching walks all possibilities at once and never backtracks.

type Token =
  | { readonly is: 'text'; readonly char: string }
  | { readonly is: 'one' }
  | { readonly is: 'run' }
  | { readonly is: 'class'; readonly not: boolean; readonly ranges: readonly (readonly string[])[] }
  | { readonly is: 'either'; readonly branches: readonly (readonly Token[])[] }

type Pattern = readonly Token[]
type Reader = { readonly chars: readonly string[]; at: number; depth: number }

/** Characters of a pattern; and how deep braces may stand in each other. */
const LONGEST = 1000
const DEEPEST = 10

/** Compiles a pattern; `*` and `?` cross slashes. @returns undefined if it is malformed. */
export function glob(pattern: string): ((text: string) => boolean) | undefined {
  if (pattern.length > LONGEST) return undefined
  const reader: Reader = { chars: [...pattern], at: 0, depth: 0 }
  const tokens = readSequence(reader)
  if (tokens === undefined || reader.at < reader.chars.length) return undefined
  return (text) => {
    const chars = [...text]
    return advance(tokens, chars, new Set([0])).has(chars.length)
  }
}

/** Reads until the end, or inside braces until `,` or `}`. */
function readSequence(reader: Reader): Pattern | undefined {
  const tokens: Token[] = []
  while (reader.at < reader.chars.length) {
    const char = reader.chars[reader.at] ?? ''
    if (reader.depth > 0 && (char === ',' || char === '}')) break
    reader.at += 1
    const token = readToken(char, reader)
    if (token === undefined) return undefined
    tokens.push(token)
  }
  return tokens
}

function readToken(char: string, reader: Reader): Token | undefined {
  if (char === '?') return { is: 'one' }
  if (char === '[') return readClass(reader)
  if (char === '{') return readBranches(reader)
  if (char === '*') {
    while (reader.chars[reader.at] === '*') reader.at += 1
    return { is: 'run' }
  }
  if (char !== '\\') return { is: 'text', char }
  const literal = reader.chars[reader.at]
  reader.at += 1
  return literal === undefined ? undefined : { is: 'text', char: literal }
}

function readClass(reader: Reader): Token | undefined {
  const end = reader.chars.indexOf(']', reader.at + 1)
  if (end === -1) return undefined
  let inner = reader.chars.slice(reader.at, end)
  reader.at = end + 1
  const not = inner[0] === '!'
  if (not) inner = inner.slice(1)
  const ranges: string[][] = []
  for (let at = 0; at < inner.length; at += 1) {
    const [from = '', dash, to] = inner.slice(at, at + 3)
    const isRange = dash === '-' && to !== undefined
    ranges.push([from, isRange ? to : from])
    if (isRange) at += 2
  }
  return ranges.length === 0 ? undefined : { is: 'class', not, ranges }
}

function readBranches(reader: Reader): Token | undefined {
  if (reader.depth === DEEPEST) return undefined
  reader.depth += 1
  const branches: Pattern[] = []
  for (let last = ''; last !== '}'; ) {
    const branch = readSequence(reader)
    last = reader.chars[reader.at] ?? ''
    if (branch === undefined || last === '') return undefined
    branches.push(branch)
    reader.at += 1
  }
  reader.depth -= 1
  return { is: 'either', branches }
}

/** All places where a match that began at one of `from` can end. */
function advance(
  tokens: Pattern,
  chars: readonly string[],
  from: ReadonlySet<number>,
): Set<number> {
  let places = new Set(from)
  for (const token of tokens) {
    if (places.size === 0) break
    if (token.is === 'either') {
      places = new Set(token.branches.flatMap((each) => [...advance(each, chars, places)]))
    } else if (token.is === 'run') places = run(chars, places)
    else places = step(token, chars, places)
  }
  return places
}

/** Everything from the first place on. */
function run(chars: readonly string[], from: ReadonlySet<number>): Set<number> {
  const first = Math.min(...from)
  return new Set(Array.from({ length: chars.length + 1 - first }, (_, n) => first + n))
}

function step(token: Token, chars: readonly string[], from: ReadonlySet<number>) {
  const places = new Set<number>()
  for (const at of from) {
    const char = chars[at]
    if (char !== undefined && accepts(token, char)) places.add(at + 1)
  }
  return places
}

function accepts(token: Token, char: string): boolean {
  if (token.is === 'text') return token.char === char
  if (token.is === 'class') {
    return token.not !== token.ranges.some(([from = '', to = '']) => from <= char && char <= to)
  }
  return true
}
