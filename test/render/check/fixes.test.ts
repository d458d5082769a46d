// Every fix of a rule's bad example mends what it is a fix for, and brings nothing else of the rule up.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Found } from '../../../manifests/check/model.ts'
import { RULES } from '../../../render/check/catalogue.ts'
import { factsOf } from '../../support/check.ts'
import { fixedText } from '../../support/fixed.ts'

for (const rule of RULES) {
  const { id, name, example, fixable } = rule
  const setting = example.base === undefined ? {} : { base: example.base }
  const facts = factsOf(example.bad, setting)
  const found = [...rule.find(facts)]

  for (const { message, fix, object } of found) {
    if (fix === undefined) continue
    const { title, isSafe, operations } = fix

    test(`${id} ${name}: ${title}`, () => {
      assert.notEqual(fixable, 'no', 'the rule says that it has no fixes')
      assert.ok(!isSafe || fixable === 'yes', 'the rule says that --fix does not mend it')
      assert.match(title, /^[^\n]+[^.\n]$/)
      assert.ok(operations.every(({ op }) => op !== 'test'))
      const before = found.map(keyOf)
      const after = [...rule.find(factsOf(fixedText(facts, fix), setting))].map(keyOf)
      assert.ok(!after.includes(keyOf({ message, object })), message)
      assert.deepEqual(
        after.filter((key) => !before.includes(key)),
        [],
      )
    })
  }
}

test('there are fixes to try', () => {
  const fixes = RULES.flatMap(({ find, example }) => {
    return [...find(factsOf(example.bad))].flatMap(({ fix }) => fix ?? [])
  })
  assert.ok(fixes.length > 0)
})

function keyOf({ object, message }: Pick<Found, 'object' | 'message'>): string {
  return JSON.stringify([object?.kind, object?.namespace, object?.name, message])
}
