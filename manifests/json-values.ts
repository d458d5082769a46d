// A document in; whether it is JSON with something behind its value out. Argo CD's decoder takes the
// first value and drops the rest without a word, and what it drops is pruned.
import type { Document } from './document.ts'
import { contentStart } from './split.ts'

const SPACE = 0x20
const OPENING = 0x7b

/** Whether more than blanks, comments and an end marker follows a JSON object. Flow style that is no JSON is not looked into. */
export function hasMoreThanOneValue({ body }: Document): boolean {
  const from = contentStart(body)
  const start = body.findIndex((byte, index) => index >= from && byte > SPACE)
  if (body[start] !== OPENING) return false
  const text = Buffer.from(body.buffer, body.byteOffset + start, body.length - start).toString()
  const end = endOfObject(text)
  if (end === undefined) return false
  const rest = text.slice(end).replace(/^\s*(#.*|\.\.\.\s*)$/gm, '')
  if (rest.trim() === '') return false
  try {
    JSON.parse(text.slice(0, end))
    return true
  } catch {
    return false
  }
}

/** Behind the bracket that closes the first one. */
function endOfObject(text: string): number | undefined {
  let depth = 0
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (match[0] === '{') depth += 1
    else if (match[0] === '}') depth -= 1
    if (depth === 0) return match.index + match[0].length
  }
  return undefined
}
