// Manifests that want to be misread, or never to be done with.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRbac } from '../../../manifests/rbac/read.ts'
import { documentOf } from '../../support/document.ts'
import { granting, names, policyOf } from '../../support/rbac.ts'

const API = 'apiVersion: rbac.authorization.k8s.io/v1'
const READ = '{verbs: [get], apiGroups: [""], resources: [secrets]}'
const errorsOf = (text: string) =>
  readRbac([documentOf(text)]).problems.filter(({ severity }) => severity === 'error')

test('a bomb of aliases', () => {
  const letters = [...'abcdefghij']
  const lists = letters.map(
    (letter, index) =>
      `${letter}: &${letter} [${Array(9)
        .fill(index === 0 ? 'x' : `*${letters[index - 1]}`)
        .join(', ')}]`,
  )
  const [problem] = errorsOf(
    `${API}\nkind: Role\nmetadata: {name: x}\n${lists.join('\n')}\nrules: *j\n`,
  )
  assert.match(problem?.message ?? '', /an alias has/)
})

test('a list of rules that eight hundred roles share', () => {
  const shared = Array(800).fill(`  - ${READ}`).join('\n')
  const roles = Array.from(
    { length: 800 },
    (_, index) => `- {${API}, kind: ClusterRole, metadata: {name: r${index}}, rules: *rules}`,
  )
  const [problem] = errorsOf(
    `apiVersion: v1\nkind: List\nx:\n- &rules\n${shared}\nitems:\n${roles.join('\n')}\n`,
  )
  assert.match(problem?.message ?? '', /more roles and bindings than can be read/)
})

test('a document larger than any object may be', () => {
  const [problem] = errorsOf(`${API}\nkind: Role\nmetadata: {name: x}\n#${'x'.repeat(4 << 20)}\n`)
  assert.match(problem?.message ?? '', /larger than 4 MiB/)
})

test('names that JavaScript knows', () => {
  const odd = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  for (const name of odd) {
    const text = granting(READ, `{kind: User, name: ${name}}`)
    const renamed = text.replaceAll('name: r', `name: ${name}`).replaceAll('here', 'prototype')
    assert.deepEqual(names(policyOf(renamed), {}), [`User ${name}`])
    const missing = policyOf(renamed.replace(`name: ${name}, namespace`, 'name: other, namespace'))
    assert.deepEqual(names(missing, {}), [])
  }
})

test('names that could be taken for two', () => {
  const text = granting(READ).replaceAll('name: r', 'name: "a\\",\\"b"')
  assert.deepEqual(names(policyOf(text), {}), ['User eve'])
})

test('labels that JavaScript knows select nobody', () => {
  const { objects } = policyOf(
    `kind: ClusterRole\nmetadata: {name: a}\naggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: constructor, operator: Exists}]}]}\n---\nkind: ClusterRole\nmetadata: {name: b}\nrules: [${READ}]\n`,
  )
  const [selector] = objects.roles[0]?.selectors ?? []
  assert.equal(selector?.matches({}), false)
})
