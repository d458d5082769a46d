// Every rule's own example: what is bad is found by the rule, what is good is not, and none holds a key.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ENCRYPTION_RULES } from '../../../manifests/encryption/catalogue.ts'
import { ENCRYPTION_WORDS } from '../../../manifests/encryption/find-configurations.ts'
import { keysOf, validFiles } from '../../../manifests/encryption/rules/file-found.ts'
import { weakness } from '../../../manifests/encryption/weak-key.ts'
import { mayMatter } from '../../../manifests/may-matter.ts'
import { readDocuments } from '../../../manifests/stream.ts'
import { factsOf } from '../../support/encryption.ts'

test('the rules are the catalogue, in order', () => {
  const ids = Array.from({ length: 20 }, (_, index) => `EN${String(index + 1).padStart(3, '0')}`)
  assert.deepEqual(
    ENCRYPTION_RULES.map(({ id }) => id),
    ids,
  )
  assert.equal(new Set(ENCRYPTION_RULES.map(({ name }) => name)).size, 20)
})

for (const { id, severity, summary, why, fix, example, find } of ENCRYPTION_RULES) {
  test(`${id} finds its bad example, and nothing in its good one`, () => {
    const { minor = 37 } = example
    const base = example.base === undefined ? undefined : factsOf(example.base, minor)
    const bad = [...find({ ...factsOf(example.bad, minor), base })]
    assert.ok(bad.length > 0)
    assert.ok(bad.some((found) => (found.severity ?? severity) === severity))
    for (const { at, message, hint } of bad) {
      assert.ok(at !== undefined && at.line > 1, JSON.stringify(at))
      assert.match(message, /^[^\n]*[^.\n]$/)
      assert.doesNotMatch(message, /\bline \d/)
      assert.doesNotMatch(hint ?? '', /\n|\.$/)
    }
    const good = [...find({ ...factsOf(example.good, minor), base })]
    assert.deepEqual(
      good.filter((found) => found.severity !== 'info'),
      [],
    )
    assert.match(summary, /^[a-zA-Z][^\n]*[^.\n]$/)
    assert.ok(why.endsWith('.') && fix.endsWith('.'))
  })

  test(`${id} shows no key that anybody could use`, () => {
    for (const text of [example.bad, example.good, example.base ?? '']) {
      const facts = factsOf(text)
      for (const { configuration, read } of validFiles(facts)) {
        for (const { key } of keysOf(configuration)) {
          const isOpen = read.placeholders.has(key)
          assert.ok(isOpen || weakness(key.secret.revealBytes()) !== undefined)
        }
      }
    }
  })
}

test('every document that a rule looks into has one of the words', () => {
  const matters = mayMatter(ENCRYPTION_WORDS)
  for (const { example } of ENCRYPTION_RULES) {
    for (const text of [example.bad, example.base ?? example.bad]) {
      for (const document of readDocuments([{ path: 'a', bytes: Buffer.from(text) }]).documents) {
        assert.ok(matters(document), text)
      }
    }
  }
})
