// Items one after the other: what JSON.parse sees in the whole text, whatever the text is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eachItem } from '../../../../cmp/watch/argocd/items.ts'

function itemsOf(text: string): unknown[] | undefined {
  const items: unknown[] = []
  return eachItem(Buffer.from(text), (item) => items.push(item)) ? items : undefined
}

const lists: readonly [text: string, items: unknown[] | undefined][] = [
  ['{"items":[]}', []],
  ['{"items":null}', []],
  [
    ' {\n"metadata" : {"a":[1,{"}":"]"}]} ,\t"items" : [ 1 , "a" , {"b":[]} ,null ] } \n',
    [1, 'a', { b: [] }, null],
  ],
  ['{"items":["\\\\",{"\\"":"\\\\\\""},"]}"],"metadata":{}}', ['\\', { '"': '\\"' }, ']}']],
  ['{"items":[-1.5e3,true]}', [-1500, true]],
  ['{"a":{"items":[1]},"items":[2]}', [2]],
  ['{"items":"a"}', undefined],
  ['{"items":{}}', undefined],
  ['{"a":1}', undefined],
  ['{}', undefined],
  ['[]', undefined],
  ['null', undefined],
  ['', undefined],
  ['<html>', undefined],
]
for (const [text, items] of lists) {
  test(`items of ${JSON.stringify(text)}`, () => assert.deepEqual(itemsOf(text), items))
}

const WHOLE = '{"metadata":{"v":"1"},"items":[{"a":"\\"x"},{"b":[1,2]}]}'
test('no beginning of a list is a list, and nothing may follow it', () => {
  for (let end = 0; end < WHOLE.length; end += 1) {
    assert.equal(itemsOf(WHOLE.slice(0, end)), undefined, WHOLE.slice(0, end))
  }
  for (const more of ['x', '}', ',', '{"items":[]}']) assert.equal(itemsOf(WHOLE + more), undefined)
})

test('what JSON.parse reads is what is read', () => {
  const property = fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), (items, metadata) => {
    const text = JSON.stringify({ metadata, items, more: metadata }, undefined, 1)
    assert.deepEqual(itemsOf(text), JSON.parse(text).items)
  })
  fc.assert(property)
})

test('no text is an exception, or has no end', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    '\\',
    ',',
    ':',
    '"items"',
    '1',
    ' ',
    'null',
  )
  const property = fc.property(fc.array(piece), (pieces) => {
    const items = itemsOf(pieces.join(''))
    assert.ok(items === undefined || Array.isArray(items))
  })
  fc.assert(property, { numRuns: 2000 })
})
