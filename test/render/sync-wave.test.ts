// In which wave a SealedSecret is applied, for the workloads beside it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mattersForWaves, setWaves } from '../../render/sync-wave.ts'
import { manifestObject } from '../support/manifest-object.ts'
import { secret } from '../support/stamping.ts'

const WAVE = 'argocd.argoproj.io/sync-wave'
const HOOK = 'argocd.argoproj.io/hook'

type Annotations = Readonly<Record<string, string>>
const containers = [{ name: 'c', envFrom: [{ secretRef: { name: 'shop-secret' } }] }]
const pod = { template: { spec: { containers } } }

/** A kind that runs pods, with these annotations, in this namespace. */
function user(annotations: Annotations, kind = 'Deployment', namespace?: string) {
  const apiVersion = /Job/.test(kind) ? 'batch/v1' : kind === 'Pod' ? 'v1' : 'apps/v1'
  const specs = { CronJob: { jobTemplate: { spec: pod } }, Pod: { containers } }
  const spec = kind === 'CronJob' || kind === 'Pod' ? specs[kind] : pod
  const metadata = { name: 'app', namespace, annotations }
  return manifestObject(JSON.stringify({ apiVersion, kind, metadata, spec }))
}

function home(annotations: Annotations, name = 'shop') {
  const metadata = { name, annotations }
  return manifestObject(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }))
}

interface Case {
  readonly objects: readonly ReturnType<typeof user>[]
  readonly own?: Annotations
  readonly plain?: true
  readonly want: string | undefined
  readonly says?: RegExp
}

const cases: Readonly<Record<string, Case>> = {
  'a workload without a wave is in wave 0': { objects: [user({})], want: '-1' },
  'the lowest wave, less one': {
    objects: [user({ [WAVE]: '5' }), user({ [WAVE]: '3' }, 'StatefulSet')],
    want: '2',
  },
  'what Argo CD cannot read is 0': { objects: [user({ [WAVE]: 'x1' })], want: '-1' },
  'a negative one': { objects: [user({ [WAVE]: '-4' })], want: '-5' },
  'Jobs, CronJobs and Pods use Secrets, too': {
    objects: [
      user({ [WAVE]: '9' }, 'Job'),
      user({ [WAVE]: '8' }, 'CronJob'),
      user({ [WAVE]: '7' }, 'Pod'),
    ],
    want: '6',
  },
  'nothing uses it': { objects: [], want: undefined },
  'the author says': { objects: [user({})], own: { [WAVE]: '4' }, want: '4' },
  'it leaves as it is': { objects: [user({})], plain: true, want: undefined },
  'a workload of another namespace': { objects: [user({}, 'Job', 'other')], want: undefined },
  'a workload of the same namespace, said': { objects: [user({}, 'Job', 'shop')], want: '-1' },
  'a hook of another phase': { objects: [user({ [HOOK]: 'PreSync' }, 'Job')], want: undefined },
  'a hook of the same phase': {
    objects: [user({ [HOOK]: 'PreSync, Sync', [WAVE]: '2' }, 'Job')],
    want: '1',
  },
  'a Secret that is a hook itself': {
    objects: [user({ [HOOK]: 'PreSync', [WAVE]: '2' }, 'Job'), user({ [WAVE]: '-9' })],
    own: { [HOOK]: 'PreSync' },
    want: '1',
  },
  "Helm's hooks": {
    objects: [user({ 'helm.sh/hook': 'pre-install', 'helm.sh/hook-weight': '-5' }, 'Job')],
    own: { [HOOK]: 'PreSync' },
    want: '-6',
  },
  'never before its Namespace': {
    objects: [user({}), home({})],
    want: '0',
    says: /its Namespace is in the wave of workloads that use it/,
  },
  'after an early Namespace': { objects: [user({}), home({ [WAVE]: '-1' })], want: '-1' },
  'another Namespace': { objects: [user({}), home({}, 'other')], want: '-1' },
}

for (const [name, { objects, own = {}, plain, want, says }] of Object.entries(cases)) {
  test(name, () => {
    const given = secret({
      annotations: own,
      sealed: plain ? undefined : { certificate: 'prod', scope: 'strict' },
    })
    const { secrets, problems } = setWaves({
      secrets: [given],
      objects,
      extraKinds: [],
      appNamespace: 'shop',
    })
    assert.equal(secrets.get(given)?.annotations[WAVE], want)
    assert.deepEqual(secrets.get(given)?.annotations, {
      ...own,
      ...(want !== undefined && { [WAVE]: want }),
    })
    assert.match(problems.map(({ message }) => message).join('\n'), says ?? /^$/)
    assert.ok(objects.every((object) => mattersForWaves(object, [])))
  })
}

test('what runs no pods is not looked into, unless the configuration names it', () => {
  const clone = manifestObject(
    '{"apiVersion": "apps.kruise.io/v1", "kind": "CloneSet", "metadata": {"name": "a"}}',
  )
  assert.ok(!mattersForWaves(clone, []))
  assert.ok(mattersForWaves(clone, [{ group: 'apps.kruise.io', kind: 'CloneSet' }]))
  assert.ok(
    !mattersForWaves(manifestObject('{"apiVersion": "v1", "kind": "Service", "metadata": {}}'), []),
  )
})
