// Documents that somebody made to break what edits them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PatchOperation } from '../../../manifests/check/model.ts'
import { applyFixes } from '../../../manifests/fix/fixes.ts'
import { fileOf, fixFor, objectsIn } from '../../support/fixes.ts'

const remove = (path: string): PatchOperation => ({ op: 'remove', path })

function apply(text: string, operations: readonly PatchOperation[]) {
  const file = fileOf(text)
  const { bytes, refused } = applyFixes(file, [fixFor(file, operations)])
  const after = Buffer.from(bytes).toString()
  return { after, isSame: after === text, why: refused.map(({ message }) => message).join() }
}

const head = 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n'

test('keys that pollute in other programs', () => {
  const text = `${head}x:\n  __proto__: {polluted: 1}\n  constructor: {prototype: {polluted: 1}}\n  w: 1\n`
  const { after } = apply(text, [
    remove('/x/w'),
    { op: 'add', path: '/x/hasOwnProperty', value: 1 },
  ])
  assert.equal(after, text.replace('  w: 1\n', '  hasOwnProperty: 1\n'))
  for (const path of [
    '/x/__proto__/polluted',
    '/x/constructor/prototype/polluted',
    '/x/__proto__',
  ]) {
    const { isSame, why } = apply(text, [remove(path)])
    assert.ok(isSame, path)
    assert.match(why, /no valid JSON patch/)
  }
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})

test('aliases that stand for gigabytes', () => {
  const bomb = Array.from(
    { length: 4 },
    (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join()}]\n`,
  )
  const text = `${head}a0: &a0 [x, x]\n${bomb.join('')}w: [1, 2]\n`
  const { after } = apply(text, [remove('/w/0')])
  assert.equal(after, text.replace('[1, 2]', '[2]'))
  const items = `- {apiVersion: v1, kind: A, metadata: {name: a}, w: 1}\n`
  const large = `kind: List\napiVersion: v1\nitems:\n${items}x:\n- &x [${Array(60000).fill('y').join()}]\n${'- *x\n'.repeat(90)}`
  const { isSame, why } = apply(large, [remove('/w')])
  assert.ok(isSame)
  assert.match(why, /too large/)
})

test('objects of a List that share text through an anchor', () => {
  const text = `kind: List\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: A\n  metadata: {name: a}\n  rules: &r [{verbs: [get, list]}]\n- apiVersion: v1\n  kind: A\n  metadata: {name: b}\n  rules: *r\n`
  const file = fileOf(text)
  for (const name of ['a', 'b']) {
    const fix = fixFor(file, [remove('/rules/0/verbs/1')], name)
    const { bytes, refused } = applyFixes(file, [fix])
    assert.equal(Buffer.from(bytes).toString(), text)
    assert.equal(refused.length, 1)
  }
})

test('comments that look like YAML, and YAML that looks like comments', () => {
  const text =
    `${head}x:\n  - "# no" # - yes\n  - 'a #b'#c\n  - |\n    # text\n    - text\n  # - why\n  - y\n`.replace(
      "'#c",
      "' #c",
    )
  const { after } = apply(text, [remove('/x/2'), remove('/x/1')])
  assert.equal(after, text.replace("  - 'a #b' #c\n  - |\n    # text\n    - text\n", ''))
})

test('a block scalar at the end that keeps its line ends', () => {
  const text = `${head}w: 1\nx: |+\n  a\n\n\n`
  assert.equal(apply(text, [remove('/w')]).after, text.replace('w: 1\n', ''))
  assert.equal(apply(text, [remove('/x')]).after, `${head}w: 1\n`)
})

test('values that would end the document', () => {
  const operations: PatchOperation[] = [
    { op: 'add', path: '/x', value: ['---', '...', 'a\n---\nb', '\u2028', '\ufeff', '%YAML 1.1'] },
    { op: 'add', path: '/---\nkind: Secret', value: { '...': '---' } },
  ]
  const { after } = apply(head, operations)
  const [object, ...others] = objectsIn(fileOf(after))
  assert.deepEqual(others, [])
  assert.deepEqual(
    object?.value.x,
    operations[0] !== undefined && 'value' in operations[0] ? operations[0].value : 0,
  )
})

test('explicit keys, tags and anchors on the way', () => {
  const text = `${head}? x\n: &a !!map\n  w: !!str 1 # z\n  ? v\n  : - !!seq [1, 2]\n`
  assert.equal(apply(text, [remove('/x/v/0/1')]).after, text.replace('[1, 2]', '[1]'))
  assert.equal(apply(text, [remove('/x/w')]).after, text.replace('  w: !!str 1 # z\n', ''))
  assert.equal(apply(text, [remove('/x/v')]).after, text.replace('  ? v\n  : - !!seq [1, 2]\n', ''))
  // The tag would make another value of it.
  assert.ok(apply(text, [{ op: 'replace', path: '/x/w', value: 2 }]).isSame)
})

test('more fixes than a run can do: the rest is said', () => {
  const rules = Array.from({ length: 3000 }, () => '  - {verbs: [get, list]}\n').join('')
  const file = fileOf(`${head}${`# ${'x'.repeat(100)}\n`.repeat(100_000)}rules:\n${rules}`)
  const fixes = [0, 1, 2, 3, 4, 5].map((n) => fixFor(file, [remove(`/rules/${n}/verbs/1`)]))
  const { applied, refused } = applyFixes(file, fixes)
  assert.ok(applied.length >= 1 && refused.length >= 1)
  assert.match(refused[0]?.message ?? '', /more than are done in one run/)
})
