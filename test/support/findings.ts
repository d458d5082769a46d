// Fixes in, findings that have them out, for tests of what acts on findings.
import type { Fix } from '../../manifests/check/model.ts'
import type { Finding } from '../../manifests/check/report.ts'

export function findingFor(fix: Fix | undefined): Finding {
  return {
    rule: {
      id: 'RB999',
      name: 'test',
      chapter: 'grants',
      severity: 'high',
      summary: 'a test',
      why: 'Because.',
      fix: 'Do it.',
      fixable: 'yes',
      example: { bad: '', good: '' },
    },
    severity: 'high',
    level: 'error',
    fingerprint: '0'.repeat(32),
    message: 'a test',
    fix,
  }
}
