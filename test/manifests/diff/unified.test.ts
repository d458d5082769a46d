import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hunksBetween, toYaml } from '../../../manifests/diff/unified.ts'

test('the lines that differ, with three around them', () => {
  const object = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8 }
  assert.deepEqual(hunksBetween(object, { ...object, e: 'five' }), [
    {
      beforeStart: 2,
      beforeLines: 7,
      afterStart: 2,
      afterLines: 7,
      lines: [' b: 2', ' c: 3', ' d: 4', '-e: 5', '+e: five', ' f: 6', ' g: 7', ' h: 8'],
    },
  ])
})

test('the whole of what is new or gone', () => {
  assert.deepEqual(hunksBetween(undefined, { b: 1, a: [] })[0]?.lines, ['+a: []', '+b: 1'])
  assert.deepEqual(hunksBetween({ a: 1 }, undefined)[0]?.lines, ['-a: 1'])
  assert.deepEqual(hunksBetween({ a: 1 }, { a: 1 }), [])
})

test('two long texts with nothing in common: all of one, then all of the other', () => {
  const lines = (word: string) => Array.from({ length: 3000 }, (_, n) => `${word} ${n}`)
  const [hunk, ...others] = hunksBetween(lines('old'), lines('new'))
  assert.deepEqual(others, [])
  assert.deepEqual([hunk?.beforeLines, hunk?.afterLines, hunk?.lines.length], [3000, 3000, 6000])
  assert.deepEqual([hunk?.lines[0], hunk?.lines[3000]], ['-- old 0', '+- new 0'])
})

test('the same value is the same text: keys sorted, nothing folded, no aliases', () => {
  const shared = { x: 'y' }
  const long = 'word '.repeat(50)
  assert.equal(toYaml({ b: shared, a: shared }), toYaml({ a: { x: 'y' }, b: { x: 'y' } }))
  assert.equal(toYaml({ long }), `long: "${long}"\n`)
})
