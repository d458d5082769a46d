// RB020 and RB021: which ServiceAccount a workload names, and whether it is there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckSetting } from '../../../support/check.ts'
import {
  account,
  env,
  managed,
  saidOf,
  stream,
  workload,
} from '../../../support/sample-workloads.ts'

type Case = readonly [what: string, text: string, said: readonly string[], setting?: CheckSetting]

const POLICY = { file: '.phase-check.yaml', line: 1, column: 1 }
const SECRET = managed('db')
const USES = { use: env('db') }
const as = (name: string) => ({ ...USES, pod: [`serviceAccountName: ${name}`] })
const DEFAULT =
  'uses Secret db and runs as ServiceAccount default, as every pod of its namespace may'

const RB020: readonly Case[] = [
  ['none is named', stream(workload(USES), SECRET), [`high 6 Deployment/web: ${DEFAULT}`]],
  [
    'default is named',
    stream(workload(as('default')), SECRET),
    [`high 7 Deployment/web: ${DEFAULT}`],
  ],
  [
    'default is named in the deprecated field',
    stream(workload({ ...USES, pod: ['serviceAccount: default'] }), SECRET),
    [`high 7 Deployment/web: ${DEFAULT}`],
  ],
  [
    'an empty name is none',
    stream(workload(as("''")), SECRET),
    [`high 6 Deployment/web: ${DEFAULT}`],
  ],
  [
    'by a volume of a CronJob',
    stream(
      `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c, namespace: keyspace}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec: {volumes: [{name: v, secret: {secretName: db}}]}\n`,
      SECRET,
    ),
    [`high 8 CronJob/c: ${DEFAULT}`],
  ],
  [
    'the token is not mounted, says the pod',
    stream(workload({ ...USES, pod: ['automountServiceAccountToken: false'] }), SECRET),
    [`low 6 Deployment/web: ${DEFAULT}`],
  ],
  [
    'the token is not mounted, says the ServiceAccount default',
    stream(workload(USES), SECRET, account('default', 'automountServiceAccountToken: false')),
    [`low 6 Deployment/web: ${DEFAULT}`],
  ],
  [
    'the pod has the last word on its token',
    stream(
      workload({ ...USES, pod: ['automountServiceAccountToken: true'] }),
      SECRET,
      account('default', 'automountServiceAccountToken: false'),
    ),
    [`high 6 Deployment/web: ${DEFAULT}`],
  ],
  [
    'both name no namespace',
    stream(workload({ ...USES, namespace: '' }), managed('db', '')),
    [`high 6 Deployment/web: ${DEFAULT}`],
  ],
  [
    'the namespace that the manifests leave open is said',
    stream(workload({ ...USES, namespace: '' }), SECRET),
    [`high 6 Deployment/web: ${DEFAULT}`],
    { namespace: 'keyspace' },
  ],
  [
    'the policy manages all Secrets of the namespace',
    workload(USES),
    [`high 6 Deployment/web: ${DEFAULT}`],
    { managed: [{ namespace: 'keyspace', at: POLICY }] },
  ],
  ['a ServiceAccount of its own', stream(workload(as('web')), SECRET), []],
  ['a Secret that nobody manages', stream(workload({ use: env('other') }), SECRET), []],
  ['a Secret of another namespace', stream(workload(USES), managed('db', 'other')), []],
  [
    'imagePullSecrets are not seen by containers',
    stream(workload({ pod: ['imagePullSecrets: [{name: db}]'] }), SECRET),
    [],
  ],
  [
    'the platform trusts the ServiceAccount',
    stream(workload(USES), SECRET),
    [],
    { isTrusted: ({ name }) => name === 'default' },
  ],
]

const missing = (name: string) =>
  `runs as ServiceAccount ${name}, which is not in the manifests of its namespace`

const RB021: readonly Case[] = [
  ['it is nowhere', workload(as('web')), [`medium 7 Deployment/web: ${missing('web')}`]],
  [
    'it is in another namespace',
    stream(workload(as('web')), account('web', '', 'other')),
    [`medium 7 Deployment/web: ${missing('web')}`],
  ],
  [
    'by the deprecated field',
    workload({ pod: ['serviceAccount: web'] }),
    [`medium 7 Deployment/web: ${missing('web')}`],
  ],
  [
    'of two fields that differ, the newer one counts',
    stream(workload({ pod: ['serviceAccount: web', 'serviceAccountName: api'] }), account('web')),
    [`medium 8 Deployment/web: ${missing('api')}`],
  ],
  [
    'a name that is none is shown as such',
    workload(as('"a\\nb"')),
    [`medium 7 Deployment/web: ${missing('"a?b"')}`],
  ],
  ['kube-linter: default is in every namespace', workload(as('default')), []],
  ['kube-linter: and so it is if none is named', workload(USES), []],
  ['it is there', stream(workload(as('web')), account('web')), []],
  [
    'both name no namespace',
    stream(workload({ ...as('web'), namespace: '' }), account('web', '', '')),
    [],
  ],
  [
    'the workload names none: it may be the one of the ServiceAccount',
    stream(workload({ ...as('web'), namespace: '' }), account('web')),
    [],
  ],
  [
    'the ServiceAccount names none: it may be the one of the workload',
    stream(workload(as('web')), account('web', '', '')),
    [],
  ],
  [
    'kube-system has more than is written',
    workload({ ...as('web'), namespace: 'kube-system' }),
    [],
  ],
  ['the platform knows it', workload(as('web')), [], { isTrusted: ({ name }) => name === 'web' }],
  [
    'a ServiceAccount of another group is none',
    stream(workload(as('web')), account('web').replace('v1', 'example.com/v1')),
    [`medium 7 Deployment/web: ${missing('web')}`],
  ],
]

for (const [id, cases] of Object.entries({ RB020, RB021 })) {
  for (const [what, text, said, setting] of cases) {
    test(`${id}: ${what}`, () => {
      assert.deepEqual(saidOf(id, text, setting), said)
    })
  }
}
