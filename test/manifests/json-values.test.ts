// JSON with something behind it: what Argo CD would drop without a word.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasMoreThanOneValue } from '../../manifests/json-values.ts'
import { documentOf } from '../support/document.ts'

const cases: readonly (readonly [text: string, isMore: boolean])[] = [
  ['{"a": 1}', false],
  ['{"a": 1}\n\n', false],
  ['\n  {"a": {"b": [{}]}}\n', false],
  ['{"a": 1}\n...\n', false],
  ['{"a": 1} # one\n# two\n', false],
  ['{"a": 1}\n{"b": 2}\n', true],
  ['{"a": 1}\n...\n{"b": 2}\n', true],
  ['{"a": 1}{"b": 2}', true],
  ['{"a": 1} [1]', true],
  ['{"a": 1}\ntext', true],
  ['\ufeff{"a": 1} {}', true],
  ['{"a": "}{"}', false],
  ['{"a": "\\"} {"}', false],
  ['{"a": "\\\\"} {}', true],
  ['{"a": 1', false],
  ['{a: b}\n{c: d}', false],
  ['a: {}\nb: {}\n', false],
  ['[{"a": 1}]\n{}', false],
  ['', false],
]
for (const [text, isMore] of cases) {
  test(`${JSON.stringify(text)}: ${isMore ? 'more' : 'no more'} than one value`, () => {
    assert.equal(hasMoreThanOneValue(documentOf(text)), isMore)
  })
}
