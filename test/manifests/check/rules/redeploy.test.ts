// RB025 and RB026: tokens that never expire, and annotations that restart nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDocuments } from '../../../../manifests/stream.ts'
import type { GroupKind } from '../../../../manifests/workload.ts'
import { readPhaseFacts } from '../../../../render/check/facts.ts'
import { factsOf, found } from '../../../support/check.ts'
import { fixedText } from '../../../support/fixed.ts'
import { env, managed, saidOf, stream, workload } from '../../../support/sample-workloads.ts'

type Case = readonly [what: string, text: string, said: readonly string[]]

const TYPE = 'kubernetes.io/service-account-token'
const ANNOTATED = 'annotations: {kubernetes.io/service-account.name: ci}'
const holds = (whose: string) =>
  `holds a token of ${whose} that never expires: whoever reads it is that ServiceAccount`

const RB025: readonly Case[] = [
  [
    'a Secret',
    `apiVersion: v1\nkind: Secret\nmetadata: {name: t, ${ANNOTATED}}\ntype: ${TYPE}\n`,
    [`high 4 Secret/t: ${holds('ServiceAccount ci')}`],
  ],
  [
    'a Secret that says of nobody',
    `apiVersion: v1\nkind: Secret\nmetadata: {name: t}\ntype: ${TYPE}\n`,
    [`high 4 Secret/t: ${holds('a ServiceAccount')}`],
  ],
  [
    'a SealedSecret',
    `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: t}\nspec:\n  template:\n    type: ${TYPE}\n    metadata: {${ANNOTATED}}\n`,
    [`high 6 SealedSecret/t: ${holds('ServiceAccount ci')}`],
  ],
  [
    'an ExternalSecret',
    `apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: t}\nspec:\n  target:\n    template: {type: ${TYPE}}\n`,
    [`high 6 ExternalSecret/t: ${holds('a ServiceAccount')}`],
  ],
  ['another type', 'apiVersion: v1\nkind: Secret\nmetadata: {name: t}\ntype: Opaque\n', []],
  [
    'another group',
    `apiVersion: example.com/v1\nkind: Secret\nmetadata: {name: t}\ntype: ${TYPE}\n`,
    [],
  ],
]

const ASKS = 'secrets.phase.dev/redeploy'
const annotation = (value: string) => `annotations: {${ASKS}: ${value}}`
const YES = annotation("'true'")
const SECRET = managed('db')
const neither = (why: string) =>
  `annotation ${ASKS} has no effect, neither here nor with Phase's operator: ${why}`
const USES_NONE = neither('its containers get no Secret that Phase manages in their namespace')
const ON_TEMPLATE = `annotation ${ASKS} has no effect on the pod template, neither here nor with Phase's operator`
const rollout = (metadata: string, target: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r, namespace: keyspace, ${metadata}}\nspec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: ${target}}}\n`

const RB026: readonly Case[] = [
  [
    'no managed Secret',
    workload({ metadata: YES, use: env('db') }),
    [`medium 3 Deployment/web: ${USES_NONE}`],
  ],
  [
    'one of another namespace',
    stream(workload({ metadata: YES, use: env('db') }), managed('db', 'other')),
    [`medium 3 Deployment/web: ${USES_NONE}`],
  ],
  [
    'one for images only',
    stream(workload({ metadata: YES, pod: ['imagePullSecrets: [{name: db}]'] }), SECRET),
    [`medium 3 Deployment/web: ${USES_NONE}`],
  ],
  [
    'a CronJob',
    stream(workload({ metadata: YES, kind: 'CronJob', apiVersion: 'batch/v1' }), SECRET),
    [
      `medium 3 CronJob/web: ${neither('the next run of a CronJob reads the new values by itself')}`,
    ],
  ],
  [
    'a Job',
    stream(
      workload({ metadata: YES, kind: 'Job', apiVersion: 'batch/v1', use: env('db') }),
      SECRET,
    ),
    [`medium 3 Job/web: ${neither('the pod template of a Job is immutable')}`],
  ],
  [
    'a Pod',
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p, ${YES}}\nspec: {containers: []}\n`,
    [`medium 3 Pod/p: ${neither('a Pod is immutable')}`],
  ],
  [
    'no workload at all',
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, ${YES}}\n`,
    [`medium 3 ConfigMap/c: ${neither('it is of no kind that is known to roll its pods')}`],
  ],
  [
    'the pod template',
    stream(workload({ template: YES, use: env('db') }), SECRET),
    [`medium 6 Deployment/web: ${ON_TEMPLATE}`],
  ],
  [
    'a value that is not text',
    stream(workload({ metadata: annotation('true'), use: env('db') }), SECRET),
    [`medium 3 Deployment/web: annotation ${ASKS} is not text: the API server refuses the object`],
  ],
  [
    '"false" means no here, and nothing to the operator',
    stream(workload({ metadata: annotation("'false'"), use: env('db') }), SECRET),
    [
      `info 3 Deployment/web: annotation ${ASKS} of "false" keeps this plugin from restarting it, but Phase's operator restarts it all the same`,
    ],
  ],
  [
    'a Rollout that names no Deployment of the manifests',
    stream(rollout(YES, 'api'), SECRET),
    [
      `medium 3 Rollout/r: annotation ${ASKS} has no effect: spec.workloadRef names Deployment api, which is no Deployment of the manifests`,
    ],
  ],
  [
    'a Rollout whose Deployment uses none',
    stream(rollout(YES, 'web'), workload(), SECRET),
    [`medium 3 Rollout/r: ${USES_NONE}`],
  ],
  ['envFrom', stream(workload({ metadata: YES, use: env('db') }), SECRET), []],
  [
    'any other text is yes',
    stream(workload({ metadata: annotation("'no'"), use: env('db') }), SECRET),
    [],
  ],
  [
    'a StatefulSet, which the operator overlooks',
    stream(workload({ metadata: YES, kind: 'StatefulSet', use: env('db') }), SECRET),
    [],
  ],
  [
    'a StatefulSet that says no: the operator does not know the kind',
    stream(
      workload({ metadata: annotation("'false'"), kind: 'StatefulSet', use: env('db') }),
      SECRET,
    ),
    [],
  ],
  [
    'a volume, which the operator overlooks',
    stream(
      workload({ metadata: YES, pod: ['volumes: [{name: v, secret: {secretName: db}}]'] }),
      SECRET,
    ),
    [],
  ],
  [
    'an initContainer, which the operator overlooks',
    stream(workload({ metadata: YES, pod: [`initContainers: [{name: i, ${env('db')}}]`] }), SECRET),
    [],
  ],
  [
    'a Rollout by its Deployment',
    stream(rollout(YES, 'web'), workload({ use: env('db') }), SECRET),
    [],
  ],
  [
    'the pod template as well as the workload',
    stream(workload({ metadata: YES, template: YES, use: env('db') }), SECRET),
    [],
  ],
  [
    'one of both names no namespace',
    stream(workload({ metadata: YES, use: env('db'), namespace: '' }), SECRET),
    [],
  ],
  ['nobody asks', stream(workload({ use: env('db') }), SECRET), []],
]

for (const [id, cases] of Object.entries({ RB025, RB026 })) {
  for (const [what, text, said] of cases) {
    test(`${id}: ${what}`, () => {
      assert.deepEqual(saidOf(id, text), said)
    })
  }
}

test('RB026: a kind that the configuration names is a workload as any other', () => {
  const kind = { group: 'apps.kruise.io', kind: 'CloneSet' }
  const said = (use: string, extraKinds: readonly GroupKind[]) => {
    const text = stream(
      workload({ metadata: YES, kind: 'CloneSet', apiVersion: 'apps.kruise.io/v1alpha1', use }),
      SECRET,
    )
    const { documents } = readDocuments([{ path: 'in.yaml', bytes: Buffer.from(text) }])
    const allowances = { isTrusted: () => false, allowedReaders: () => undefined }
    const input = {
      documents,
      minor: 37,
      namespace: undefined,
      extraKinds,
      hosts: [],
      managed: [],
      problems: [],
    }
    const facts = readPhaseFacts({ ...input, allowances })
    return found('RB026', facts).map(({ message }) => message)
  }
  assert.deepEqual(said(env('db'), [kind]), [])
  assert.deepEqual(said(env('other'), [kind]), [USES_NONE])
  assert.deepEqual(said(env('db'), []), [
    neither('it is of no kind that is known to roll its pods'),
  ])
})

const fixes: readonly [what: string, title: string][] = [
  ['no managed Secret', `remove annotation ${ASKS}`],
  ['a CronJob', `remove annotation ${ASKS}`],
  ['no workload at all', `remove annotation ${ASKS}`],
  ['the pod template', "move it to the workload's metadata"],
  ['a value that is not text', 'quote true'],
  ['a Rollout whose Deployment uses none', `remove annotation ${ASKS}`],
]

for (const [what, title] of fixes) {
  test(`RB026: ${what}: ${title}`, () => {
    const facts = factsOf(RB026.find(([each]) => each === what)?.[1] ?? '')
    const [{ fix } = {}] = found('RB026', facts)
    assert.ok(fix)
    assert.equal(fix.title, title)
    assert.equal(fix.isSafe, false)
    assert.deepEqual(found('RB026', factsOf(fixedText(facts, fix))), [])
  })
}
