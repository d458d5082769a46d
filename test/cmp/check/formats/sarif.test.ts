// A SARIF log: what its schema says, what GitHub wants, and what a finding is made of in it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatSarif } from '../../../../cmp/check/formats/sarif.ts'
import type { CheckReport, Finding } from '../../../../manifests/check/report.ts'
import { schemaMistakes } from '../../../support/json-schema.ts'
import {
  at,
  manyFindings,
  sampleCheckReport,
  sampleCleanReport,
  sampleFinding,
  sampleRule,
} from '../../../support/sample-check-report.ts'
import schema from '../../../support/sarif-output.schema.json' with { type: 'json' }

// biome-ignore lint/suspicious/noExplicitAny: plain data of another program's format
type Plain = any

function logOf(report: CheckReport, options = {}): Plain {
  const log = JSON.parse(formatSarif(report, options))
  assert.deepEqual(schemaMistakes(schema, log), [])
  return log
}

const rule = sampleRule('RB001', 'secret-read-unscoped', 'high')
const withFindings = (...findings: Finding[]): CheckReport => ({ ...sampleCleanReport(), findings })
const resultOf = (more: Partial<Finding>, message = 'a'): Plain =>
  logOf(withFindings(sampleFinding(rule, 1, message, more))).runs[0].results[0]

test('every result names a rule that is described, once', () => {
  for (const { tool, results } of logOf(sampleCheckReport()).runs) {
    const { rules } = tool.driver
    for (const { ruleId, ruleIndex } of results) assert.equal(rules[ruleIndex].id, ruleId)
    assert.ok(rules.every(({ properties }: Plain) => properties.tags.length <= 10))
  }
})

test('security severities are those that GitHub sorts by', () => {
  const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
  const rules = severities.map((severity, index) => sampleRule(`RB00${index}`, severity, severity))
  const { driver } = logOf({ ...sampleCleanReport(), rules }).runs[0].tool
  assert.deepEqual(
    driver.rules.map(({ properties, defaultConfiguration }: Plain) => [
      properties['security-severity'],
      defaultConfiguration.level,
    ]),
    [
      ['9.5', 'error'],
      ['8.0', 'error'],
      ['5.5', 'warning'],
      ['3.0', 'note'],
      ['0.0', 'note'],
    ],
  )
})

test('with a base each result says what it is to it; without one none does', () => {
  const { results } = logOf(sampleCheckReport()).runs[0]
  const states = results.map(({ baselineState }: Plain) => baselineState)
  assert.deepEqual(states.slice(0, 5), ['unchanged', 'new', 'unchanged', 'new', 'unchanged'])
  assert.deepEqual(states.slice(5), ['unchanged', 'absent'])
  const [first, ...others] = sampleCheckReport().findings
  assert.ok(first)
  const { isNew: _, ...unknown } = first
  for (const report of [
    { ...sampleCheckReport(), base: undefined },
    { ...sampleCheckReport(), findings: [unknown, ...others] },
  ]) {
    const log = logOf(report).runs[0].results
    assert.ok(log.every((result: Plain) => !('baselineState' in result)))
    assert.equal(log.length, 6, 'what is fixed is no result without a state')
  }
})

test('an exempted finding is suppressed, with the reason and the day', () => {
  const { suppressions } = logOf(sampleCheckReport()).runs[0].results[5]
  assert.equal(suppressions[0].justification, 'the backup tool reads all of them')
  assert.deepEqual(suppressions[0].properties, { expires: '2027-01-31' })
  const { artifactLocation } = suppressions[0].location.physicalLocation
  assert.equal(artifactLocation.uri, '.phase-check.yaml')
})

test('what is proven is a run of its own, in which nothing is a problem', () => {
  const [, proof] = logOf(sampleCheckReport()).runs
  assert.deepEqual(
    proof.results.map(({ ruleId, kind, level }: Plain) => [ruleId, kind, level]),
    [
      ['P1', 'pass', 'none'],
      ['P2', 'review', 'none'],
      ['P8', 'notApplicable', 'none'],
    ],
  )
})

test('a log of problems only has nothing that GitHub would take for one', () => {
  const { runs } = logOf(sampleCheckReport(), { problemsOnly: true })
  assert.equal(runs.length, 1)
  assert.equal(runs[0].results.length, sampleCheckReport().findings.length)
  for (const result of runs[0].results) {
    assert.ok(!('suppressions' in result) && !('kind' in result))
    assert.notEqual(result.baselineState, 'absent')
  }
})

test('the fix is the edits, by file; where nothing would be written there is none', () => {
  const [masters, unscoped] = logOf(sampleCheckReport()).runs[0].results
  assert.equal(masters.fixes, undefined)
  const [fix] = unscoped.fixes
  assert.equal(fix.description.text, 'limit the rule to keyspace-cloud-prod-secret')
  assert.equal(fix.artifactChanges.length, 1)
  assert.deepEqual(fix.artifactChanges[0].replacements, [
    {
      deletedRegion: { startLine: 9, startColumn: 1, endLine: 9, endColumn: 1 },
      insertedContent: { text: '    resourceNames: [keyspace-cloud-prod-secret]\n' },
    },
    {
      deletedRegion: { startLine: 10, startColumn: 5, endLine: 10, endColumn: 9 },
      insertedContent: { text: '' },
    },
  ])
})

test('the fingerprint is that of the finding, and moves with no line', () => {
  const [one, other] = [at(1), at(99, 7)].map((place) => resultOf({ at: place }))
  assert.equal(one.partialFingerprints.primaryLocationLineHash, '1'.padStart(32, '0'))
  assert.deepEqual(one.partialFingerprints, other.partialFingerprints)
})

const uris: readonly (readonly [file: string, uri: string, root?: string])[] = [
  ['./a/../deploy//b.yaml', 'deploy/b.yaml'],
  ['a b%c#d?e.yaml', 'a%20b%25c%23d%3Fe.yaml'],
  ['javascript:alert(1)', 'javascript%3Aalert(1)'],
  ['鍵/\ud800.yaml', '%E9%8D%B5/%EF%BF%BD.yaml'],
  ['a\\b\n.yaml', 'a%5Cb%0A.yaml'],
  ['../up.yaml', '../up.yaml'],
  ['-', 'stdin'],
  ['/repo/a/b.yaml', 'a/b.yaml', '/repo'],
  ['/repository/b.yaml', 'file:///repository/b.yaml', '/repo'],
  ['/repo/b.yaml', 'file:///repo/b.yaml'],
]
for (const [file, want, root] of uris) {
  test(`the URI of ${JSON.stringify(file)}${root === undefined ? '' : ` in ${root}`}`, () => {
    const report = withFindings(sampleFinding(rule, 1, 'a', { at: at(1, 1, file) }))
    const [result] = logOf(report, { root }).runs[0].results
    assert.equal(result.locations[0].physicalLocation.artifactLocation.uri, want)
  })
}

const messages: readonly (readonly [message: string, text: string])[] = [
  ['a {0} b', 'a {{0}} b'],
  ['[x](https://evil.example)', '[x] (https://evil.example)'],
  ['names: [a]', 'names: [a]'],
  ['a\u202eb\nc', 'a\\U+202Eb\\U+000Ac'],
  ['x'.repeat(5000), `${'x'.repeat(1000)}…`],
]
for (const [message, text] of messages) {
  test(`the message of ${JSON.stringify(message.slice(0, 30))}`, () => {
    assert.equal(resultOf({}, message).message.text, text)
  })
}

test('a finding without a place is where its path first has one, or at the beginning', () => {
  const path = [{ text: 'ClusterRole view' }, { text: 'RoleBinding a', at: at(7, 3) }]
  const placeOf = (result: Plain) => result.locations[0].physicalLocation
  assert.deepEqual(placeOf(resultOf({ path })).region, { startLine: 7, startColumn: 3 })
  assert.deepEqual(placeOf(resultOf({})), {
    artifactLocation: { uri: 'deploy' },
    region: { startLine: 1, startColumn: 1 },
  })
})

test('what GitHub would not take is left out, and said to be', () => {
  const { results, invocations } = logOf(manyFindings(25_010)).runs[0]
  assert.equal(results.length, 25_000)
  const texts = invocations[0].toolExecutionNotifications.map(({ message }: Plain) => message.text)
  assert.ok(texts.includes('25010 findings, of which the first 25000 are here'))
})
