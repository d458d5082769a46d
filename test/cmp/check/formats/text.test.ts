// A report as text: lines that editors follow, who gets at which Secret, the verdict. Whole outputs are in
// fixtures/check-formats.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import stringWidth from 'string-width'
import { formatText } from '../../../../cmp/check/formats/text.ts'
import type { Level } from '../../../../manifests/check/model.ts'
import type { CheckReport } from '../../../../manifests/check/report.ts'
import {
  at,
  sampleCheckReport,
  sampleCleanReport,
  sampleFinding,
  sampleRule,
} from '../../../support/sample-check-report.ts'

const linesOf = (report: CheckReport, failOn: Level = 'warning', columns?: number) =>
  formatText(report, { color: false, failOn, columns }).trimEnd().split('\n')

const rule = sampleRule('RB001', 'secret-read-unscoped', 'high')
const finding = sampleFinding(rule, 1, 'a is b', { at: at(3, 5, 'a.yaml') })

const firstLines: readonly (readonly [what: string, more: object, line: string])[] = [
  ['a place', {}, 'a.yaml:3:5: high RB001 secret-read-unscoped: a is b'],
  ['no place', { at: undefined }, 'high RB001 secret-read-unscoped: a is b'],
  [
    'an object',
    { object: { kind: 'Role', namespace: 'n', name: 'r' } },
    'a.yaml:3:5: high RB001 secret-read-unscoped: Role n/r: a is b',
  ],
  [
    'an object without a name',
    { object: { kind: 'Role' } },
    'a.yaml:3:5: high RB001 secret-read-unscoped: Role: a is b',
  ],
  ['another severity', { severity: 'low' }, 'a.yaml:3:5: low RB001 secret-read-unscoped: a is b'],
  ['what is new', { isNew: true }, 'a.yaml:3:5: high RB001 secret-read-unscoped: a is b (new)'],
  ['what is not', { isNew: false }, 'a.yaml:3:5: high RB001 secret-read-unscoped: a is b'],
]
for (const [what, more, line] of firstLines) {
  test(`the line of a finding with ${what}`, () => {
    const [first] = linesOf({ ...sampleCleanReport(), findings: [{ ...finding, ...more }] })
    assert.equal(first, line)
  })
}

const verdicts: readonly (readonly [failOn: Level, words: string])[] = [
  ['error', 'fails: 2 findings of level error'],
  ['warning', 'fails: 3 findings of level warning or above'],
  ['note', 'fails: 5 findings of level note or above'],
]
for (const [failOn, words] of verdicts) {
  test(`the last line of a check that fails on ${failOn}`, () => {
    assert.ok(linesOf(sampleCheckReport(), failOn).at(-1)?.endsWith(`; ${words}`))
    assert.match(linesOf(sampleCleanReport(), failOn).at(-1) ?? '', /; passes: nothing of level /)
  })
}

test('what is below the level passes, and is counted', () => {
  const findings = [{ ...finding, severity: 'low', level: 'note' } as const]
  const last = linesOf({ ...sampleCleanReport(), findings }, 'warning').at(-1)
  assert.equal(last, './deploy: 1 note; passes: nothing of level warning or above')
})

test('without a base nothing is called new or fixed', () => {
  const text = linesOf(sampleCleanReport()).join('\n')
  assert.doesNotMatch(text, /new|fixed|compared/i)
})

test('each way to a Secret is answered, if by nobody', () => {
  const text = linesOf(sampleCheckReport()).join('\n')
  const [, open = ''] = text.split('New Secret open\n')
  for (const words of ['reads it through the API', 'reads it by a pod', 'writes it']) {
    assert.match(open, new RegExp(`^  ${words}: nobody by these manifests$`, 'm'))
  }
})

test('tables end at the edge of the terminal; findings are whole', () => {
  const narrow = linesOf(sampleCheckReport(), 'warning', 40)
  const rows = narrow.filter((line) => /^ {4}(?:ServiceAccount|Group|User) |→/.test(line))
  assert.ok(rows.length > 8 && rows.some((row) => row.endsWith('…')))
  for (const row of rows) assert.ok(stringWidth(row) <= 40, row)
  const findings = (lines: readonly string[]) => lines.filter((line) => / RB\d\d\d /.test(line))
  assert.deepEqual(findings(narrow), findings(linesOf(sampleCheckReport())))
})

test('no colour unless it is asked for', () => {
  const options = { failOn: 'warning', columns: 80 } as const
  assert.ok(!formatText(sampleCheckReport(), { ...options, color: false }).includes('\x1b'))
  assert.ok(
    formatText(sampleCheckReport(), { ...options, color: true }).includes('\x1b[31mhigh\x1b[m'),
  )
})
