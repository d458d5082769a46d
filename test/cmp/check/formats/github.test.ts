// Workflow commands, read as GitHub's runner reads them: one annotation for each finding, and no other command.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatGithub } from '../../../../cmp/check/formats/github.ts'
import type { CheckReport, Finding } from '../../../../manifests/check/report.ts'
import { readCommands } from '../../../support/github-runner.ts'
import {
  at,
  sampleCheckReport,
  sampleCleanReport,
  sampleFinding,
  sampleRule,
} from '../../../support/sample-check-report.ts'

const rule = sampleRule('RB001', 'secret-read-unscoped', 'high')

function commandOf(more: Partial<Finding>, message = 'a') {
  const finding = sampleFinding(rule, 1, message, more)
  const report: CheckReport = { ...sampleCleanReport(), findings: [finding], notes: [] }
  const [command, ...others] = readCommands(formatGithub(report))
  assert.deepEqual(others, [])
  assert.ok(command)
  return command
}

test('each level has its command; the notes are notices', () => {
  const commands = readCommands(formatGithub(sampleCheckReport()))
  assert.deepEqual(
    commands.map(({ name }) => name),
    ['error', 'error', 'warning', 'notice', 'notice', 'notice'],
  )
  assert.equal(commands[5]?.data, sampleCheckReport().notes[0])
})

test('an annotation has the place, the rule, the path, the hint and the fix', () => {
  const [, command] = readCommands(formatGithub(sampleCheckReport()))
  assert.deepEqual(command?.properties, {
    file: 'deploy/rbac.yaml',
    line: '8',
    endLine: '8',
    col: '5',
    title: 'RB001 secret-read-unscoped (high, new)',
  })
  assert.deepEqual(command?.data.split('\n'), [
    'Role keyspace/readers: get on secrets is limited to no names',
    'RoleBinding keyspace/readers (./deploy/rbac.yaml:21)',
    'Role keyspace/readers (./deploy/rbac.yaml:3)',
    'rule 0: get secrets (./deploy/rbac.yaml:8)',
    'hint: add resourceNames: [keyspace-cloud-prod-secret]',
    'mended by --fix: limit the rule to keyspace-cloud-prod-secret',
  ])
})

const escapes: readonly (readonly [text: string, file: string, data: string])[] = [
  ['a,line=9', 'a,line=9', 'a,line=9'],
  ['a::error::b', 'a::error::b', 'a::error::b'],
  ['100%25 %0A', '100%25 %0A', '100%25 %0A'],
  [
    'a\r\n::set-output name=x::y',
    'a\\u{d}\\u{a}::set-output name=x::y',
    'a\\u{d}\\u{a}::set-output name=x::y',
  ],
  ['a=b', 'a=b', 'a=b'],
]
for (const [text, file, data] of escapes) {
  test(`${JSON.stringify(text)} is what the runner reads`, () => {
    const command = commandOf({ at: at(1, 1, text) }, text)
    assert.equal(command.properties.file, file)
    assert.equal(command.data, data)
    assert.deepEqual(Object.keys(command.properties), ['file', 'line', 'endLine', 'col', 'title'])
  })
}

test('what came on standard input, or is of no place, is at no file', () => {
  for (const more of [{ at: at(3, 1, '-') }, {}]) {
    assert.deepEqual(Object.keys(commandOf(more).properties), ['title'])
  }
})

test('the runner reads what it reads', () => {
  assert.equal(readCommands('  ::error file=a::b').length, 1)
  assert.equal(readCommands('a ##[error]b').length, 1)
  assert.equal(readCommands('a ::error::b').length, 0)
})
