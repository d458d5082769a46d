// Two files in, one policy out: defaults, levels, severities, and what the platform holds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Level, Severity } from '../../../manifests/check/model.ts'
import { SEVERITIES } from '../../../manifests/check/model.ts'
import type { RuleSeverity } from '../../../manifests/check/policy/model.ts'
import { chooseLevel, mergePolicies } from '../../../manifests/check/policy.ts'
import type { Subject } from '../../../manifests/rbac/model.ts'
import { merged, TODAY } from '../../support/check-policies.ts'
import { RULES, ruleOf } from '../../support/check-rules.ts'

test('with neither file nothing is exempt, trusted or listed', () => {
  const { policy, problems } = mergePolicies(undefined, undefined, RULES, TODAY)
  assert.deepEqual(problems, [])
  assert.equal(policy.failOn, 'error')
  assert.equal(policy.failOnBound, undefined)
  assert.deepEqual(policy.managedSecrets, [])
  assert.deepEqual(policy.unmatched([], []), [])
  assert.equal(policy.allowedReaders({ namespace: 'a', name: 'b' }), undefined)
  assert.equal(policy.isTrusted({ kind: 'Group', name: 'system:masters' }), false)
  for (const rule of RULES) {
    assert.equal(policy.severityOf(rule, {}), rule.severity)
    assert.equal(policy.severityOf(rule, { severity: 'low' }), 'low')
    assert.equal(policy.exemptionFor(rule, {}), undefined)
    assert.equal(policy.isEnforced(rule), false)
  }
})

test('today is a date', () => {
  const text = 'exemptions: [{rules: [RB001], reason: it is, expires: 2027-01-31}]'
  for (const today of ['', '2027-02-30', '2027-1-1', 'Fri Jan 1 2027']) {
    assert.throws(() => merged(text, undefined, today), RangeError)
  }
})

const levels: readonly (readonly [
  repository: Level | undefined,
  platform: Level | undefined,
  commandLine: Level | undefined,
  level: Level,
  said: RegExp | undefined,
  refused: boolean,
])[] = [
  ['note', undefined, undefined, 'note', undefined, false],
  [undefined, 'warning', undefined, 'warning', undefined, false],
  ['note', 'warning', undefined, 'note', undefined, false],
  ['warning', 'warning', undefined, 'warning', undefined, false],
  [
    'error',
    'warning',
    undefined,
    'warning',
    /^error input policy.yaml:2: failOn error is laxer than the platform's warning \| check.failOn is warning/,
    false,
  ],
  ['note', undefined, 'error', 'error', undefined, false],
  ['error', undefined, 'note', 'note', undefined, false],
  ['note', 'warning', 'warning', 'warning', undefined, false],
  ['note', 'warning', 'error', 'warning', undefined, true],
  [undefined, 'note', 'warning', 'note', undefined, true],
]
for (const [repository, platform, commandLine, level, wanted, refused] of levels) {
  test(`failOn ${repository}, bounded by ${platform}, with --fail-on ${commandLine}`, () => {
    const { policy, said } = merged(
      repository && `failOn: ${repository}`,
      platform && `failOn: ${platform}`,
    )
    assert.equal(said.length, wanted === undefined ? 0 : 1, said.join('\n'))
    if (wanted !== undefined) assert.match(said[0] ?? '', wanted)
    const chosen = chooseLevel(policy, commandLine)
    assert.equal(chosen.level, level)
    assert.equal(chosen.problems.length, refused ? 1 : 0)
    if (refused) {
      assert.equal(chosen.problems[0]?.fault, 'usage')
      assert.match(chosen.problems[0]?.message ?? '', /^--fail-on \w+ is laxer than the platform's/)
    }
  })
}

const HELD =
  /^error input policy.yaml:2: RB\d+ \(.*\) cannot be \w+: the platform holds it at \w+ \| check\./
const severities: readonly (readonly [
  repository: string | undefined,
  platform: string | undefined,
  rule: string,
  found: Severity | undefined,
  severity: RuleSeverity,
  said?: RegExp,
])[] = [
  ['severity: {RB005: low}', undefined, 'RB005', undefined, 'low'],
  ['severity: {names-wider-than-managed: low}', undefined, 'RB005', undefined, 'low'],
  ['severity: {RB005: "off"}', undefined, 'RB005', 'critical', 'off'],
  ['severity: {RB005: off}', undefined, 'RB005', 'critical', 'off'],
  ['severity: {RB001: high}', undefined, 'RB001', 'critical', 'high'],
  ['severity: {RB005: low}', undefined, 'RB001', 'critical', 'critical'],
  // The platform's own word counts, and can be raised.
  [undefined, 'severity: {RB017: low}', 'RB017', undefined, 'low'],
  [undefined, 'severity: {RB017: off}', 'RB017', 'high', 'off'],
  ['severity: {RB017: medium}', 'severity: {RB017: low}', 'RB017', undefined, 'medium'],
  ['severity: {RB017: info}', 'severity: {RB017: low}', 'RB017', undefined, 'low', HELD],
  ['severity: {RB017: off}', 'severity: {grant-not-needed: low}', 'RB017', 'info', 'low', HELD],
  ['severity: {RB017: low}', 'severity: {RB017: off}', 'RB017', undefined, 'low'],
  // Enforced: never below the rule's own, nor below the finding's.
  ['severity: {RB003: high}', 'enforced: [RB003]', 'RB003', undefined, 'critical', HELD],
  ['severity: {RB003: off}', 'enforced: [secret-wildcard-grant]', 'RB003', 'info', 'info', HELD],
  ['severity: {RB030: off}', 'enforced: [escalation]', 'RB030', undefined, 'high', HELD],
  ['severity: {RB001: high}', 'enforced: [grants]', 'RB001', 'critical', 'critical'],
  ['severity: {RB030: critical}', 'enforced: [escalation]', 'RB030', undefined, 'critical'],
  ['severity: {RB001: off}', 'enforced: [escalation]', 'RB001', undefined, 'off'],
  // Both: the platform's severity is the bound.
  [undefined, 'enforced: [RB003]\nseverity: {RB003: low}', 'RB003', 'critical', 'low'],
  [
    'severity: {RB003: info}',
    'enforced: [RB003]\nseverity: {RB003: low}',
    'RB003',
    undefined,
    'low',
    HELD,
  ],
  [
    undefined,
    'enforced: [RB003]\nseverity: {RB003: off}',
    'RB003',
    undefined,
    'critical',
    /^error usage config.yaml:5: RB003 \(.*\) is turned off, and enforced/,
  ],
  // A list of the platform's readers is worth nothing if the rule that finds others can be off.
  [
    'severity: {RB019: off}',
    'readers: [{secrets: [a/b], subjects: []}]',
    'RB019',
    undefined,
    'high',
    /the platform holds it at high \| check.readers says who may read/,
  ],
]
for (const [repository, platform, rule, found, severity, wanted] of severities) {
  test(`${rule} found ${found}: ${repository}; the platform: ${platform}`, () => {
    const { policy, said } = merged(repository, platform)
    assert.equal(policy.severityOf(ruleOf(rule), { severity: found }), severity)
    assert.equal(said.length, wanted === undefined ? 0 : 1, said.join('\n'))
    if (wanted !== undefined) assert.match(said[0] ?? '', wanted)
  })
}

test('a repository never gets below an enforced rule, whatever it says', () => {
  for (const asked of [...SEVERITIES, 'off']) {
    for (const found of [...SEVERITIES, undefined]) {
      const { policy } = merged(`severity: {RB030: ${asked}}`, 'enforced: [RB030]')
      const severity = policy.severityOf(ruleOf('RB030'), { severity: found })
      const order: readonly string[] = [...SEVERITIES, 'off']
      assert.ok(order.indexOf(severity) <= order.indexOf(found ?? 'high'), `${asked} ${found}`)
    }
  }
})

const unknown: Record<string, readonly [repository: string, platform: string, said: RegExp]> = {
  'a severity': [
    'severity: {RB05: low}',
    'failOn: error',
    /^error input policy.yaml:2: RB05 is no rule \| did you mean RB0[0-9]+\?$/,
  ],
  'an exemption': [
    'exemptions:\n  - rules:\n      - can-exek\n    reason: it is\n    expires: 2027-06-01',
    'failOn: error',
    /^error input policy.yaml:4: can-exek is no rule \| did you mean can-exec\?$/,
  ],
  'a pattern': [
    'exemptions: [{rules: ["RB0*"], reason: it is, expires: 2027-06-01}]',
    'failOn: error',
    /^error input policy.yaml:2: "RB0\*" is no rule/,
  ],
  'a chapter where rules are named': [
    'severity: {escalation: low}',
    'failOn: error',
    /^error input policy.yaml:2: escalation is no rule \| check --rules lists them$/,
  ],
  'something enforced': [
    '',
    'enforced:\n  - RB003\n  - escalatoin',
    /^error usage config.yaml:6: escalatoin is neither a rule nor a chapter \| did you mean escalation\?$/,
  ],
  'a severity of the platform': [
    '',
    'severity: {RB9999: low}',
    /^error usage config.yaml:4: RB9999 is no rule \|/,
  ],
  'a rule twice': [
    'severity: {RB005: low, names-wider-than-managed: off}',
    'failOn: error',
    /^error input policy.yaml:2: RB005 \(names-wider-than-managed\) has a severity already/,
  ],
}
for (const [name, [repository, platform, wanted]] of Object.entries(unknown)) {
  test(`no rule, or one too many: ${name}`, () => {
    const { said } = merged(repository, platform)
    assert.equal(said.length, 1, said.join('\n'))
    assert.match(said[0] ?? '', wanted)
  })
}

test('managed Secrets of both files, each once', () => {
  const { policy } = merged(
    'managedSecrets: [b/two, a/one, open, "c/*"]',
    'managedSecrets: [a/one, "a/*"]',
  )
  assert.deepEqual(
    policy.managedSecrets.map(({ namespace, name, at }) => [namespace, name, at.file]),
    [
      [undefined, 'open', 'policy.yaml'],
      ['a', undefined, 'config.yaml'],
      ['a', 'one', 'config.yaml'],
      ['b', 'two', 'policy.yaml'],
      ['c', undefined, 'policy.yaml'],
    ],
  )
})

const trusted: readonly (readonly [subject: Subject, isTrusted: boolean])[] = [
  [{ kind: 'ServiceAccount', namespace: 'argocd', name: 'controller' }, true],
  [{ kind: 'User', name: 'system:serviceaccount:argocd:controller' }, true],
  [{ kind: 'User', namespace: 'x', name: 'system:serviceaccount:argocd:controller' }, true],
  [{ kind: 'Group', name: 'platform-admins' }, true],
  [{ kind: 'User', name: 'platform-admins' }, false],
  [{ kind: 'ServiceAccount', namespace: 'apps', name: 'controller' }, false],
  [{ kind: 'ServiceAccount', name: 'controller' }, false],
  [{ kind: 'ServiceAccount', namespace: 'argocd', name: 'controller2' }, false],
  [{ kind: 'Group', name: 'Platform-Admins' }, false],
]
for (const [subject, isTrusted] of trusted) {
  test(`trusted: ${JSON.stringify(subject)} ${isTrusted}`, () => {
    const list = 'trusted: [ServiceAccount/argocd/controller, Group/platform-admins]'
    assert.equal(merged(undefined, list).policy.isTrusted(subject), isTrusted)
  })
}
