// SS008: a Secret that moves to a SealedSecret or back, and whether it survives that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretChangesOwner } from '../../../../manifests/check/rules/secrets/secret-changes-owner.ts'
import { factsOf } from '../../../support/check.ts'

const MANAGED = 'sealedsecrets.bitnami.com/managed: "true"'
const UNOWNED = 'sealedsecrets.bitnami.com/skip-set-owner-references: "true"'
const secret = (annotations = '', name = 'db') =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: keyspace, annotations: {${annotations}}}\n`
const phase = (annotations = '') =>
  `apiVersion: secrets.phase.dev/v1alpha1\nkind: PhaseSecret\nmetadata: {name: ps, namespace: keyspace}\nspec:\n  phaseApp: a\n  managedSecretReferences:\n    - secretName: db\n      template: {metadata: {annotations: {${annotations}}}}\n`
const sealed = (template = '', own = '') =>
  `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db, namespace: keyspace, annotations: {${own}}}\nspec:\n  encryptedData: {}\n  template: {metadata: {annotations: {${template}}}}\n`
const TO = /^takes over Secret keyspace\/db, which does not let it/
const BACK = /^takes Secret keyspace\/db from a SealedSecret that owns it/

const cases: Readonly<Record<string, readonly [base: string, head: string, said?: RegExp]>> = {
  'a Secret becomes sealed': [secret(), sealed(), TO],
  'a PhaseSecret becomes sealed': [phase(), sealed(), TO],
  'only the new one says that it is managed': [secret(), sealed(MANAGED), TO],
  'a Secret was prepared': [secret(MANAGED), sealed()],
  'a PhaseSecret was prepared': [phase(MANAGED), sealed(MANAGED)],
  'a quoted "false"': [secret(MANAGED.replace('true', 'false')), sealed(), TO],
  'a SealedSecret becomes plain': [sealed(), secret(), BACK],
  'a SealedSecret becomes a PhaseSecret': [sealed(MANAGED), phase(), BACK],
  'said in the wrong place': [sealed('', UNOWNED), secret(), BACK],
  'a SealedSecret was prepared': [sealed(`${MANAGED}, ${UNOWNED}`), phase()],
  'from a Secret to a PhaseSecret': [secret(), phase()],
  'another Secret': [secret('', 'other'), sealed()],
  'both stay': [sealed(), sealed()],
}

for (const [name, [base, head, said]] of Object.entries(cases)) {
  test(name, () => {
    const facts = factsOf(head, { base })
    const messages = [...secretChangesOwner.find(facts)].map(({ message }) => message)
    assert.equal(messages.length, said === undefined ? 0 : 1)
    assert.match(messages.join(''), said ?? /^$/)
  })
}

test('without a base nothing is said', () => {
  assert.deepEqual([...secretChangesOwner.find(factsOf(sealed()))], [])
})
