// A report as JSON: one order of fields, nothing undefined, what the schema says, and all of the model but
// what is left out on purpose.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import schema from '../../../../cmp/check/formats/check.schema.json' with { type: 'json' }
import { formatJson } from '../../../../cmp/check/formats/json.ts'
import { plainReport } from '../../../support/check-texts.ts'
import { schemaMistakes } from '../../../support/json-schema.ts'
import {
  sampleCheckReport,
  sampleCleanReport,
  sampleFinding,
  sampleRule,
} from '../../../support/sample-check-report.ts'

const reports = { everything: sampleCheckReport(), 'nothing to say': sampleCleanReport() }
for (const [name, report] of Object.entries(reports)) {
  test(`${name}: valid, and all of it`, () => {
    const text = formatJson(report)
    const read = JSON.parse(text)
    assert.deepEqual(schemaMistakes(schema, read), [])
    assert.deepEqual(read, plainReport(report))
    assert.ok(text.endsWith('}\n'))
  })

  test(`${name}: the same bytes, in whatever order it was put together`, () => {
    assert.equal(formatJson(backwards(report)), formatJson(report))
  })
}

/** The same with the fields of all objects in the opposite order, but for a patch and what it is for. */
function backwards<T>(value: T, field = ''): T {
  if (Array.isArray(value)) return value.map((each) => backwards(each, field)) as T
  if (typeof value !== 'object' || value === null || field === 'fix') return value
  const entries = Object.entries(value).map(([name, each]) => [name, backwards(each, name)])
  return Object.fromEntries(entries.reverse())
}

test('the object that a fix is for is left out: it may hold values', () => {
  const { findings } = sampleCheckReport()
  const [object] = findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix.object]))
  assert.match(object?.parsed.text ?? '', /sample-only-in-the-manifest/)
  assert.doesNotMatch(formatJson(sampleCheckReport()), /sample-only-in-the-manifest/)
})

test('a rule that was not asked is told if something is of it, and every rule once', () => {
  const rule = sampleRule('RB000', 'of-the-base', 'low')
  const report = { ...sampleCheckReport(), fixed: [sampleFinding(rule, 9, 'gone')] }
  const ids = JSON.parse(formatJson(report)).rules.map(({ id }: { id: string }) => id)
  assert.deepEqual(ids, ['RB000', 'RB001', 'RB007', 'RB008', 'RB011', 'RB023'])
})

const mistakes: readonly (readonly [what: string, change: object, want: string])[] = [
  ['a field of another version', { version: 2 }, '/version is not 1'],
  ['an unknown field', { value: 'x' }, '/ has value'],
  ['a missing field', { notes: undefined }, '/notes is no array'],
  [
    'an unknown level',
    { findings: [{ level: 'bad' }] },
    '/findings/0/level is none of error,warning,note',
  ],
  [
    'a remove with a value',
    { findings: [{ fix: { operations: [{ op: 'remove', path: '', value: 1 }] } }] },
    '/findings/0/fix/operations/0 fits 0 of 2 choices',
  ],
]
for (const [what, change, want] of mistakes) {
  test(`the schema refuses ${what}`, () => {
    const read = { ...JSON.parse(formatJson(sampleCleanReport())), ...change }
    assert.ok(schemaMistakes(schema, read).includes(want), schemaMistakes(schema, read).join('\n'))
  })
}
