// What other analysers get wrong, and what none of them looks at: `check` gets it right.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checked, reaching, rulesFound } from './support/check-run.ts'
import { PEER_CASES } from './support/peer-cases.ts'

for (const { peer, mistake, truth, manifest, rules, fails, ...reached } of PEER_CASES) {
  test(`${peer} ${mistake}: ${truth}`, async () => {
    const { report, exitCode } = await checked(manifest)
    assert.deepEqual(rulesFound(report), [...rules].sort())
    for (const reach of ['read', 'pod', 'write', 'become'] as const) {
      assert.deepEqual(reaching(report, reach), reached[reach] ?? [], reach)
    }
    assert.equal(exitCode, fails ? 1 : 0)
  })
}
