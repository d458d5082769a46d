// Whatever a repository says, what the platform holds is held: policies at random, compared with what
// the platform alone makes of the same findings.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CHAPTERS, LEVELS, SEVERITIES } from '../../../../manifests/check/model.ts'
import { dateAfter, daysBetween } from '../../../../manifests/check/policy/dates.ts'
import type { PlatformPolicy, RepositoryPolicy } from '../../../../manifests/check/policy/model.ts'
import { READER_RULE } from '../../../../manifests/check/policy/model.ts'
import { subjectKey } from '../../../../manifests/check/policy/names.ts'
import { mergePolicies } from '../../../../manifests/check/policy.ts'
import type { Subject } from '../../../../manifests/rbac/model.ts'
import { RULES } from '../../../support/check-rules.ts'

const TODAY = '2027-01-01'
const at = { file: 'p.yaml', line: 1, column: 1 }
const RULE_SEVERITIES = [...SEVERITIES, 'off'] as const
const rank = (severity: (typeof RULE_SEVERITIES)[number]) => RULE_SEVERITIES.indexOf(severity)

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const few = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 3) => fc.array(arbitrary, { maxLength })

const ruleName = fc.constantFrom(...RULES.flatMap(({ id, name }) => [id, name]), 'RB999')
const placed = (text: fc.Arbitrary<string>) => text.map((each) => ({ text: each, at }))
const subject = fc.constantFrom<Subject>(
  { kind: 'User', name: 'ann' },
  { kind: 'User', name: 'system:serviceaccount:a:app' },
  { kind: 'ServiceAccount', namespace: 'a', name: 'app' },
  { kind: 'ServiceAccount', name: 'app' },
  { kind: 'Group', name: 'ann' },
)
const secretIn = (...namespaces: (string | undefined)[]) =>
  fc.record({
    namespace: fc.constantFrom(...namespaces),
    name: fc.constantFrom('s', 't'),
    at: fc.constant(at),
  })
const object = fc.constantFrom(
  { kind: 'Role', namespace: 'a', name: 'r' },
  { kind: 'ClusterRole', name: 'r' },
)
const common = (...namespaces: (string | undefined)[]) => ({
  failOn: optional(fc.constantFrom(...LEVELS).map((level) => ({ level, at }))),
  severity: few(
    fc.record({ rule: placed(ruleName), severity: fc.constantFrom(...RULE_SEVERITIES) }),
  ),
  readers: few(
    fc.record({
      at: fc.constant(at),
      secrets: few(secretIn(...namespaces)),
      subjects: few(subject),
    }),
  ),
  managedSecrets: few(secretIn(...namespaces)),
})
const repositories: fc.Arbitrary<RepositoryPolicy> = fc.record({
  ...common('a', 'b', undefined),
  exemptions: few(
    fc.record({
      at: fc.constant(at),
      rules: fc.array(placed(ruleName), { minLength: 1, maxLength: 3 }),
      object: optional(object),
      subject: optional(subject),
      secret: optional(secretIn('a', 'b', undefined)),
      reason: fc.constant('it is'),
      expires: fc.integer({ min: -5, max: 200 }).map((days) => dateAfter(TODAY, days)),
    }),
    6,
  ),
})
const platforms: fc.Arbitrary<PlatformPolicy> = fc.record({
  ...common('a', 'b'),
  enforced: few(placed(fc.oneof(ruleName, fc.constantFrom(...CHAPTERS)))),
  exemptions: fc.record({
    allowed: fc.boolean(),
    longest: optional(fc.integer({ min: 1, max: 100 })),
  }),
  trusted: few(subject),
})
const findings = fc.record({
  rule: fc.constantFrom(...RULES),
  severity: optional(fc.constantFrom(...SEVERITIES)),
  object: optional(object),
  subject: optional(subject),
  secrets: optional(few(secretIn('a', 'b', undefined))),
})

const RUNS = { numRuns: 3000 }

test('severities and levels are never laxer than the platform’s', () => {
  fc.assert(
    fc.property(repositories, platforms, findings, (repository, platform, found) => {
      const { policy } = mergePolicies(repository, platform, RULES, TODAY)
      const alone = mergePolicies(undefined, platform, RULES, TODAY).policy
      if (platform.failOn !== undefined) {
        assert.ok(LEVELS.indexOf(policy.failOn) >= LEVELS.indexOf(platform.failOn.level))
      }
      const isSaid = platform.severity.some(({ rule }) =>
        [found.rule.id, found.rule.name].includes(rule.text),
      )
      if (!isSaid && !policy.isEnforced(found.rule)) return
      const [held, now] = [
        alone.severityOf(found.rule, found),
        policy.severityOf(found.rule, found),
      ]
      assert.ok(rank(now) <= rank(held), `${now}, held at ${held}`)
    }),
    RUNS,
  )
})

test('no exemption of what is enforced, none where there are none, none longer than the bound', () => {
  fc.assert(
    fc.property(repositories, platforms, findings, (repository, platform, found) => {
      const { policy } = mergePolicies(repository, platform, RULES, TODAY)
      const exemption = policy.exemptionFor(found.rule, found)
      if (exemption === undefined) return
      const { id, name, chapter } = found.rule
      assert.ok(platform.exemptions.allowed)
      assert.ok(!platform.enforced.some(({ text }) => [id, name, chapter].includes(text)))
      assert.ok(name !== READER_RULE || platform.readers.length === 0)
      const days = daysBetween(TODAY, exemption.expires)
      assert.ok(days >= 0 && days <= (platform.exemptions.longest ?? 1000), exemption.expires)
    }),
    RUNS,
  )
})

test('an exempted finding is one that exemptions name, each of its Secrets too', () => {
  fc.assert(
    fc.property(repositories, findings, (repository, found) => {
      const { policy } = mergePolicies(repository, undefined, RULES, TODAY)
      const covers = (secret?: { namespace?: string | undefined; name: string }) =>
        repository.exemptions.some(
          (each) =>
            each.expires >= TODAY &&
            each.rules.some(({ text }) => [found.rule.id, found.rule.name].includes(text)) &&
            (each.object === undefined || each.object === found.object) &&
            (each.subject === undefined ||
              (found.subject && subjectKey(each.subject) === subjectKey(found.subject))) &&
            (each.secret === undefined ||
              (each.secret.name === secret?.name && each.secret.namespace === secret.namespace)),
        )
      const secrets = found.secrets ?? []
      const wanted = secrets.length === 0 ? covers() : secrets.every((secret) => covers(secret))
      assert.equal(policy.exemptionFor(found.rule, found) !== undefined, wanted)
    }),
    RUNS,
  )
})

test('readers are among the platform’s, and trust is the platform’s alone', () => {
  fc.assert(
    fc.property(
      repositories,
      platforms,
      secretIn('a', 'b', undefined),
      subject,
      (repository, platform, secret, somebody) => {
        const { policy } = mergePolicies(repository, platform, RULES, TODAY)
        const alone = mergePolicies(undefined, platform, RULES, TODAY).policy
        assert.equal(policy.isTrusted(somebody), alone.isTrusted(somebody))
        const bound = alone.allowedReaders(secret)?.map(subjectKey)
        if (bound === undefined) return
        const readers = policy.allowedReaders(secret)?.map(subjectKey) ?? ['anybody']
        assert.deepEqual(
          readers.filter((key) => !bound.includes(key)),
          [],
        )
      },
    ),
    RUNS,
  )
})
