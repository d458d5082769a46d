// Patterns as Argo CD's directory source matches them, and with separators as repositories are allowed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { glob } from '../../../cmp/sources/glob.ts'

const cases: readonly [pattern: string, yes: readonly string[], no: readonly string[]][] = [
  ['*.yaml', ['a.yaml', 'a/b.yaml', '.yaml'], ['a.yml', 'a.yaml.bak']],
  ['{*.yaml,*.yml}', ['a.yaml', 'x/b.yml'], ['c.json']],
  ['{config.json,env-usw2/*}', ['config.json', 'env-usw2/a/b'], ['env-use1/a', 'x/config.json']],
  ['{a,b{c,d}}x', ['ax', 'bcx', 'bdx'], ['bx', 'cx']],
  ['{,a}b', ['b', 'ab'], ['aab']],
  ['a?c', ['abc', 'a/c', 'a🔑c'], ['ac', 'abbc']],
  ['[a-c]1', ['a1', 'c1'], ['d1', '-1']],
  ['[!a-c]1', ['d1'], ['a1']],
  ['[a-]', ['a', '-'], ['b']],
  ['a\\*', ['a*'], ['ab']],
  ['**/x', ['a/b/x', '/x'], ['x']],
  ['a,b', ['a,b'], ['a']],
  ['', [''], ['a']],
]
for (const [pattern, yes, no] of cases) {
  test(`glob ${pattern}`, () => {
    const matches = glob(pattern)
    for (const text of yes) assert.ok(matches?.(text), text)
    for (const text of no) assert.ok(!matches?.(text), text)
  })
}

for (const pattern of [
  '[',
  '[]',
  '[!]',
  '{a',
  'a\\',
  '{'.repeat(20) + '}'.repeat(20),
  'a'.repeat(2000),
]) {
  test(`${pattern.slice(0, 20)} is no pattern`, () => assert.equal(glob(pattern), undefined))
}

// A matcher that tries one possibility after the other would not end here.
test('a hostile pattern costs no more than its length times the path', () => {
  assert.ok(!glob(`${'*a'.repeat(400)}b`)?.('a'.repeat(4000)))
  assert.ok(!glob('{*a*,*aa*}'.repeat(80))?.(`${'a'.repeat(1000)}b`.repeat(2).slice(0, 60)))
})
