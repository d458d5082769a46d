import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  annotationKeyFault,
  labelKeyFault,
  labelValueFault,
  namespaceFault,
  objectNameFault,
  shownName,
} from '../../manifests/names.ts'

interface Rule {
  readonly of: (text: string) => string | undefined
  readonly good: readonly string[]
  readonly bad: readonly string[]
}

const rules: Record<string, Rule> = {
  'object name': {
    of: objectNameFault,
    good: ['a', '0', 'a-b', 'a.b-c.d', 'a'.repeat(253)],
    bad: [
      '',
      'A',
      'a_b',
      '-a',
      'a-',
      'a..b',
      '.a',
      'a.',
      'a.-b',
      'a b',
      'a\n',
      'é',
      'a'.repeat(254),
    ],
  },
  namespace: {
    of: namespaceFault,
    good: ['a', '1-a', 'a'.repeat(63)],
    bad: ['', 'a.b', 'A', '-a', 'a-', 'a/b', '../a', 'a'.repeat(64)],
  },
  'label key': {
    of: labelKeyFault,
    good: ['a', 'A_b.c-d', 'example.com/Name', 'a'.repeat(63), `${'a'.repeat(253)}/b`],
    bad: ['', '-a', 'a-', 'a b', '/a', 'a/', 'a/b/c', 'Example.com/a', 'a_b/c', 'a'.repeat(64)],
  },
  'annotation key': {
    of: annotationKeyFault,
    good: ['a', 'Example.com/Name'],
    bad: ['', 'a b', 'a/b/c'],
  },
  'label value': {
    of: labelValueFault,
    good: ['', 'a', 'A_b.c-d', '1', 'a'.repeat(63)],
    bad: ['-a', 'a-', 'a b', 'a/b', 'a\n', 'é', 'a'.repeat(64)],
  },
}

for (const [name, { of, good, bad }] of Object.entries(rules)) {
  test(`${name}: what the API server accepts`, () => {
    for (const text of good) assert.equal(of(text), undefined, text)
  })
  test(`${name}: what it refuses`, () => {
    for (const text of bad) assert.equal(typeof of(text), 'string', text)
  })
}

test('a long hostile name is refused without backtracking', () => {
  const hostile = `${'a-'.repeat(100_000)}!`
  for (const { of } of Object.values(rules)) assert.equal(typeof of(hostile), 'string')
})

test('only ordinary names stand in a message as they are', () => {
  assert.equal(shownName('DB_HOST'), 'DB_HOST')
  assert.equal(shownName(''), '""')
  assert.equal(shownName('a b'), '"a b"')
  assert.equal(shownName('a"\n'), `"a"?"`)
  assert.equal(shownName('x'.repeat(1000)).length, 102)
})
