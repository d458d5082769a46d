import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Document } from '../../manifests/document.ts'
import { mayMatter } from '../../manifests/may-matter.ts'

const matters = mayMatter(['PhaseSecret', 'secrets.phase.dev'])
const documentOf = (body: Uint8Array): Document => ({
  file: 'a.yaml',
  line: 1,
  separator: Buffer.alloc(0),
  body,
})

const cases: readonly [name: string, text: string, expected: boolean][] = [
  ['a marker', 'kind: PhaseSecret\n', true],
  ['a marker inside a word', 'x: aPhaseSecretb\n', true],
  ['a marker in a comment', '# secrets.phase.dev\n', true],
  ['another case', 'kind: phasesecret\n', false],
  ['any character for the dot', 'x: secretsXphaseXdev\n', false],
  ['nothing', '', false],
  ['an escaped letter', 'kind: "\\x50haseSecret"\n', true],
  ['a short escape', 'kind: "\\u0050haseSecret"\n', true],
  ['a long escape', 'kind: "\\U00000050haseSecret"\n', true],
  ['an escaped slash', 'x: "secrets\\/phase"\n', true],
  ['a word over two lines', 'kind: "Phase\\\n  Secret"\n', true],
  ['a word over two lines, CRLF', 'kind: "Phase\\\r\n  Secret"\r\n', true],
  ['other escapes', 'x: "a\\tb\\"c"\n', false],
]

for (const [name, text, expected] of cases) {
  test(`may matter: ${name}`, () => {
    assert.equal(matters(documentOf(Buffer.from(text))), expected)
  })
}

test('UTF-16 always may matter', () => {
  const text = Buffer.from('\ufeffkind: PhaseSecret\n', 'utf16le')
  assert.equal(matters(documentOf(text)), true)
  assert.equal(matters(documentOf(text.swap16())), true)
})

test('only the document itself is searched, not its neighbours in the file', () => {
  const bytes = Buffer.from('kind: PhaseSecret\n---\nkind: Service\n')
  assert.equal(matters(documentOf(bytes.subarray(22))), false)
  assert.equal(matters(documentOf(new Uint8Array(bytes).subarray(0, 18))), true)
})
