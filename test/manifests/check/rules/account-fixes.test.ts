// RB020 to RB023: the fixes, when --fix may apply them by itself, and that they help.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../../support/check.ts'
import { fixedText } from '../../../support/fixed.ts'
import {
  account,
  env,
  grant,
  managed,
  reads,
  sa,
  stream,
  workload,
} from '../../../support/sample-workloads.ts'

const SECRET = managed('db')
const USES = { use: env('db') }
const as = (name: string) => ({ ...USES, pod: [`serviceAccountName: ${name}`] })
const BOUND = stream(grant(reads('db'), sa('reader')), account('reader'))
const OTHER = grant(
  "{apiGroups: [''], resources: [configmaps], verbs: [get]}",
  sa('default'),
  'other',
)
const CRON = `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c, namespace: keyspace}\nspec: {jobTemplate: {spec: {template: {spec: {volumes: [{name: v, secret: {secretName: db}}]}}}}}\n`

type Case = readonly [
  id: string,
  what: string,
  text: string,
  fix: 'safe' | 'suggestion' | 'none',
  operations?: readonly string[],
]

const NAME = '/spec/template/spec/serviceAccountName'
const OLD_NAME = '/spec/template/spec/serviceAccount'
const MOUNT = '/spec/template/spec/automountServiceAccountToken'

const cases: readonly Case[] = [
  ['RB020', 'one is bound', stream(workload(USES), SECRET, BOUND), 'safe', [`add ${NAME} reader`]],
  [
    'RB020',
    'default is named',
    stream(workload(as('default')), SECRET, BOUND),
    'safe',
    [`replace ${NAME} reader`],
  ],
  [
    'RB020',
    'nothing is named',
    stream(workload(as("''")), SECRET, BOUND),
    'safe',
    [`replace ${NAME} reader`],
  ],
  [
    'RB020',
    'the deprecated field goes',
    stream(workload({ ...USES, pod: ['serviceAccount: default'] }), SECRET, BOUND),
    'safe',
    [`add ${NAME} reader`, `remove ${OLD_NAME}`],
  ],
  [
    'RB020',
    'a CronJob has its pods deeper',
    stream(CRON, SECRET, BOUND),
    'safe',
    ['add /spec/jobTemplate/spec/template/spec/serviceAccountName reader'],
  ],
  [
    'RB020',
    'a ServiceAccount of its own name',
    stream(workload(USES), SECRET, account('web')),
    'safe',
    [`add ${NAME} web`],
  ],
  ['RB020', 'default has permissions', stream(workload(USES), SECRET, BOUND, OTHER), 'suggestion'],
  [
    'RB020',
    'default pulls images',
    stream(workload(USES), SECRET, BOUND, account('default', 'imagePullSecrets: [{name: a}]')),
    'suggestion',
  ],
  [
    'RB020',
    'default is known to a cloud',
    stream(
      workload(USES),
      SECRET,
      BOUND,
      account('default').replace('{name', '{annotations: {a: b}, name'),
    ),
    'suggestion',
  ],
  [
    'RB020',
    'the pods of a Job cannot be changed',
    stream(workload({ ...USES, kind: 'Job', apiVersion: 'batch/v1' }), SECRET, BOUND),
    'suggestion',
  ],
  [
    'RB020',
    'the bound one may do more',
    stream(workload(USES), SECRET, BOUND, OTHER.replace('name: default', 'name: reader')),
    'suggestion',
  ],
  [
    'RB020',
    'the bound one is not there',
    stream(workload(USES), SECRET, grant(reads('db'), sa('reader'))),
    'none',
  ],
  [
    'RB020',
    'two are bound',
    stream(workload(USES), SECRET, BOUND, grant(reads('db'), sa('two'), 'b'), account('two')),
    'none',
  ],
  ['RB020', 'there is none', stream(workload(USES), SECRET), 'none'],
  [
    'RB021',
    'a close name',
    stream(workload(as('readr')), BOUND),
    'suggestion',
    [`replace ${NAME} reader`],
  ],
  ['RB021', 'no close name', stream(workload(as('web')), BOUND), 'none'],
  [
    'RB022',
    'one is bound',
    stream(workload(as('web')), SECRET, BOUND),
    'safe',
    [`replace ${NAME} reader`],
  ],
  [
    'RB022',
    'its own has permissions',
    stream(workload(as('web')), SECRET, BOUND, OTHER.replace('name: default', 'name: web')),
    'suggestion',
  ],
  [
    'RB022',
    'the bound one is not there',
    stream(workload(as('web')), SECRET, grant(reads('db'), sa('reader'))),
    'none',
  ],
  [
    'RB023',
    'its ServiceAccount is there',
    stream(workload(as('web')), SECRET, account('web')),
    'safe',
    [`add ${MOUNT} false`],
  ],
  [
    'RB023',
    'its ServiceAccount may be bound elsewhere',
    stream(workload(as('web')), SECRET),
    'suggestion',
  ],
  [
    'RB023',
    'somebody switched it on',
    stream(
      workload({ ...USES, pod: ['serviceAccountName: web', 'automountServiceAccountToken: true'] }),
      SECRET,
      account('web'),
    ),
    'suggestion',
    [`replace ${MOUNT} false`],
  ],
  [
    'RB023',
    'it may read through the API',
    stream(workload(as('reader')), SECRET, BOUND),
    'suggestion',
  ],
]

for (const [id, what, text, expected, operations] of cases) {
  test(`${id}: ${what}: ${expected}`, () => {
    const facts = factsOf(text)
    const [finding, ...others] = found(id, facts)
    assert.ok(finding)
    assert.deepEqual(others, [])
    const { fix } = finding
    assert.equal(fix === undefined ? 'none' : fix.isSafe ? 'safe' : 'suggestion', expected)
    if (operations !== undefined) {
      assert.deepEqual(
        fix?.operations.map((each) => {
          return [each.op, each.path, ...('value' in each ? [each.value] : [])].join(' ')
        }),
        operations,
      )
    }
    if (fix !== undefined) assert.deepEqual(found(id, factsOf(fixedText(facts, fix))), [])
  })
}
