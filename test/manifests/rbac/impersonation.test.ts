// Who may act as somebody else, by version; test/argocd/rbac-requests.test.ts asks a real API server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Impersonated } from '../../../manifests/rbac/impersonation.ts'
import { canImpersonate } from '../../../manifests/rbac/impersonation.ts'
import { granting, policyOf } from '../../support/rbac.ts'

const AUTH = 'apiGroups: [authentication.k8s.io]'
const ON = '{verbs: ["impersonate-on:user-info:get"], apiGroups: [""], resources: [pods]}'
const AS_ALICE = `{verbs: ["impersonate:user-info"], ${AUTH}, resources: [users], resourceNames: [alice]}`
const LEGACY = '{verbs: [impersonate], apiGroups: [""], resources: [users, groups]}'
const NODE = `{verbs: ["impersonate:associated-node"], ${AUTH}, resources: [nodes]}`
const ON_NODE =
  '{verbs: ["impersonate-on:associated-node:get"], apiGroups: [""], resources: [pods]}'
const alice = { user: 'alice' }
const node = { user: 'system:node:n1' }

const cases: readonly [
  name: string,
  rules: string,
  target: Impersonated,
  minor: number,
  boolean,
  string?,
][] = [
  ['the old verb', LEGACY, alice, 34, true],
  ['the old verb, still', LEGACY, alice, 37, true],
  ['the old verb, with groups', LEGACY, { user: 'alice', groups: ['system:masters'] }, 37, true],
  ['the new verb, too early', `${AS_ALICE}, ${ON}`, alice, 35, false],
  ['the new verb', `${AS_ALICE}, ${ON}`, alice, 36, true],
  ['the new verb, without the request', AS_ALICE, alice, 36, false],
  ['the request, without the new verb', ON, alice, 36, false],
  ['another user', `${AS_ALICE}, ${ON}`, { user: 'bob' }, 36, false],
  [
    'a group that is not allowed',
    `${AS_ALICE}, ${ON}`,
    { user: 'alice', groups: ['ops'] },
    36,
    false,
  ],
  ['all verbs are both', '{verbs: ["*"], apiGroups: ["*"], resources: ["*"]}', alice, 36, true],
  ['a node, on it', `${NODE}, ${ON_NODE}`, node, 37, true, 'n1'],
  ['a node, on another', `${NODE}, ${ON_NODE}`, node, 37, false, 'n2'],
  ['a node, from nowhere', `${NODE}, ${ON_NODE}`, node, 37, false],
]

for (const [name, rules, target, minor, expected, on] of cases) {
  test(name, () => {
    const { policy } = policyOf(granting(rules, undefined, true))
    const request = { verb: 'get', group: '', resource: 'pods', namespace: 'here' }
    const requester = { user: 'eve', groups: [] }
    assert.equal(canImpersonate(requester, target, request, policy, minor, on), expected)
  })
}
