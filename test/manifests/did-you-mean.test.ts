import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nearest } from '../../manifests/did-you-mean.ts'

const fields = ['phaseApp', 'phaseAppId', 'phaseAppEnv', 'phaseAppEnvPath', 'phaseHost']

const cases: readonly (readonly [string, readonly string[], string | undefined])[] = [
  ['phaseAppEnvv', fields, 'phaseAppEnv'],
  ['phaseAppID', fields, 'phaseAppId'],
  ['phaeApp', fields, 'phaseApp'],
  ['pahseHost', fields, 'phaseHost'],
  ['database', fields, undefined],
  ['', fields, undefined],
  ['x', [], undefined],
  ['Production', ['PreProduction', 'Staging'], 'PreProduction'],
  ['prod', ['production'], undefined],
  ['db', ['DB', 'dc'], 'DB'],
  ['DX', ['DY'], undefined],
  ['KEY_A', ['KEY_C', 'KEY_B'], 'KEY_B'],
  ['a'.repeat(101), ['a'.repeat(101)], undefined],
]

for (const [name, candidates, expected] of cases) {
  test(`nearest to ${name.slice(0, 20) || 'nothing'} of ${candidates.length}: ${expected}`, () => {
    assert.equal(nearest(name, candidates), expected)
  })
}

test('the order of the candidates does not matter', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abAB_'), minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(word, fc.array(word), (name, candidates) => {
      assert.equal(nearest(name, candidates), nearest(name, candidates.toReversed()))
      if (candidates.includes(name)) {
        assert.equal(nearest(name, candidates)?.toLowerCase(), name.toLowerCase())
      }
    }),
  )
})
