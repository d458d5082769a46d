// Patterns, which Applications a policy is for, and what it lets them see.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Policy } from '../../../render/tenancy/policy.ts'
import {
  allowsPlace,
  DEFAULT_POLICY,
  matchesAddress,
  matchesNamespace,
  matchesPattern,
  mismatches,
} from '../../../render/tenancy/policy.ts'

const patterns: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
  ['payments', 'payments', true],
  ['payments', 'Payments', false],
  ['payments', 'payments2', false],
  ['payments', 'my-payments', false],
  ['payments-*', 'payments-api', true],
  ['payments-*', 'payments-', true],
  ['payments-*', 'payments', false],
  ['*', 'a/b', true],
  ['*', '', true],
  ['a*', 'a/b', false],
  ['**', 'a/b', true],
  ['https://git.example/payments/*', 'https://git.example/payments/api', true],
  ['https://git.example/payments/*', 'https://git.example/payments/a/b', false],
  ['https://git.example/payments/**', 'https://git.example/payments/a/b', true],
  ['https://git.example/**', 'https://gitxexample/payments', false],
  ['https://git.example/*', 'https://evil.example/https://git.example/x', false],
  ['/db/**', '/db', true],
  ['/db/**', '/db/replica/x', true],
  ['/db/**', '/database', false],
  ['/**', '/', true],
  ['/', '/', true],
  ['/', '/db', false],
  ['a.c', 'abc', false],
  ['a+', 'aa', false],
  ['[ab]', 'a', false],
  ['{a,b}', 'a', false],
  ['!a', 'b', false],
  ['a?', 'ab', false],
  ['a|b', 'a', false],
  ['(a)', 'a', false],
  ['a', 'a\n', false],
  ['a*', 'a\nb', true],
  ['日*', '日本', true],
  ['\u{1f600}', '\u{1f600}', true],
  ['\\w', 'a', false],
]
for (const [pattern, text, matches] of patterns) {
  test(`${JSON.stringify(pattern)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
    assert.equal(matchesPattern(pattern, text), matches)
  })
}

test('a pattern without a star matches itself and nothing else', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes('*'))
  fc.assert(
    fc.property(text, text, (pattern, other) => {
      assert.ok(matchesPattern(pattern, pattern))
      const isChild = pattern.endsWith('/**') && other === pattern.slice(0, -3)
      if (pattern !== other && !isChild) assert.ok(!matchesPattern(pattern, other))
    }),
  )
})

test('namespaces of Kubernetes itself are allowed by name only', () => {
  for (const namespace of ['kube-system', 'kube-public', 'kube-node-lease']) {
    for (const pattern of ['*', '**', 'kube-*', 'kube*', `${namespace}*`]) {
      assert.ok(!matchesNamespace([pattern], namespace), pattern)
    }
    assert.ok(matchesNamespace(['payments', namespace], namespace))
  }
  assert.ok(matchesNamespace(['*'], 'payments'))
})

function policy(match: Policy['match'], allow: Partial<Policy['allow']> = {}): Policy {
  return { ...DEFAULT_POLICY, name: 'p', match, allow: { ...DEFAULT_POLICY.allow, ...allow } }
}

const subject = {
  name: 'team_api',
  project: 'payments',
  namespace: 'payments-prod',
  repository: 'https://git.example/payments/api',
}
const matches: readonly (readonly [match: Policy['match'], fields: string[]])[] = [
  [{}, []],
  [{ projects: ['payments'] }, []],
  [{ projects: ['billing', 'pay*'] }, []],
  [{ projects: ['billing'] }, ['projects']],
  [{ applications: ['team_*'], namespaces: ['payments-*'] }, []],
  [{ applications: ['api'] }, ['applications']],
  [{ projects: ['payments'], repositories: ['https://git.example/billing/**'] }, ['repositories']],
  [{ projects: ['x'], namespaces: ['y'] }, ['projects', 'namespaces']],
]
for (const [match, fields] of matches) {
  test(`${JSON.stringify(match)}: ${fields.join() || 'applies'}`, () => {
    assert.deepEqual(mismatches(policy(match), subject), fields)
  })
}

test('what Argo CD does not say is matched by nothing, not even by a star', () => {
  const bare = { name: 'api' }
  const all = policy({ projects: ['*'], namespaces: ['**'], repositories: ['*'] })
  assert.deepEqual(mismatches(all, bare), ['projects', 'namespaces', 'repositories'])
})

const addresses: readonly (readonly [pattern: string, address: string, isAllowed: boolean])[] = [
  ['https://git.example/payments/*', 'https://git.example/payments/api', true],
  ['https://git.example/payments/*', 'https://git.example/payments/..%2fbilling', false],
  ['https://git.example/payments/**', 'https://git.example/payments/../billing/api', false],
  ['https://git.example/payments/**', 'https://git.example/payments/..', false],
  ['https://git.example/payments/**', 'https://git.example/payments/?x=/billing', false],
  ['https://git.example/payments/**', 'https://git.example/payments/#x', false],
  ['https://git.example/payments/**', 'https://git.example/payments/\\..\\billing', false],
  ['https://git.example/a%20b', 'https://git.example/a%20b', true],
  ['https://git.example*/**', 'https://git.example@evil.example/x', false],
  ['https://git.example*/**', 'https://git.example/x', true],
  ['https://git.example*', 'https://git.example@evil.example', false],
  ['https://*', 'https://user@evil.example', false],
  ['https://*', 'https://git.example', true],
  ['*', 'https://user@git.example/a%20b', true],
  ['https://*/**', 'https://user@git.example/x', false],
  ['https://user@git.example/**', 'https://user@git.example/x', true],
  ['https://user@*/**', 'https://user@git.example/x', false],
  ['git@git.example:payments/*', 'git@git.example:payments/api.git', true],
  ['git@git.example:payments/*', 'git@git.example:payments/../billing.git', false],
]
for (const [pattern, address, isAllowed] of addresses) {
  test(`${pattern} ${isAllowed ? 'allows' : 'does not allow'} ${address}`, () => {
    assert.equal(matchesAddress([pattern], address), isAllowed)
    const fields = mismatches(policy({ repositories: [pattern] }), {
      ...subject,
      repository: address,
    })
    assert.deepEqual(fields, isAllowed ? [] : ['repositories'])
  })
}

const app = { id: 'a-1', name: 'api' }
const environment = { id: 'e-1', name: 'Production' }
const places: readonly (readonly [
  allow: Partial<Policy['allow']>,
  path: string,
  isAllowed: boolean,
])[] = [
  [{}, '/x', true],
  [{ apps: [{ id: 'a-1' }] }, '/', true],
  [{ apps: [{ id: 'a-2' }] }, '/', false],
  [{ apps: [{ name: 'API' }] }, '/', false],
  [{ apps: [{ name: 'a-1' }] }, '/', false],
  [{ environments: [{ name: 'Prod*' }] }, '/', true],
  [{ environments: [{ name: 'production' }] }, '/', false],
  [{ environments: [{ id: 'e-1' }] }, '/', true],
  [{ paths: ['/db/**'] }, '/db/x', true],
  [{ paths: ['/db/**'] }, '/', false],
]
for (const [allow, path, isAllowed] of places) {
  test(`${JSON.stringify(allow)} ${isAllowed ? 'allows' : 'does not allow'} ${path}`, () => {
    assert.equal(allowsPlace(policy({}, allow), { app, environment, path }), isAllowed)
  })
}
