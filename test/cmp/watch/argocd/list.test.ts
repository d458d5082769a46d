// The list of Applications: what is asked for, what is read of each, and what changes its origin.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ListedApplication } from '../../../../cmp/watch/model.ts'
import type { ApplicationObject, ArgoCdVersion } from '../../../support/argocd-application.ts'
import { fakeApplication } from '../../../support/argocd-application.ts'
import { setup } from './setup.ts'

async function listOf(
  change: (object: ApplicationObject) => void,
  version: ArgoCdVersion = '3.6',
): Promise<ListedApplication> {
  const { api, argocd } = await setup()
  api.version = version
  const application = fakeApplication('argocd/app')
  change(application.object)
  api.applications.set('argocd/app', application)
  const [listed] = await argocd.applications()
  assert.ok(listed)
  return listed
}

test('an Application of a plugin', async () => {
  const { origin, ...rest } = await listOf(() => {})
  assert.match(origin, /^[\w-]{16}$/)
  const createdAt = Date.parse('2026-01-02T03:04:05Z')
  assert.deepEqual(rest, {
    id: { namespace: 'argocd', name: 'app' },
    project: 'default',
    createdAt,
    mayUsePlugin: true,
  })
})

test('the project, as Argo CD takes it', async () => {
  for (const [said, taken] of [
    ['payments', 'payments'],
    ['', 'default'],
    [7, 'default'],
  ]) {
    const { project } = await listOf(({ spec }) => Object.assign(spec, { project: said }))
    assert.equal(project, taken)
  }
})

test('none, and those that the account does not see, are an empty list', async () => {
  const { argocd } = await setup()
  assert.deepEqual(await argocd.applications(), [])
})

test('projects and the selector are asked for, fields are chosen', async () => {
  const { api, argocd } = await setup({ projects: ['a', 'b c'], selector: 'team in (x,y)' })
  await argocd.applications()
  const [request] = api.requests
  assert.equal(request?.path, '/api/v1/applications')
  assert.deepEqual(request?.query.getAll('projects'), ['a', 'b c'])
  assert.equal(request?.query.get('selector'), 'team in (x,y)')
  assert.match(request?.query.get('fields') ?? '', /^items\.metadata\.name,(items\.[\w.]+,?)+$/)
  assert.equal(request?.userAgent, 'argocd-phase-plugin/test')
})

const exclusions: readonly [
  what: string,
  annotations: Record<string, string>,
  excluded?: string,
][] = [
  ['annotation', { 'secrets.phase.dev/watch': 'false' }, 'annotation'],
  ['the annotation says true', { 'secrets.phase.dev/watch': 'true' }],
  ['skip-reconcile', { 'argocd.argoproj.io/skip-reconcile': 'true' }, 'skip-reconcile'],
  ['skip-reconcile as Go has it', { 'argocd.argoproj.io/skip-reconcile': 'T' }, 'skip-reconcile'],
  [
    'skip-reconcile says yes, which Go does not know',
    { 'argocd.argoproj.io/skip-reconcile': 'yes' },
  ],
  ['skip-reconcile says false', { 'argocd.argoproj.io/skip-reconcile': 'false' }],
]
for (const [what, annotations, excluded] of exclusions) {
  test(`excluded: ${what}`, async () => {
    const listed = await listOf(({ metadata }) => {
      metadata.annotations = annotations
    })
    assert.equal(listed.excluded, excluded)
  })
}

test('excluded: being deleted, whatever its annotations say', async () => {
  const listed = await listOf(({ metadata }) => {
    metadata.deletionTimestamp = '2026-02-03T04:05:06Z'
    metadata.annotations = { 'secrets.phase.dev/watch': 'false' }
  })
  assert.equal(listed.excluded, 'deleted')
})

const git = { repoURL: 'https://git.example.com/a.git', path: 'a' }
const sources: readonly [what: string, spec: Record<string, unknown>, mayUsePlugin: boolean][] = [
  ['a plugin', { source: { ...git, plugin: {} } }, true],
  ['nothing said', { source: git }, true],
  ['Helm', { source: { ...git, helm: { valueFiles: ['a.yaml'] } } }, false],
  ['Helm with nested values', { source: { ...git, helm: { valuesObject: { a: {} } } } }, false],
  ['Helm that says nothing', { source: { ...git, helm: {} } }, true],
  ['Kustomize', { source: { ...git, kustomize: { namePrefix: 'x' } } }, false],
  ['a directory', { source: { ...git, directory: { recurse: true } } }, false],
  [
    'a directory as Go prints an empty one',
    { source: { ...git, directory: { jsonnet: {} } } },
    true,
  ],
  ['a chart, which a plugin may discover', { source: { repoURL: 'x', chart: 'c' } }, true],
  [
    'many, one a plugin',
    {
      sources: [
        { ...git, helm: { version: 'v3' } },
        { ...git, plugin: {} },
      ],
    },
    true,
  ],
  [
    'many, one of files only',
    {
      sources: [
        { ...git, helm: { version: 'v3' } },
        { repoURL: 'x', ref: 'v' },
      ],
    },
    false,
  ],
  ['a hydrator with a plugin', { sourceHydrator: { drySource: { ...git, plugin: {} } } }, true],
  [
    'a hydrator with Helm',
    { sourceHydrator: { drySource: { ...git, helm: { version: 'v3' } } } },
    false,
  ],
  ['no source at all', {}, false],
  ['a source that is a text', { source: 'x' }, false],
]
for (const [what, spec, mayUsePlugin] of sources) {
  test(`may use the plugin: ${what}: ${mayUsePlugin}`, async () => {
    const listed = await listOf((object) => {
      object.spec = { project: 'default', ...spec }
    })
    assert.equal(listed.mayUsePlugin, mayUsePlugin)
  })
}

type Change = (object: ApplicationObject) => void
const revision: Change = ({ status }) => {
  status.sync.revision = 'fedcba'
}
const many: Change = ({ spec, status }) => {
  delete spec.source
  spec.sources = [git]
  status.sync = { status: 'Synced', revision: '', revisions: ['a'] }
}
const finished: Change = ({ status }) => {
  status.operationState = { finishedAt: '2026-05-05T05:05:05Z' }
}
const outOfSync: Change = ({ status }) => {
  status.sync.status = 'OutOfSync'
}
const nothing: Change = () => {}
const origins: readonly [
  what: string,
  version: ArgoCdVersion,
  from: Change,
  to: Change,
  changes: boolean,
][] = [
  ['nothing', '3.6', nothing, nothing, false],
  ['the revision', '3.6', nothing, revision, true],
  ['the revision, not listed', '3.2', nothing, revision, false],
  ['the end of a sync, with a revision', '3.6', nothing, finished, false],
  ['the end of a sync, without one', '3.2', nothing, finished, true],
  ['out of sync, with a revision', '3.6', nothing, outOfSync, false],
  ['out of sync, without one', '3.2', nothing, outOfSync, true],
  ['the end of a sync of many sources', '3.6', many, finished, true],
  ['a source', '3.6', nothing, ({ spec }) => (spec.source = git), true],
  ['the destination', '3.2', nothing, ({ spec }) => (spec.destination = {}), true],
  ['the sync policy', '3.6', nothing, ({ spec }) => (spec.syncPolicy = { automated: {} }), false],
  ['an annotation', '3.6', nothing, ({ metadata }) => (metadata.annotations = { a: 'b' }), false],
]
for (const [what, version, from, to, changes] of origins) {
  test(`origin: ${what} of ${version} ${changes ? 'changes' : 'keeps'} it`, async () => {
    const one = await listOf(from, version)
    const other = await listOf((object) => {
      from(object)
      to(object)
    }, version)
    assert.equal(one.origin !== other.origin, changes)
  })
}

const names = [
  'argocd/Upper',
  'argocd/a b',
  'argocd/../x',
  'Upper/app',
  'a.b/app',
  'argocd/',
  '/app',
]
test('what is no name in Kubernetes is left out, the rest stays', async () => {
  const { api, argocd } = await setup()
  for (const key of [...names, 'team-a/my.app']) {
    const application = fakeApplication('x/y')
    const [namespace = '', ...name] = key.split('/')
    application.object.metadata.namespace = namespace
    application.object.metadata.name = name.join('/')
    api.applications.set(key, application)
  }
  const ids = (await argocd.applications()).map(({ id }) => id)
  assert.deepEqual(ids, [{ namespace: 'team-a', name: 'my.app' }])
})

test('an author who nests Helm values deeply spoils nothing', async () => {
  const depth = 9_000
  const valuesObject: unknown = JSON.parse(`${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`)
  const listed = await listOf(({ spec }) => {
    spec.source = { ...git, helm: { valuesObject } }
  })
  assert.equal(listed.mayUsePlugin, false)
})
