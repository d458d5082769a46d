// XML 1.0 in, its elements out. Knows what our formats print (no comments, CDATA, doctypes), and refuses what
// is not well-formed by the specification's own productions.
import assert from 'node:assert/strict'

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** Of this element alone, without what only indents. */
  readonly text: string
}

/** Production 2, Char. */
const CHARS = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u
const TAG = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z][\w.-]*="[^"<]*")*)\s*(\/?)>/y
const ATTRIBUTE = /([A-Za-z][\w.-]*)="([^"]*)"/g
const REFERENCE = /&(?:amp|lt|gt|quot|apos|#(\d+));/g
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

const NAMED: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
}

interface Open {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: XmlElement[]
  text: string
}

/** @throws where it is not well-formed. */
export function readXml(document: string): XmlElement {
  assert.match(document, CHARS)
  assert.ok(document.startsWith(DECLARATION))
  const body = document.slice(DECLARATION.length)
  const root: Open = { name: '', attributes: {}, children: [], text: '' }
  const open: Open[] = [root]
  let at = 0
  while (at < body.length) {
    const top = open.at(-1)
    assert.ok(top)
    const next = body.indexOf('<', at)
    const text = body.slice(at, next === -1 ? body.length : next)
    top.text += decoded(text)
    if (next === -1) break
    TAG.lastIndex = next
    const match = TAG.exec(body)
    assert.ok(match, `no tag: ${body.slice(next, next + 60)}`)
    step(open, match)
    at = TAG.lastIndex
  }
  assert.equal(open.length, 1, 'an element is not closed')
  assert.equal(root.children.length, 1, 'there is one root')
  assert.equal(root.text.trim(), '')
  const [only] = root.children
  assert.ok(only)
  return only
}

function step(open: Open[], match: RegExpExecArray): void {
  const [, slash, name = '', words = '', empty] = match
  if (slash === '/') {
    const closed = open.pop()
    assert.equal(closed?.name, name)
    if (closed !== undefined) open.at(-1)?.children.push(closed)
    return
  }
  const element: Open = { name, attributes: {}, children: [], text: '' }
  for (const [, key = '', value = ''] of words.matchAll(ATTRIBUTE)) {
    assert.ok(!Object.hasOwn(element.attributes, key), `${key} twice`)
    element.attributes[key] = decoded(value)
  }
  if (empty === '/') open.at(-1)?.children.push(element)
  else open.push(element)
}

function decoded(text: string): string {
  assert.doesNotMatch(text.replace(REFERENCE, ''), /&|\]\]>/)
  return text.replace(REFERENCE, (reference, digits) => {
    return digits === undefined ? (NAMED[reference] ?? '') : String.fromCodePoint(Number(digits))
  })
}
