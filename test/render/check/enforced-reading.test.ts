// Where the platform enforces a rule, the repository cannot hide what that rule would find in a document that
// cannot be read.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergePolicies } from '../../../manifests/check/policy.ts'
import { RULES } from '../../../render/check/catalogue.ts'
import { platformOf, repositoryOf, TODAY } from '../../support/check-policies.ts'

const UNREADABLE = RULES.find(({ id }) => id === 'MF001')
const OFF = 'severity: {MF001: "off"}'
const EXEMPT = 'exemptions: [{rules: [MF001], reason: it is known, expires: 2027-01-31}]'

for (const [platform, isHeld] of [
  ['enforced: [grants]', true],
  ['readers: [{secrets: [a/b], subjects: []}]', true],
  ['failOn: error', false],
  ['enforced: [grants]\nseverity: {MF001: "off"}', false],
] as const) {
  test(`under ${platform}: ${isHeld ? 'held' : 'not held'}`, () => {
    assert.ok(UNREADABLE !== undefined)
    const ours = platformOf(platform)
    const off = mergePolicies(repositoryOf(OFF), ours, RULES, TODAY)
    assert.equal(off.policy.severityOf(UNREADABLE, {}), isHeld ? 'high' : 'off')
    assert.equal(off.problems.length, isHeld ? 1 : 0)
    const exempt = mergePolicies(repositoryOf(EXEMPT), ours, RULES, TODAY)
    assert.equal(exempt.policy.exemptionFor(UNREADABLE, {}) === undefined, isHeld)
  })
}
