// Every rule's page shows a bad and a good example: the rule finds something in the first and nothing in the second.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RULES } from '../../../render/check/catalogue.ts'
import { factsOf } from '../../support/check.ts'

for (const rule of RULES) {
  const { id, name, example } = rule
  const setting = { namespace: undefined, base: example.base } as { base?: string }

  test(`${id} ${name} finds something in its bad example`, () => {
    const found = [...rule.find(factsOf(example.bad, setting))]
    assert.notEqual(found.length, 0)
    for (const { message, at } of found) {
      assert.match(message, /^[^\n]+[^.\n]$/)
      assert.ok(at === undefined || at.line >= 1)
    }
  })

  test(`${id} ${name} finds nothing in its good example`, () => {
    const found = [...rule.find(factsOf(example.good, setting))]
    assert.deepEqual(
      found.map(({ message }) => message),
      [],
    )
  })
}

test('ids and names are unique', () => {
  for (const field of ['id', 'name'] as const) {
    assert.equal(new Set(RULES.map((rule) => rule[field])).size, RULES.length)
  }
})
