// A comment stays below what platforms accept, and says what it leaves out. Whole outputs are in
// fixtures/check-formats.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMarkdown } from '../../../../cmp/check/formats/markdown.ts'
import type { CheckReport, Reacher, SecretAccess } from '../../../../manifests/check/report.ts'
import { withCheckTexts } from '../../../support/check-texts.ts'
import { assertInert } from '../../../support/inert-markdown.ts'
import {
  manyFindings,
  sampleCheckReport,
  sampleCleanReport,
} from '../../../support/sample-check-report.ts'

const LIMIT = 65_536

function commentOf(report: CheckReport): string {
  const text = formatMarkdown(report, 'warning')
  assert.ok(text.length <= LIMIT, `${text.length}`)
  assertInert(text, 'check')
  return text
}

const many = <T>(number: number, make: (index: number) => T): T[] =>
  Array.from({ length: number }, (_, index) => make(index))

const reader = (index: number, more: Partial<Reacher> = {}): Reacher => ({
  subject: { kind: 'User', name: `user-${index}` },
  reach: 'read',
  powers: ['get secrets'],
  path: [{ text: `RoleBinding b-${index}` }, { text: 'Role r' }, { text: 'rule 0' }],
  ...more,
})

const secret = (name: string, reachers: readonly Reacher[]): SecretAccess => {
  return { secret: { namespace: 'n', name }, usedBy: [], reachers, removed: [] }
}

/** A report that is too long in every part. */
function hugeReport(): CheckReport {
  const { passes, exempted, fixed } = sampleCheckReport()
  const times = <T>(all: readonly T[]) => many(400, () => all).flat()
  return {
    ...manyFindings(2000),
    passes: times(passes),
    exempted: times(exempted),
    fixed: times(fixed),
    secrets: many(400, (index) =>
      secret(
        `s-${index}`,
        many(3, (each) => reader(index * 3 + each)),
      ),
    ),
    notes: many(900, (index) => `note ${index}`),
  }
}

test('some of each part, and how much more there is', () => {
  const text = commentOf(hugeReport())
  for (const noun of ['findings', 'rows', 'ways', 'checks', 'notes']) {
    assert.match(text, new RegExp(`^_\\d+ ${noun} not shown\\._$`, 'm'))
  }
  for (const heading of [
    'Findings',
    'Ways',
    'Proof',
    'Exempted',
    'Fixed since the base',
    'Notes',
  ]) {
    assert.match(text, new RegExp(`^#### ${heading}$`, 'm'))
  }
  assert.match(text, /`--format text` shows all of it/)
  assert.ok(text.length > LIMIT * 0.85, `${text.length}`)
})

test('what becomes longer by being spelled out is counted as it is printed', () => {
  for (const text of ['##['.repeat(80), '`|\\`'.repeat(500), '\u0000'.repeat(300)]) {
    commentOf(withCheckTexts(hugeReport(), () => text))
  }
})

test('nothing is said to be left out where nothing is', () => {
  assert.doesNotMatch(commentOf(sampleCheckReport()), /not shown|left out/)
})

test('one Secret of many readers does not take the room of the next', () => {
  const secrets = [
    secret(
      'big',
      many(500, (index) => reader(index)),
    ),
    secret('small', [reader(1)]),
  ]
  const text = commentOf({ ...sampleCleanReport(), secrets })
  assert.match(text, /^\| \*\*`n\/small`\*\* .*\n\| `User user-1` /m)
  assert.match(text, /^_440 rows not shown\._$/m)
})

test('the policy and the change have a column where there is one', () => {
  const heads = (report: CheckReport) => commentOf(report).match(/^\| Secret and who.*$/m)?.[0]
  const base = '| Secret and who | How | What |'
  const secrets = [secret('a', [reader(1)])]
  assert.equal(heads({ ...sampleCleanReport(), secrets }), base)
  assert.equal(heads(sampleCleanReport()), `${base} Policy |`)
  assert.equal(heads({ ...sampleCleanReport(), secrets, base: 'main' }), `${base} Change |`)
})

test('the headline has the verdict', () => {
  assert.match(
    formatMarkdown(sampleCheckReport(), 'error'),
    /^\*\*Fails: 2 findings of level error\.\*\*/m,
  )
  assert.match(
    formatMarkdown(sampleCleanReport(), 'note'),
    /^\*\*Passes: nothing of level note or above\.\*\*/m,
  )
})
