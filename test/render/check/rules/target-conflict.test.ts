// RB043: who else writes a Secret, and what is no conflict.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../../support/check.ts'

const phaseSecret = (name: string, namespace = 'web') => `---
apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  phaseApp: web
  managedSecretReferences:
    - secretName: web
`
const object = (type: string, name: string, spec = '', namespace = 'web') => {
  const [, apiVersion, kind] = /^(.*)\/(.*)$/.exec(type) ?? []
  return `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}}
${spec}
`
}
const EXTERNAL = 'external-secrets.io/v1/ExternalSecret'

const rows: readonly (readonly [string, string, others: readonly string[]])[] = [
  ['alone', '', []],
  ['another PhaseSecret', phaseSecret('other'), ['PhaseSecret web/other', 'PhaseSecret web/web']],
  ['a Secret', object('v1/Secret', 'web'), ['Secret web/web']],
  ['a Secret of another name', object('v1/Secret', 'other'), []],
  ['a Secret elsewhere', object('v1/Secret', 'web', '', 'shop'), []],
  [
    'a Secret without a name',
    '---\napiVersion: v1\nkind: Secret\nmetadata: {generateName: web}\n',
    [],
  ],
  ['a Secret of another group', object('example.com/v1/Secret', 'web'), []],
  ['a SealedSecret', object('bitnami.com/v1alpha1/SealedSecret', 'web'), ['SealedSecret web/web']],
  ['an ExternalSecret', object(EXTERNAL, 'web'), ['ExternalSecret web/web']],
  [
    'an ExternalSecret by its target',
    object(EXTERNAL, 'a', 'spec: {target: {name: web}}'),
    ['ExternalSecret web/a'],
  ],
  [
    'an ExternalSecret with another target',
    object(EXTERNAL, 'web', 'spec: {target: {name: a}}'),
    [],
  ],
  [
    'an ExternalSecret that merges',
    object(EXTERNAL, 'web', 'spec: {target: {creationPolicy: Merge}}'),
    ['ExternalSecret web/web'],
  ],
  [
    'an ExternalSecret that writes none',
    object(EXTERNAL, 'web', 'spec: {target: {creationPolicy: None}}'),
    [],
  ],
  [
    'an ExternalSecret of odd shape',
    object(EXTERNAL, 'web', 'spec: {target: [web]}'),
    ['ExternalSecret web/web'],
  ],
  [
    'the old ExternalSecret',
    object('kubernetes-client.io/v1/ExternalSecret', 'web'),
    ['ExternalSecret web/web'],
  ],
  ['the same PhaseSecret twice', phaseSecret('web'), []],
]

for (const [name, text, others] of rows) {
  test(name, () => {
    const findings = found('RB043', factsOf(phaseSecret('web') + text))
    assert.deepEqual(
      findings.map(({ message }) => message),
      others.map((other) => `writes Secret web/web, as ${other} does`),
    )
    for (const { at, secrets } of findings) {
      assert.ok(at?.line === 8 || at?.line === 16)
      assert.deepEqual(secrets, [{ namespace: 'web', name: 'web' }])
    }
  })
}

test('without a namespace all are in the one that is open', () => {
  const open = (phaseSecret('web') + object('v1/Secret', 'web')).replaceAll(', namespace: web', '')
  assert.deepEqual(
    found('RB043', factsOf(open)).map(({ message, object: named }) => [message, named?.namespace]),
    [['writes Secret web, as Secret web does', undefined]],
  )
})

test('the same object is the same with and without its namespace', () => {
  const text = phaseSecret('web') + phaseSecret('web').replace(', namespace: web', '')
  assert.deepEqual(found('RB043', factsOf(text, { namespace: 'web' })), [])
})

test('names may hold anything, and many say no more than a few', () => {
  const hostile = object(EXTERNAL, JSON.stringify('a\nb: c'), 'spec: {target: {name: web}}')
  const many = Array.from({ length: 300 }, (_, index) => phaseSecret(`p${index}`)).join('')
  const findings = found('RB043', factsOf(phaseSecret('web') + hostile + many))
  assert.equal(findings.length, 301)
  for (const { message } of findings) {
    assert.match(message, /^writes Secret web\/web, as .* and others does$/)
    assert.ok(message.length < 300)
  }
})
