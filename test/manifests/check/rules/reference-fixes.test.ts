// RB024: what is said to do about Secrets and keys that are missing, and that it helps.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../../support/check.ts'
import { fixedText } from '../../../support/fixed.ts'
import { env, managed, stream, workload } from '../../../support/sample-workloads.ts'

const key = (name: string) =>
  `env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: ${name}}}}]`
const volume = (source: string) => [`volumes: [{name: v, ${source}}]`]
const WEB = workload({ use: env('db') })
const KEYS =
  'apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: keyspace}\ndata: {HOST: ""}\nstringData: {PORT: ""}\n'

const hints: readonly [text: string, hint: string, fix?: string][] = [
  [
    stream(workload({ use: env('keyspace') }), managed('keyspaces')),
    'did you mean keyspaces?',
    'use Secret keyspaces',
  ],
  [
    stream(
      workload({
        pod: volume('projected: {sources: [{secret: {name: keyspace}}]}'),
        use: env('keyspace'),
      }),
      managed('keyspaces'),
    ),
    'did you mean keyspaces?',
    'use Secret keyspaces',
  ],
  [
    stream(workload({ pod: volume('secret: {secretName: keyspace}') }), managed('keyspaces')),
    'did you mean keyspaces?',
    'use Secret keyspaces',
  ],
  [stream(workload({ use: key('HOTS') }), KEYS), 'did you mean HOST?', 'use key HOST'],
  [
    stream(
      workload({ pod: volume('secret: {secretName: db, items: [{key: HOTS, path: h}]}') }),
      KEYS,
    ),
    'did you mean HOST?',
    'use key HOST',
  ],
  [stream(workload({ use: key('USER') }), KEYS), 'correct the key, or mark the reference optional'],
  [
    stream(WEB, managed('db', 'other')),
    'a pod can only use Secrets of its own namespace, and there is other/db',
  ],
  [WEB, 'correct the name, or name it in the policy if another repository brings it'],
]

for (const [text, hint, title] of hints) {
  test(`RB024: ${hint}`, () => {
    const facts = factsOf(text)
    const [finding, ...others] = found('RB024', facts)
    assert.ok(finding)
    assert.deepEqual(others, [])
    assert.equal(finding.hint, hint)
    assert.equal(finding.fix?.title, title)
    if (finding.fix === undefined) return
    assert.equal(finding.fix.isSafe, false)
    assert.deepEqual(found('RB024', factsOf(fixedText(facts, finding.fix))), [])
  })
}
