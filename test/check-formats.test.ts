// One rich case of fixtures/check in every format, as test/fixtures.test.ts proves that it is printed: what is
// found is the same in all, and each is what its reader takes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import jsonSchema from '../cmp/check/formats/check.schema.json' with { type: 'json' }
import { readCommands } from './support/github-runner.ts'
import { schemaMistakes } from './support/json-schema.ts'
import sarifSchema from './support/sarif-output.schema.json' with { type: 'json' }
import type { XmlElement } from './support/strict-xml.ts'
import { readXml } from './support/strict-xml.ts'

const read = (format: string, name: string) =>
  readFileSync(`fixtures/check/rich-${format}/${name}`, 'utf8')

const report = JSON.parse(read('json', 'expected.json'))
/** `RB001 24`, sorted. */
const WANTED: string[] = report.findings
  .map(({ rule, at }: { rule: string; at: { line: number } }) => `${rule} ${at.line}`)
  .sort()

function elements(parent: XmlElement, name: string): XmlElement[] {
  const inside = parent.children.flatMap((child) => elements(child, name))
  return parent.name === name ? [parent, ...inside] : inside
}

test('json', () => {
  assert.deepEqual(schemaMistakes(jsonSchema, report), [])
  assert.equal(WANTED.length, 7)
})

test('sarif', () => {
  const log = JSON.parse(read('sarif', 'expected.sarif'))
  assert.deepEqual(schemaMistakes(sarifSchema, log), [])
  const found = log.runs[0].results.map(
    ({ ruleId, locations: [{ physicalLocation }] }: SarifResult) =>
      `${ruleId} ${physicalLocation.region.startLine}`,
  )
  assert.deepEqual(found.sort(), WANTED)
})

interface SarifResult {
  readonly ruleId: string
  readonly locations: readonly [{ physicalLocation: { region: { startLine: number } } }]
}

test('github', () => {
  const found = readCommands(read('github', 'expected.github.txt')).flatMap(({ properties }) => {
    const { title = '', line } = properties
    return line === undefined ? [] : [`${title.split(' ')[0]} ${line}`]
  })
  assert.deepEqual(found.sort(), WANTED)
})

test('gitlab', () => {
  const found = JSON.parse(read('gitlab', 'expected.gitlab.json')).map(
    (each: { check_name: string; location: { lines: { begin: number } } }) =>
      `${each.check_name} ${each.location.lines.begin}`,
  )
  assert.deepEqual(found.sort(), WANTED)
})

test('junit', () => {
  const found = elements(readXml(read('junit', 'expected.junit.xml')), 'testcase').flatMap(
    ({ attributes, children }) => {
      const [id] = (attributes.name ?? '').split(' ')
      const isFound = children.some(({ name }) => ['failure', 'system-out'].includes(name))
      return isFound && attributes.line !== undefined ? [`${id} ${attributes.line}`] : []
    },
  )
  assert.deepEqual(found.sort(), WANTED)
})

test('checkstyle', () => {
  const found = elements(readXml(read('checkstyle', 'expected.checkstyle.xml')), 'error').map(
    ({ attributes: { source = '', line } }) => `${source.split('.')[1]} ${line}`,
  )
  assert.deepEqual(found.sort(), WANTED)
})

test('markdown and text', () => {
  const place = /a\.yaml:(\d+)/
  for (const [text, line] of [
    [read('markdown', 'expected.md').split('\n#### ')[1] ?? '', /^- \*\*\w+\*\* `(\w+) .*/gm],
    [
      readFileSync('fixtures/check/rich/expected.txt', 'utf8'),
      /^fixtures\S+ \w+ ([A-Z]{2}\d+) .*/gm,
    ],
  ] as const) {
    const found = [...text.matchAll(line)].map(([all, id]) => `${id} ${place.exec(all)?.[1]}`)
    assert.deepEqual(found.sort(), WANTED)
  }
})
