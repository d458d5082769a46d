// docs/rules is made from the rules: whoever changes one runs `npm run rule-pages`.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { RULES } from '../render/check/catalogue.ts'
import { pagesOf } from './support/rule-pages.ts'

test('docs/rules has the page of each rule as it is', () => {
  const pages = pagesOf(RULES)
  assert.deepEqual(readdirSync('docs/rules').sort(), [...pages.keys()].sort())
  for (const [name, text] of pages) assert.equal(readFileSync(`docs/rules/${name}`, 'utf8'), text)
})
