// Every rule's page shows a bad and a good example: the rule finds something in the first and nothing in the second.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RULES } from '../../../render/check/catalogue.ts'
import { exampleFacts } from '../../support/check.ts'

for (const rule of RULES) {
  const { id, name } = rule

  test(`${id} ${name} finds something in its bad example`, () => {
    const found = [...rule.find(exampleFacts(rule, 'bad'))]
    assert.notEqual(found.length, 0)
    for (const { message, at } of found) {
      assert.match(message, /^[^\n]+[^.\n]$/)
      assert.ok(at === undefined || at.line >= 1)
    }
  })

  test(`${id} ${name} finds nothing in its good example`, () => {
    const found = [...rule.find(exampleFacts(rule, 'good'))]
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
