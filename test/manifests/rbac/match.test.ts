// Which rule allows which request, spelling by spelling.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allows } from '../../../manifests/rbac/match.ts'
import type { ResourceRequest, Rule } from '../../../manifests/rbac/model.ts'

const rule = (lists: Partial<Rule>): Rule => ({
  index: 0,
  verbs: ['get'],
  apiGroups: [''],
  resources: ['secrets'],
  resourceNames: [],
  nonResourceURLs: [],
  ...lists,
})
const request = (changes: Partial<ResourceRequest>): ResourceRequest => ({
  verb: 'get',
  group: '',
  resource: 'secrets',
  name: 's1',
  ...changes,
})

const cases: readonly [string, Partial<Rule>, Partial<ResourceRequest>, boolean][] = [
  ['the same', {}, {}, true],
  ['another verb', { verbs: ['list'] }, {}, false],
  ['all verbs', { verbs: ['*'] }, { verb: 'anything' }, true],
  ['a verb in another case', { verbs: ['Get'] }, {}, false],
  ['a pattern for verbs', { verbs: ['get*'] }, {}, false],
  ['core is no group', { apiGroups: ['core'] }, {}, false],
  ['v1 is no group', { apiGroups: ['v1'] }, {}, false],
  ['all groups', { apiGroups: ['*'] }, { group: 'example.com' }, true],
  ['a group with its version', { apiGroups: ['apps/v1'] }, { group: 'apps' }, false],
  ['the singular', { resources: ['secret'] }, {}, false],
  ['the kind', { resources: ['Secrets'] }, {}, false],
  ['all resources', { resources: ['*'] }, {}, true],
  ['all resources, and subresources', { resources: ['*'] }, { subresource: 'exec' }, true],
  [
    'a resource without its subresources',
    { resources: ['pods'] },
    { resource: 'pods', subresource: 'exec' },
    false,
  ],
  ['a subresource', { resources: ['pods/exec'] }, { resource: 'pods', subresource: 'exec' }, true],
  ['a subresource without its resource', { resources: ['pods/exec'] }, { resource: 'pods' }, false],
  [
    'a subresource of all',
    { resources: ['*/exec'] },
    { resource: 'pods', subresource: 'exec' },
    true,
  ],
  [
    'another subresource of all',
    { resources: ['*/exec'] },
    { resource: 'pods', subresource: 'log' },
    false,
  ],
  [
    'all subresources of one',
    { resources: ['pods/*'] },
    { resource: 'pods', subresource: 'exec' },
    false,
  ],
  ['all of all', { resources: ['*/*'] }, { resource: 'pods', subresource: 'exec' }, false],
  ['all of all, without one', { resources: ['*/*'] }, {}, false],
  ['a star for a subresource', { resources: ['*/'] }, {}, false],
  ['the name', { resourceNames: ['s1'] }, {}, true],
  ['another name', { resourceNames: ['s2'] }, {}, false],
  ['a name, of a request without one', { resourceNames: ['s1'] }, { name: undefined }, false],
  ['a pattern for names', { resourceNames: ['*'] }, {}, false],
  ['the empty name', { resourceNames: [''] }, {}, false],
  ['the empty name, of a request without one', { resourceNames: [''] }, { name: undefined }, true],
]

for (const [name, lists, changes, expected] of cases) {
  test(name, () => {
    assert.equal(allows(rule(lists), request(changes)), expected)
  })
}

const urls: readonly [string, string, boolean][] = [
  ['/metrics', '/metrics', true],
  ['/metrics', '/metrics/', false],
  ['/healthz/*', '/healthz/etcd', true],
  ['/healthz/*', '/healthz', false],
  ['/healthz*', '/healthz', true],
  ['/healthz**', '/healthzero', true],
  ['/*/x', '/a/x', false],
  ['*', '/anything', true],
]

for (const [pattern, url, expected] of urls) {
  test(`${pattern} and ${url}`, () => {
    const rules = rule({ apiGroups: [], resources: [], nonResourceURLs: [pattern] })
    assert.equal(allows(rules, { verb: 'get', url }), expected)
    assert.equal(allows(rules, request({})), false, 'no resource is one')
    assert.equal(allows(rule({ resources: ['*'] }), { verb: 'get', url }), false)
  })
}
