// Writes docs/rules: the page of each rule, and a table of all. A test compares them with the rules.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { RULES } from '../render/check/catalogue.ts'
import { pagesOf } from '../test/support/rule-pages.ts'

const folder = 'docs/rules'
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
for (const [name, text] of pagesOf(RULES)) writeFileSync(`${folder}/${name}`, text)
