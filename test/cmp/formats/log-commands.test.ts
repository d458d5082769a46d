// What a build server would take for a command is spelled out, and means the same to a parser.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inertInLogs, inertJsonInLogs, inertXmlInLogs } from '../../../cmp/formats/log-commands.ts'

const texts: readonly (readonly [text: string, want: string])[] = [
  ['::error::a', '\\u{3a}:error::a'],
  [' \t::set-output name=a::b', ' \t\\u{3a}:set-output name=a::b'],
  ['a\n::stop-commands::b', 'a\n\\u{3a}:stop-commands::b'],
  ['a ##[add-matcher]b', 'a #\\u{23}[add-matcher]b'],
  ['##vso[task.setvariable variable=a]b', '#\\u{23}vso[task.setvariable variable=a]b'],
  ['###teamcity[x', '##\\u{23}teamcity[x'],
  ['a::b ## c [d] :e', 'a::b ## c [d] :e'],
  ['### A heading', '### A heading'],
]
for (const [text, want] of texts) {
  test(`${JSON.stringify(text)} in a log`, () => assert.equal(inertInLogs(text), want))
}

test('JSON stays what it is', () => {
  const value = { '##[a]': ['##vso[b', '\\##[c'] }
  const text = inertJsonInLogs(JSON.stringify(value))
  assert.doesNotMatch(text, /##\w*\[/)
  assert.deepEqual(JSON.parse(text), value)
})

test('XML names the second hash by its number', () => {
  assert.equal(inertXmlInLogs('<a b="##[c]"/>'), '<a b="#&#35;[c]"/>')
})
