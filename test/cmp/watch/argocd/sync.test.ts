// What is synced, and above all what is not: nothing that nobody deployed, nothing that is not ours.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArgoCdApi } from '../../../support/argocd-api.ts'
import type { FakeApplication } from '../../../support/argocd-application.ts'
import {
  fakeApplication,
  secretManifest,
  stampedManifest,
} from '../../../support/argocd-application.ts'
import { environmentId, failureOf, HOST, ID, setup } from './setup.ts'

const secret = { group: '', kind: 'Secret', namespace: 'apps', name: 'ours' }
const workload = { group: 'apps', kind: 'Deployment', namespace: 'apps', name: 'web' }
const outOfSync = (resource: object, more: object = {}) => ({
  version: 'v1',
  status: 'OutOfSync',
  ...resource,
  ...more,
})

function prepared(): FakeApplication {
  const application = fakeApplication('argocd/app', [
    secretManifest('ours', HOST, [environmentId('1')]),
    stampedManifest('web'),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'theirs' } },
  ])
  application.object.status.sync.status = 'OutOfSync'
  application.object.status.resources = [outOfSync(secret), outOfSync(workload)]
  return application
}

function syncs(api: ArgoCdApi): readonly unknown[] {
  return api.requestsOf('POST', /\/sync$/).map(({ body }) => body)
}

const REVISION = '0123456789abcdef0123456789abcdef01234567'
const body = { appNamespace: 'argocd', prune: false, resources: [secret, workload] }
type Change = (application: FakeApplication) => void
type Row = readonly [what: string, change: Change, expected: object | undefined]

const rows: readonly Row[] = [
  ['what the plugin rendered', () => {}, { ...body, revision: REVISION }],
  [
    'automated: without a revision, which Argo CD would refuse',
    ({ object }) => (object.spec.syncPolicy = { automated: {} }),
    body,
  ],
  [
    'automated, but not enabled',
    ({ object }) => (object.spec.syncPolicy = { automated: { enabled: false } }),
    { ...body, revision: REVISION },
  ],
  [
    'only what is OutOfSync',
    ({ object }) =>
      (object.status.resources = [{ ...secret, status: 'Synced' }, outOfSync(workload)]),
    { ...body, revision: REVISION, resources: [workload] },
  ],
  [
    'nothing of others',
    ({ object }) =>
      (object.status.resources = [
        outOfSync({ group: '', kind: 'ConfigMap', namespace: 'apps', name: 'theirs' }),
        outOfSync({ group: '', kind: 'Secret', namespace: 'apps', name: 'theirs' }),
        outOfSync({ ...secret, namespace: 'elsewhere' }),
        outOfSync({ ...secret, group: 'example.com' }),
      ]),
    undefined,
  ],
  [
    'neither deletes nor runs hooks',
    ({ object }) =>
      (object.status.resources = [
        outOfSync(secret, { requiresPruning: true }),
        outOfSync(workload, { hook: true }),
      ]),
    undefined,
  ],
  [
    'Argo CD leaves an empty group out',
    ({ object }) =>
      (object.status.resources = [
        { kind: 'Secret', namespace: 'apps', name: 'ours', status: 'OutOfSync' },
      ]),
    { ...body, revision: REVISION, resources: [secret] },
  ],
  [
    'a commit that nobody deployed',
    ({ object }) => (object.status.sync.revision = 'fedcba'),
    undefined,
  ],
  [
    'a source that nobody deployed',
    ({ object }) => (object.status.sync.comparedTo = { source: { repoURL: 'x', path: 'other' } }),
    undefined,
  ],
  ['nothing deployed yet', ({ object }) => (object.status.history = []), undefined],
  [
    'no history is kept: the last operation says it',
    ({ object: { status } }) => {
      const { source } = status.sync.comparedTo as { source: object }
      status.history = []
      status.operationState = {
        phase: 'Succeeded',
        syncResult: { revision: REVISION, source },
        operation: { sync: {} },
      }
    },
    { ...body, revision: REVISION },
  ],
  [
    'no history is kept: the last operation was of some objects only',
    ({ object: { status } }) => {
      const { source } = status.sync.comparedTo as { source: object }
      status.history = []
      status.operationState = {
        phase: 'Succeeded',
        syncResult: { revision: REVISION, source },
        operation: { sync: { resources: [secret] } },
      }
    },
    undefined,
  ],
  ['a hydrator', ({ object }) => (object.spec.sourceHydrator = {}), undefined],
  [
    'many sources',
    ({ object: { status } }) => {
      const sources = [{ repoURL: 'a' }, { repoURL: 'b' }]
      const revisions = ['aaa', 'bbb']
      status.sync = { status: 'OutOfSync', revisions, comparedTo: { source: {}, sources } }
      status.history = [{ id: 1, source: {}, sources, revisions }]
    },
    { ...body, revisions: ['aaa', 'bbb'], sourcePositions: [1, 2] },
  ],
  [
    'many sources, one newer',
    ({ object: { status } }) => {
      const sources = [{ repoURL: 'a' }, { repoURL: 'b' }]
      status.sync = {
        status: 'OutOfSync',
        revisions: ['aaa', 'ccc'],
        comparedTo: { source: {}, sources },
      }
      status.history = [{ id: 1, source: {}, sources, revisions: ['aaa', 'bbb'] }]
    },
    undefined,
  ],
]
for (const [what, change, expected] of rows) {
  test(`sync: ${what}`, async () => {
    const { api, argocd } = await setup()
    const application = prepared()
    change(application)
    api.applications.set('argocd/app', application)
    const count = await argocd.sync(ID)
    assert.deepEqual(syncs(api), expected === undefined ? [] : [expected])
    const resources = expected === undefined ? [] : (expected as { resources: object[] }).resources
    assert.equal(count, resources.length)
  })
}

test('a commit that changed nothing is synced to, once the cluster was seen to be like it', async () => {
  const { api, argocd } = await setup()
  const application = prepared()
  const { status } = application.object
  api.applications.set('argocd/app', application)
  status.sync.revision = 'fedcba'
  status.sync.status = 'Synced'
  await argocd.state(ID)
  status.sync.status = 'OutOfSync'
  assert.equal(await argocd.sync(ID), 2)
  assert.deepEqual(syncs(api), [{ ...body, revision: 'fedcba' }])
  // Something else was deployed since.
  status.operationState = { phase: 'Succeeded' }
  status.history = [{ id: 7, revision: 'other', source: {} }]
  assert.equal(await argocd.sync(ID), 0)
  // An Application that is gone is forgotten.
  status.history = []
  status.sync.status = 'Synced'
  await argocd.state(ID)
  api.applications.clear()
  await argocd.applications()
  api.applications.set('argocd/app', application)
  status.sync.status = 'OutOfSync'
  assert.equal(await argocd.sync(ID), 0)
})

const busy: readonly [what: string, change: Change][] = [
  ['asked for', ({ object }) => (object.operation = { sync: {} })],
  ['running', ({ object }) => (object.status.operationState = { phase: 'Running' })],
  ['being ended', ({ object }) => (object.status.operationState = { phase: 'Terminating' })],
]
for (const [what, change] of busy) {
  test(`an operation that is ${what}`, async () => {
    const { api, argocd } = await setup()
    const application = prepared()
    change(application)
    api.applications.set('argocd/app', application)
    assert.match(await failureOf(argocd.sync(ID)), /^outside: .* an operation is in progress/)
    assert.deepEqual(syncs(api), [])
  })
}

test('an operation that begins in between', async () => {
  const { api, argocd } = await setup()
  const application = prepared()
  api.applications.set('argocd/app', application)
  const { resources } = application.object.status
  Object.defineProperty(application.object.status, 'resources', {
    enumerable: true,
    get() {
      // As soon as the Application was answered.
      setImmediate(() => {
        application.object.operation = { sync: {} }
      })
      return resources
    },
  })
  assert.match(await failureOf(argocd.sync(ID)), /^outside: .* an operation is in progress/)
  assert.equal(syncs(api).length, 1)
})

test('an account that may not sync', async () => {
  const { api, argocd } = await setup()
  api.applications.set('argocd/app', prepared())
  api.maySync = false
  assert.match(await failureOf(argocd.sync(ID)), /^denied: .*\(403\).*applications, sync/)
})
