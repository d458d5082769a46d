// A comment stays below what platforms accept, and says what it leaves out. Whole outputs are in
// fixtures/preview-formats.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMarkdown } from '../../../../cmp/preview/formats/markdown.ts'
import type { Preview, PreviewKey, PreviewObject } from '../../../../render/preview/model.ts'
import { assertInert } from '../../../support/inert-markdown.ts'
import { samplePreview, sampleWithoutBase } from '../../../support/sample-preview.ts'
import {
  printFrom,
  sampleDiff,
  sampleObject,
  sampleSecret,
  sampleWorkload,
} from '../../../support/sample-preview-objects.ts'

const LIMIT = 65_536

function commentOf(objects: readonly PreviewObject[], more: Partial<Preview> = {}): string {
  const text = formatMarkdown({ ...samplePreview(), notes: [], objects, ...more })
  assert.ok(text.length <= LIMIT, `${text.length}`)
  assertInert(text)
  return text
}

const many = <T>(number: number, make: (index: number) => T): T[] =>
  Array.from({ length: number }, (_, index) => make(index))

function configMap(name: string, lines: number): PreviewObject {
  const diff = sampleDiff(many(lines, (index) => `+  key-${index}: ${'x'.repeat(60)}`))
  return sampleObject(name, { change: 'changed', diff })
}

const key = (index: number): PreviewKey => {
  return { key: `KEY_${index}`, change: 'added', value: printFrom('a') }
}

test('a comment is found by its first line', () => {
  const first = (marker?: string) => formatMarkdown(samplePreview(), { marker }).split('\n')[0]
  assert.equal(first(), '<!-- argocd-phase-plugin preview -->')
  assert.equal(first('web.prod'), '<!-- argocd-phase-plugin preview: web.prod -->')
  assert.equal(first('a --> <b>'), '<!-- argocd-phase-plugin preview: a_--___b_ -->')
})

test('nothing is left out of what fits', () => {
  const text = commentOf(many(12, (index) => configMap(`c${index}`, 60)))
  assert.doesNotMatch(text, /not shown|left out/)
  assert.equal(text.match(/^<details>$/gm)?.length, 12)
})

test('diffs that do not fit are left out whole; those behind them that fit are not', () => {
  const objects = [configMap('huge', 2000), configMap('small', 3), configMap('huger', 3000)]
  const text = commentOf(objects)
  assert.match(text, /configmap payments\/small/i)
  assert.doesNotMatch(text, /huge/)
  assert.match(text, /\n\n_2 objects not shown\._\n\n.*`--format text` shows all of it/s)
})

test('many Secrets, workloads and notes: some of each, and how many more there are', () => {
  const secrets = many(900, (index) => {
    return sampleSecret(`s${index}`, [key(1), key(2)], { change: 'changed' })
  })
  const because = [{ secret: 's1', key: 'KEY_1', change: 'added' }] as const
  const workloads = many(900, (index) => {
    return sampleWorkload(`w${index}`, { rolls: 'yes', because }, { change: 'changed' })
  })
  const diffs = many(300, (index) => configMap(`c${index}`, 20))
  const notes = many(900, (index) => `note ${index}`)
  const text = commentOf([...secrets, ...workloads, ...diffs], { notes })
  for (const noun of ['rows', 'workloads', 'objects', 'notes']) {
    assert.match(text, new RegExp(`^_\\d+ ${noun} not shown\\._$`, 'm'))
  }
  for (const heading of ['Secrets', 'What rolls', 'Objects', 'Notes']) {
    assert.match(text, new RegExp(`^#### ${heading}$`, 'm'))
  }
  assert.ok(text.length > LIMIT * 0.9, `${text.length}`)
})

test('one Secret of many keys does not take the room of the next', () => {
  const [big, small] = [many(5000, key), [key(1)]].map((keys, index) => {
    return sampleSecret(`s${index}`, keys, { change: 'changed' })
  })
  assert.ok(big && small)
  const text = commentOf([big, small])
  assert.equal(text.match(/^\| `KEY_/gm)?.length, 61)
  assert.match(text, /^\| \*\*`payments\/s1`\*\* .*\n\| `KEY_1` /m)
  assert.match(text, /^_4940 rows not shown\._$/m)
})

test('long names do not take the room of the rest', () => {
  const long = '`|\\`'.repeat(500)
  const objects = many(200, (index) => ({
    ...sampleSecret(long, [{ ...key(index), key: long, renamedFrom: long }], { change: 'changed' }),
    namespace: long,
  }))
  const sides = { head: { kind: 'source', label: long }, base: { kind: 'file', label: long } }
  commentOf([...objects, configMap(long, 2)], sides as Partial<Preview>)
})

test('what differs without a diff is named', () => {
  const text = commentOf([sampleObject('a', { change: 'unknown' })])
  assert.match(text, /^- unknown `ConfigMap payments\/a`$/m)
})

test('a stream that does not fit is left out', () => {
  const stream = `a: b\n${'x: y\n'.repeat(20_000)}`
  const text = formatMarkdown({ ...sampleWithoutBase(), stream })
  assert.match(text, /^_1 stream not shown\._$/m)
  assertInert(text)
})
