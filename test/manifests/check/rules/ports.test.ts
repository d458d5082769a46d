// RB031: ways to the ports of pods are told as less than commands in them, and are in no row of who gets at a Secret.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessReader } from '../../../../manifests/check/access.ts'
import { bindingOf, PHASE_SECRET, roleOf } from '../../../../manifests/check/rules/example-parts.ts'
import { factsOf, found } from '../../../support/check.ts'

const facts = (rule: string, minor = 37) =>
  factsOf(
    `${PHASE_SECRET}${roleOf('Role ops', rule)}${bindingOf('Role ops', 'ServiceAccount ci/ops')}`,
    {
      minor,
    },
  )

const cases: readonly (readonly [rule: string, minor: number, said: readonly string[]])[] = [
  [
    "{apiGroups: [''], resources: [pods/portforward], verbs: [create]}",
    37,
    ['medium create pods/portforward'],
  ],
  ["{apiGroups: [''], resources: [pods/portforward], verbs: [get]}", 37, []],
  [
    "{apiGroups: [''], resources: [pods/portforward], verbs: [get]}",
    34,
    ['medium get pods/portforward'],
  ],
  [
    "{apiGroups: [''], resources: [services/proxy], verbs: [get]}",
    37,
    ['medium get services/proxy'],
  ],
  ["{apiGroups: [''], resources: ['*'], verbs: [get]}", 37, []],
  ["{apiGroups: [''], resources: [pods/exec], verbs: [create]}", 37, ['high create pods/exec']],
]
for (const [rule, minor, said] of cases) {
  test(`${rule} of 1.${minor}: ${said.join() || 'nothing'}`, () => {
    const findings = found('RB031', facts(rule, minor)).map(({ severity = 'high', message }) => {
      return `${severity} ${/ci\/ops (.*) in namespace/.exec(message)?.[1]}`
    })
    assert.deepEqual(findings, said)
  })
}

test('no row says that they read the Secret', () => {
  const rule = "{apiGroups: [''], resources: [pods/portforward, pods/proxy], verbs: [create, get]}"
  const seen = facts(rule)
  assert.deepEqual(
    seen.secrets.map((secret) => accessReader(seen)(secret).reachers),
    [[]],
  )
})
