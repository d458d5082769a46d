// GitLab's Code Quality: an array of issues, each with a path, a line and a fingerprint of its own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatGitlab } from '../../../../cmp/check/formats/gitlab.ts'
import type { Finding } from '../../../../manifests/check/report.ts'
import {
  at,
  sampleCheckReport,
  sampleCleanReport,
  sampleFinding,
  sampleRule,
} from '../../../support/sample-check-report.ts'

const rule = sampleRule('RB001', 'secret-read-unscoped', 'high')
const issueOf = (more: Partial<Finding>, root?: string) => {
  const findings = [sampleFinding(rule, 1, 'a', more)]
  const [issue, ...others] = JSON.parse(formatGitlab({ ...sampleCleanReport(), findings }, root))
  assert.deepEqual(others, [])
  return issue
}

test('an issue for each finding', () => {
  const [first, second] = JSON.parse(formatGitlab(sampleCheckReport()))
  assert.equal(first.location.path, 'deploy/cluster roles.yaml')
  assert.deepEqual(second, {
    description:
      'RB001 secret-read-unscoped: Role keyspace/readers: get on secrets is limited to no names; add resourceNames: [keyspace-cloud-prod-secret]',
    check_name: 'RB001',
    fingerprint: '2'.padStart(32, '0'),
    severity: 'critical',
    location: { path: 'deploy/rbac.yaml', lines: { begin: 8 } },
  })
})

test('no findings are an empty array', () => {
  assert.equal(formatGitlab(sampleCleanReport()), '[]\n')
})

const severities = {
  critical: 'blocker',
  high: 'critical',
  medium: 'major',
  low: 'minor',
  info: 'info',
} as const
for (const [severity, want] of Object.entries(severities)) {
  test(`${severity} is ${want}`, () => {
    assert.equal(issueOf({ severity: severity as Finding['severity'] }).severity, want)
  })
}

test('fingerprints are unique, and move with no line', () => {
  const issues = JSON.parse(formatGitlab(sampleCheckReport()))
  const prints = issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint)
  assert.equal(new Set(prints).size, issues.length)
  assert.equal(issueOf({ at: at(1) }).fingerprint, issueOf({ at: at(99) }).fingerprint)
})

const paths: readonly (readonly [file: string, path: string, root?: string])[] = [
  ['./a/b.yaml', 'a/b.yaml'],
  ['-', 'stdin'],
  ['/repo/a.yaml', 'a.yaml', '/repo'],
]
for (const [file, want, root] of paths) {
  test(`the path of ${file}`, () => {
    assert.equal(issueOf({ at: at(0, 1, file) }, root).location.path, want)
    assert.equal(issueOf({ at: at(0, 1, file) }, root).location.lines.begin, 1)
  })
}
