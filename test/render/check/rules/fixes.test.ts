// What a fix changes is what the rule found: with it, the finding is gone and no other comes, and a rule says
// truly how it can be mended.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from 'fast-json-patch'
import fastJsonPatch from 'fast-json-patch'
import { stringify } from 'yaml'
import type { Fix } from '../../../../manifests/check/model.ts'
import { RULES } from '../../../../render/check/catalogue.ts'
import type { PhaseFacts } from '../../../../render/check/facts.ts'
import { factsOf } from '../../../support/check.ts'

const APPLICATION = `---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a, namespace: team-a}
spec:
  project: keyspace
  destination: {server: https://kubernetes.default.svc, namespace: keyspace}
`
const PROJECT = `---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: keyspace, namespace: argocd}
spec:
  namespaceResourceWhitelist: []
`

/** Manifests that some rules need beside their example before they can suggest anything. */
const BESIDE: Readonly<Record<string, string>> = {
  RB050: APPLICATION,
  RB051: PROJECT,
  RB054: APPLICATION,
}
/** Rules whose example is one of those findings that nothing mechanical mends. */
const WITHOUT = new Set(['RB040', 'RB046'])

function mended({ objects }: PhaseFacts, fix: Fix): string {
  const values = objects.map((object) => {
    if (object !== fix.object) return object.value
    const operations: Operation[] = structuredClone([...fix.operations])
    return fastJsonPatch.applyPatch(structuredClone(object.value), operations, true).newDocument
  })
  return values.map((value) => stringify(value)).join('---\n')
}

for (const rule of RULES.filter(({ chapter }) => ['phase', 'argocd'].includes(chapter))) {
  const facts = factsOf(rule.example.bad + (BESIDE[rule.id] ?? ''))
  const findings = [...rule.find(facts)]
  const fixes = findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix]))

  test(`${rule.id} says how it can be mended`, () => {
    const expected = rule.fixable !== 'no' && !WITHOUT.has(rule.id)
    assert.equal(fixes.length > 0, expected)
    if (expected)
      assert.equal(
        fixes.some(({ isSafe }) => isSafe),
        rule.fixable === 'yes',
      )
  })

  test(`${rule.id} is mended by its fixes`, () => {
    for (const fix of fixes) {
      assert.match(fix.title, /^[a-z][^\n]*[^.\n]$/)
      const after = [...rule.find(factsOf(mended(facts, fix)))].map(({ message }) => message)
      assert.equal(after.length, findings.length - 1, after.join('; '))
    }
  })
}
