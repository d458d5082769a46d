// One Application: its state, a hard refresh of it, its sync windows, the environments that it uses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApplicationState } from '../../../../cmp/watch/model.ts'
import { MOST_ENVIRONMENTS } from '../../../../cmp/watch/model.ts'
import type { ApplicationObject } from '../../../support/argocd-application.ts'
import {
  fakeApplication,
  secretManifest,
  stampedManifest,
} from '../../../support/argocd-application.ts'
import { environmentId, failureOf, HOST, ID, setup } from './setup.ts'

const plain: ApplicationState = {
  reconciledAt: '2026-01-02T03:05:06Z',
  isRefreshing: false,
  syncStatus: 'Synced',
  healsItself: false,
}
const heals = { automated: { selfHeal: true } }
const condition = (type: string) => ({ type, message: 'leaked-body-value' })
type Change = (object: ApplicationObject) => void
const states: readonly [what: string, change: Change, expected: Partial<ApplicationState>][] = [
  ['as it is', () => {}, {}],
  [
    'refreshing',
    ({ metadata }) => (metadata.annotations = { 'argocd.argoproj.io/refresh': 'normal' }),
    { isRefreshing: true },
  ],
  ['OutOfSync', ({ status }) => (status.sync.status = 'OutOfSync'), { syncStatus: 'OutOfSync' }],
  [
    'an unheard-of status',
    ({ status }) => (status.sync.status = 'leaked-body-value'),
    { syncStatus: 'Unknown' },
  ],
  ['selfHeal', ({ spec }) => (spec.syncPolicy = heals), { healsItself: true }],
  ['automated without it', ({ spec }) => (spec.syncPolicy = { automated: {} }), {}],
  [
    'automated, but not enabled',
    ({ spec }) => (spec.syncPolicy = { automated: { selfHeal: true, enabled: false } }),
    {},
  ],
  [
    'automated, enabled',
    ({ spec }) => (spec.syncPolicy = { automated: { selfHeal: true, enabled: true } }),
    { healsItself: true },
  ],
  [
    'a comparison that fails',
    ({ status }) => (status.conditions = [condition('ComparisonError')]),
    { failure: 'ComparisonError' },
  ],
  [
    'an invalid spec',
    ({ status }) => (status.conditions = [condition('InvalidSpecError')]),
    { failure: 'InvalidSpecError' },
  ],
  ['a sync that fails', ({ status }) => (status.conditions = [condition('SyncError')]), {}],
  [
    'a condition of no type that we know',
    ({ status }) => (status.conditions = [condition('leaked-body-value')]),
    {},
  ],
]
for (const [what, change, expected] of states) {
  test(`state: ${what}`, async () => {
    const { api, argocd } = await setup()
    const application = fakeApplication('argocd/app')
    change(application.object)
    api.applications.set('argocd/app', application)
    assert.deepEqual(await argocd.state(ID), { ...plain, ...expected })
    assert.equal(api.requests[0]?.query.get('refresh'), null)
  })
}

test('before the first comparison, and with a time that is none', async () => {
  const { api, argocd } = await setup()
  const application = fakeApplication('argocd/app')
  api.applications.set('argocd/app', application)
  for (const reconciledAt of [undefined, 'leaked-body-value']) {
    application.object.status.reconciledAt = reconciledAt
    assert.ok(!('reconciledAt' in (await argocd.state(ID))))
  }
})

test('a hard refresh renders, and answers when that is done', async () => {
  const { api, argocd } = await setup()
  api.applications.set('argocd/app', fakeApplication('argocd/app'))
  api.renderTime = 100
  api.onRender = ({ object }) => {
    object.status.sync.status = 'OutOfSync'
  }
  const refresh = argocd.hardRefresh(ID)
  while (api.requests.length === 0) await new Promise<void>((resolve) => setImmediate(resolve))
  assert.equal((await argocd.state(ID)).isRefreshing, true)
  const { reconciledAt = '', syncStatus, isRefreshing } = await refresh
  assert.ok(Date.parse(reconciledAt) > Date.parse(plain.reconciledAt ?? ''))
  assert.deepEqual([syncStatus, isRefreshing], ['OutOfSync', false])
  assert.equal(api.requests[0]?.query.get('appNamespace'), 'argocd')
})

test('an Application in another namespace', async () => {
  const { api, argocd } = await setup()
  api.applications.set('team/app', fakeApplication('team/app'))
  await argocd.state({ namespace: 'team', name: 'app' })
  assert.match(await failureOf(argocd.state(ID)), /^denied: /)
})

const [allow, deny] = [{ kind: 'allow' }, { kind: 'deny', manualSync: true }]
const windows: readonly [what: string, active: object[], assigned: object[], isOpen: boolean][] = [
  ['no windows', [], [], true],
  ['an active allow', [allow], [allow], true],
  ['an allow that is not active', [], [allow], false],
  ['an active deny, whatever a person may do', [deny], [deny], false],
  ['a deny that is not active', [], [deny], true],
  ['both active', [allow, deny], [allow, deny], false],
  ['an active allow, and one that is not', [allow], [allow, allow], true],
  ['neither active', [], [allow, deny], false],
]
for (const [what, activeWindows, assignedWindows, isOpen] of windows) {
  test(`windows: ${what}: ${isOpen ? 'open' : 'closed'}`, async () => {
    const { api, argocd } = await setup()
    const application = fakeApplication('argocd/app')
    application.windows = { canSync: true, activeWindows, assignedWindows }
    api.applications.set('argocd/app', application)
    assert.equal(await argocd.isWindowOpen(ID), isOpen)
  })
}

const [one, two, three] = [environmentId('1'), environmentId('2'), environmentId('3')]
const sealed = {
  ...secretManifest('c', HOST, [three]),
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
}
const odd = { toString: 1, valueOf: 1 }
const uses: readonly [what: string, manifests: (object | string)[], expected: object[]][] = [
  ['nothing', [], []],
  ['nothing of ours', [{ kind: 'ConfigMap' }, stampedManifest('web')], []],
  ['a Secret', [secretManifest('a', HOST, [one])], [{ host: HOST, environmentId: one }]],
  [
    'references, and an interval in milliseconds',
    [secretManifest('a', HOST, [one, two], 30)],
    [one, two].map((id) => ({ host: HOST, environmentId: id, pollingInterval: 30_000 })),
  ],
  ['a SealedSecret', [sealed], [{ host: HOST, environmentId: three }]],
  [
    'each once, the shortest interval wins and comes first',
    [
      secretManifest('a', HOST, [one]),
      secretManifest('b', HOST, [two], 60),
      secretManifest('c', HOST, [two], 30),
      secretManifest('d', HOST, [two], 90),
    ],
    [
      { host: HOST, environmentId: two, pollingInterval: 30_000 },
      { host: HOST, environmentId: one },
    ],
  ],
  [
    'another kind with our annotations',
    [{ ...secretManifest('a', HOST, [one]), kind: 'ConfigMap' }],
    [],
  ],
  ['texts that are no JSON', ['{"secrets.phase.dev/', '"secrets.phase.dev/"', 'null'], []],
  [
    'objects that cannot be made a text',
    [
      {
        apiVersion: odd,
        kind: odd,
        metadata: { name: odd, annotations: { 'secrets.phase.dev/host': odd } },
      },
    ],
    [],
  ],
]
for (const [what, manifests, expected] of uses) {
  test(`environments: ${what}`, async () => {
    const { api, argocd } = await setup()
    api.applications.set('argocd/app', fakeApplication('argocd/app', manifests))
    assert.deepEqual(await argocd.environments(ID), expected)
    assert.deepEqual(api.requests[0]?.query.toString(), 'appNamespace=argocd', 'from the cache')
  })
}

test('environments: a failing render', async () => {
  const { api, argocd } = await setup()
  api.applications.set('argocd/app', fakeApplication('argocd/app', 'failing'))
  assert.match(await failureOf(argocd.environments(ID)), /^unrendered: .* the render fails/)
})

test('environments: one Application cannot fill our memory', async () => {
  const { api, argocd } = await setup()
  const manifests = Array.from({ length: 1000 }, (_, index) => {
    const id = `${index}`.padStart(12, '0')
    return secretManifest(`s${index}`, HOST, [`00000000-0000-4000-8000-${id}`])
  })
  api.applications.set('argocd/app', fakeApplication('argocd/app', manifests))
  assert.equal((await argocd.environments(ID)).length, MOST_ENVIRONMENTS)
})
