// Characters that end a line to Kubernetes and not to an editor: refused where they could hide something, and
// no matter between quotes, where they only fold the text.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from '../../manifests/parse.ts'
import { readDocuments } from '../../manifests/stream.ts'

const cases: readonly (readonly [
  what: string,
  text: (odd: string) => string,
  isRefused: boolean,
])[] = [
  ['a comment', (odd) => `# a${odd}kind: Pod\na: b\n`, true],
  ['a comment behind quotes', (odd) => `a: "x${odd}y" # ${odd}kind: Pod\n`, true],
  ['a plain text', (odd) => `a: x${odd}y\n`, true],
  ['a block of text', (odd) => `a: |\n  x${odd}y\n`, true],
  ['double quotes', (odd) => `a: "x${odd}y"\nb: c\n`, false],
  ['single quotes', (odd) => `a: 'x${odd}y'\nb: ["${odd}"]\n`, false],
  ['a quoted key', (odd) => `"k${odd}": 1\n`, false],
]
for (const [what, text, isRefused] of cases) {
  for (const odd of ['\r', '\u0085', '\u2028', '\u2029']) {
    const code = odd.charCodeAt(0).toString(16)
    test(`U+${code} in ${what}: ${isRefused ? 'refused' : 'read'}`, () => {
      const [document] = readDocuments([{ path: 'a', bytes: Buffer.from(text(odd)) }]).documents
      assert.ok(document !== undefined)
      assert.equal('problems' in parse(document), isRefused)
    })
  }
}

test('lines that end with CR and LF are lines', () => {
  const [document] = readDocuments([
    { path: 'a', bytes: Buffer.from('a: b\r\nc: |\r\n  d\r\n') },
  ]).documents
  assert.ok(document !== undefined && 'value' in parse(document))
})
