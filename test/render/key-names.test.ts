import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { secretKeyFault } from '../../manifests/secret.ts'
import { NAME_TRANSFORMERS, transformKey } from '../../render/key-names.ts'

/** What both versions of the operator give, run on each row: camel, upper-camel, lower-snake, tf-var, lower-kebab. */
const rows: readonly (readonly [string, string, string, string, string, string])[] = [
  ['DB__HOST', 'dbHost', 'DbHost', 'db__host', 'TF_VAR_db__host', 'db--host'],
  ['_A', 'A', 'A', '_a', 'TF_VAR__a', '-a'],
  ['A_', 'a', 'A', 'a_', 'TF_VAR_a_', 'a-'],
  ['__', '', '', '__', 'TF_VAR___', '--'],
  ['API_V2_KEY', 'apiV2Key', 'ApiV2Key', 'api_v2_key', 'TF_VAR_api_v2_key', 'api-v2-key'],
  ['2FA_SECRET', '2faSecret', '2faSecret', '2fa_secret', 'TF_VAR_2fa_secret', '2fa-secret'],
  ['MY-KEY.X_Y', 'my-key.xY', 'My-key.xY', 'my-key.x_y', 'TF_VAR_my-key.x_y', 'my-key.x-y'],
  ['fooBarBAZ', 'foobarbaz', 'Foobarbaz', 'foobarbaz', 'TF_VAR_foobarbaz', 'foobarbaz'],
]

for (const [key, camel, upperCamel, lowerSnake, tfVar, lowerKebab] of rows) {
  test(`transforms of ${key}`, () => {
    assert.deepEqual(Object.fromEntries(NAME_TRANSFORMERS.map((t) => [t, transformKey(t, key)])), {
      upper_snake: key,
      camel,
      'upper-camel': upperCamel,
      'lower-snake': lowerSnake,
      'tf-var': tfVar,
      'lower-kebab': lowerKebab,
    })
  })
}

test('upper_snake changes nothing, not even case', () => {
  assert.equal(transformKey('upper_snake', 'admin-user'), 'admin-user')
})

test('a key beyond ASCII never becomes a valid one', () => {
  for (const key of ['\u212A', 'X_\u00DFY', '\u0130D', 'caf\u00E9_x']) {
    for (const transformer of NAME_TRANSFORMERS) {
      assert.notEqual(secretKeyFault(transformKey(transformer, key)), undefined, transformer)
    }
  }
})

test('a valid key stays valid unless it becomes empty', () => {
  const keys = fc.string({ unit: fc.constantFrom(...'aAzZ09_-'), minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(keys, fc.constantFrom(...NAME_TRANSFORMERS), (key, transformer) => {
      const name = transformKey(transformer, key)
      if (name === '') assert.match(key, /^_+$/)
      else assert.equal(secretKeyFault(name), undefined)
    }),
  )
})
