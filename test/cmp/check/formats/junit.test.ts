// JUnit: every rule is a case, what fails is what the check fails on, and nothing passes that does not hold.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatJunit } from '../../../../cmp/check/formats/junit.ts'
import type { Level } from '../../../../manifests/check/model.ts'
import type { CheckReport } from '../../../../manifests/check/report.ts'
import {
  sampleCheckReport,
  sampleCleanReport,
  sampleFinding,
  sampleRule,
} from '../../../support/sample-check-report.ts'
import type { XmlElement } from '../../../support/strict-xml.ts'
import { readXml } from '../../../support/strict-xml.ts'

function casesOf(report: CheckReport, failOn: Level = 'warning'): XmlElement[] {
  const root = readXml(formatJunit(report, { failOn }))
  const cases = root.children.flatMap(({ children }) => children).filter(isCase)
  for (const element of [root, ...root.children]) {
    const own = element === root ? cases : element.children.filter(isCase)
    const having = (name: string) =>
      own.filter((each) => each.children.some((c) => c.name === name))
    const { tests, failures, skipped } = element.attributes
    assert.equal(tests, `${own.length}`)
    assert.equal(failures, `${having('failure').length}`)
    assert.equal(skipped, `${having('skipped').length}`)
  }
  return cases
}

const isCase = ({ name }: XmlElement) => name === 'testcase'

const outcomes = (cases: readonly XmlElement[]) =>
  cases.map(({ attributes, children }) => {
    return `${attributes.name?.slice(0, 5).trim()} ${children[0]?.name ?? 'passes'}`
  })

const levels: readonly (readonly [failOn: Level, low: string, medium: string])[] = [
  ['error', 'system-out', 'system-out'],
  ['warning', 'system-out', 'failure'],
  ['note', 'failure', 'failure'],
]
for (const [failOn, low, medium] of levels) {
  test(`what fails on ${failOn}`, () => {
    assert.deepEqual(outcomes(casesOf(sampleCheckReport(), failOn)), [
      'RB001 failure',
      'RB001 skipped',
      `RB007 ${medium}`,
      `RB008 ${low}`,
      'RB011 failure',
      `RB023 ${low}`,
      'P1 ro system-out',
      'P2 bi skipped',
      'P8 pr skipped',
    ])
  })
}

test('a rule without findings is a case that passes', () => {
  const cases = casesOf(sampleCleanReport())
  assert.deepEqual(
    outcomes(cases).slice(0, 5),
    ['RB001', 'RB007', 'RB008', 'RB011', 'RB023'].map((id) => `${id} passes`),
  )
})

test('an exempted finding is skipped, with the reason', () => {
  const [, exempted] = casesOf(sampleCheckReport())
  const message = exempted?.children[0]?.attributes.message
  assert.match(message ?? '', /^exempted: the backup tool reads all of them \(until 2027-01-31, /)
})

test('no two cases have one name, and long ones end', () => {
  const rule = sampleRule('RB001', 'a', 'high')
  const long = '\u0000'.repeat(3000)
  const findings = [1, 2, 3, 4].map((number) =>
    sampleFinding(rule, number, number < 3 ? 'b' : long),
  )
  const names = casesOf({ ...sampleCleanReport(), findings }).map(
    ({ attributes }) => attributes.name,
  )
  assert.equal(new Set(names).size, names.length)
  assert.ok(names.every((name) => (name?.length ?? 0) < 600))
})

test('the notes are there', () => {
  const text = formatJunit(sampleCleanReport(), { failOn: 'error' })
  const proof = readXml(text).children.at(-1)
  assert.equal(proof?.children.at(-1)?.text, sampleCleanReport().notes[0])
})
