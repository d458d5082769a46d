// What is left of an object in Git and one in a cluster. test/argocd/live.test.ts has what a real API server
// makes of real objects; here is what it would not do, or not always.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LiveOptions } from '../../../manifests/diff/live.ts'
import { comparable } from '../../../manifests/diff/live.ts'
import type { PlainMap } from '../../../manifests/plain-value.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const NONE: LiveOptions = { ignoredPointers: [], ignoredManagers: [] }
type Map = Record<string, unknown>

const configMap = (data: Map, metadata: Map = {}): Map => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...metadata },
  data,
})
const custom = (spec: unknown, metadata: Map = {}): Map => ({
  apiVersion: 'example.org/v1',
  kind: 'Widget',
  metadata: { name: 'a', ...metadata },
  spec,
})
const workload = (pod: Map): Map => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'a' },
  spec: { template: { spec: pod } },
})
/** The object with what was applied before, as client-side apply leaves it. */
const after = (object: PlainMap, applied: unknown): PlainMap => {
  const metadata = object.metadata as Map
  const text = typeof applied === 'string' ? applied : JSON.stringify(applied)
  const annotations = { ...(metadata.annotations as Map), [LAST_APPLIED]: text }
  return { ...object, metadata: { ...metadata, annotations } }
}
const managed = (fieldsV1: unknown, more: Map = {}): Map => ({
  managedFields: [
    { manager: 'argocd-controller', operation: 'Apply', apiVersion: 'v1', fieldsV1, ...more },
  ],
})

interface Case {
  readonly name: string
  readonly desired: PlainMap
  readonly live: PlainMap
  readonly options?: Partial<LiveOptions>
  /** What is left of the live object where it differs; absent: nothing differs. */
  readonly left?: PlainMap
}

const cases: readonly Case[] = [
  {
    name: 'a live field that nobody applied',
    desired: configMap({ a: '1' }),
    live: configMap({ a: '1', b: '2' }, { uid: 'u', resourceVersion: '1', generation: 1 }),
  },
  {
    name: 'a live field that was applied before',
    desired: configMap({ a: '1' }),
    live: after(configMap({ a: '1', b: '2' }), configMap({ b: 'x' })),
    left: configMap({ a: '1', b: '2' }),
  },
  {
    name: 'an annotation of the last apply that is no JSON',
    desired: configMap({ a: '1' }),
    live: after(configMap({ a: '1', b: '2' }), '{ no json'),
  },
  {
    name: 'a field that Argo CD has by server-side apply',
    desired: configMap({ a: '1' }),
    live: configMap({ a: '1', b: '2', c: '3' }, managed({ 'f:data': { 'f:b': {} } })),
    left: configMap({ a: '1', b: '2' }),
  },
  ...['Update', 'Apply'].flatMap((operation): Case[] => {
    const fields = { 'f:data': { 'f:b': {} } }
    const others = [
      { operation, manager: 'kubectl' },
      { operation, manager: 'kubectl-client-side-apply' },
      { operation: 'Update' },
      { operation, apiVersion: 'v0' },
      { operation, subresource: 'scale' },
    ]
    return others.map((more) => ({
      name: `a field of ${JSON.stringify(more)}`,
      desired: configMap({ a: '1' }),
      live: configMap({ a: '1', b: '2' }, managed(fields, more)),
    }))
  }),
  {
    name: 'an empty map that others filled',
    desired: configMap({}, { labels: {} }),
    live: configMap(
      {},
      { labels: { x: 'y' }, ...managed({ 'f:metadata': { 'f:labels': {} }, 'f:data': {} }) },
    ),
  },
  {
    name: 'a number and a bigint of one value',
    desired: custom({ size: 2n ** 60n }),
    live: custom({ size: 2 ** 60 }),
  },
  {
    name: 'a port and its text',
    desired: custom({ p: 80 }),
    live: custom({ p: '80' }),
    left: custom({ p: '80' }),
  },
  {
    name: 'a quantity in a custom resource',
    desired: custom({ resources: { limits: { cpu: '1000m' } } }),
    live: custom({ resources: { limits: { cpu: '1' } } }),
    left: custom({ resources: { limits: { cpu: '1' } } }),
  },
  {
    name: 'a quantity in the pod template of a Rollout',
    desired: {
      ...workload({ overhead: { cpu: '1000m' } }),
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
    },
    live: {
      ...workload({ overhead: { cpu: 1 } }),
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
    },
  },
  {
    name: 'a text that looks like a quantity',
    desired: configMap({ limits: '1000m', cpu: '1000m' }),
    live: configMap({ limits: '1', cpu: '1' }),
    left: configMap({ limits: '1', cpu: '1' }),
  },
  {
    name: 'an environment variable twice, in both',
    desired: workload({
      containers: [
        {
          name: 'c',
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        },
      ],
    }),
    live: workload({
      containers: [
        {
          name: 'c',
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        },
      ],
    }),
  },
  {
    name: 'an environment variable twice, in Git',
    desired: workload({
      containers: [
        {
          name: 'c',
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        },
      ],
    }),
    live: workload({ containers: [{ name: 'c', env: [{ name: 'A', value: '2' }] }] }),
    left: workload({ containers: [{ name: 'c', env: [{ name: 'A', value: '2' }] }] }),
  },
  {
    name: 'another order of containers',
    desired: workload({ containers: [{ name: 'a' }, { name: 'b' }] }),
    live: workload({ containers: [{ name: 'b' }, { name: 'injected' }, { name: 'a' }] }),
    left: workload({ containers: [{ name: 'b' }, { name: 'a' }] }),
  },
  {
    name: 'an item that was taken out of a list, with a default in it',
    desired: custom({ list: [{ n: 1 }] }),
    live: after(
      custom({
        list: [
          { n: 1, mode: 'on' },
          { n: 2, mode: 'on' },
        ],
      }),
      custom({ list: [{ n: 1 }, { n: 2 }] }),
    ),
    left: custom({ list: [{ n: 1 }, { n: 2 }] }),
  },
  {
    name: 'an item that somebody added to a list',
    desired: custom({ list: [{ n: 1 }] }),
    live: custom({ list: [{ n: 1 }, { n: 2 }] }),
    left: custom({ list: [{ n: 1 }, { n: 2 }] }),
  },
  {
    name: 'a finalizer of a controller',
    desired: configMap({}, { finalizers: ['a/b'] }),
    live: configMap({}, { finalizers: ['c/d', 'a/b'] }),
  },
  {
    name: 'a custom list whose managers have its items by keys',
    desired: custom({ list: [{ id: 2, x: 1 }] }),
    live: custom(
      { list: [{ id: 1 }, { id: 2, x: 1, y: 2 }] },
      managed(
        { 'f:spec': { 'f:list': { 'k:{"id":1}': { '.': {}, 'f:id': {} } } } },
        { manager: 'other', apiVersion: 'example.org/v1' },
      ),
    ),
  },
  {
    name: 'the label of Argo CD, which tracks by labels',
    desired: configMap({}, { labels: { 'app.kubernetes.io/instance': 'chart' } }),
    live: configMap({}, { labels: { 'app.kubernetes.io/instance': 'app' } }),
  },
  {
    name: 'the same label, where Argo CD tracks by annotations',
    desired: configMap({}, { labels: { 'app.kubernetes.io/instance': 'chart' } }),
    live: configMap(
      {},
      {
        labels: { 'app.kubernetes.io/instance': 'old' },
        annotations: { 'argocd.argoproj.io/tracking-id': 'app:/ConfigMap:n/a' },
      },
    ),
    left: configMap(
      {},
      {
        labels: { 'app.kubernetes.io/instance': 'old' },
        annotations: { 'argocd.argoproj.io/tracking-id': 'app:/ConfigMap:n/a' },
      },
    ),
  },
  {
    name: 'the namespace of what belongs to none',
    desired: custom({}, { namespace: 'x' }),
    live: custom({}),
  },
  {
    name: 'pointers into both, with escapes and indices',
    desired: custom({ 'a/b~c': 1, list: [{ x: 1 }, { x: 2 }] }),
    live: custom({ list: [{ x: 1 }, { x: 3 }] }),
    options: { ignoredPointers: ['/spec/a~1b~0c', '/spec/list/1/x', '/spec/list/-1', '', '/x'] },
  },
  {
    name: 'a list of a manager that is ignored',
    desired: workload({ containers: [{ name: 'c', args: ['a', 'b'] }] }),
    live: {
      ...workload({ containers: [{ name: 'c', args: ['z'] }] }),
      metadata: {
        name: 'a',
        ...managed(
          {
            'f:spec': {
              'f:template': {
                'f:spec': { 'f:containers': { 'k:{"name":"c"}': { 'f:args': {} } } },
              },
            },
          },
          { manager: 'tuner', operation: 'Update', apiVersion: 'apps/v1' },
        ),
      },
    },
    options: { ignoredManagers: ['tuner'] },
  },
]

for (const { name, desired, live, options, left } of cases) {
  test(`${name}: ${left === undefined ? 'no difference' : 'a difference'}`, () => {
    const pair = comparable(desired, live, { ...NONE, ...options })
    if (left === undefined) assert.deepEqual(pair.live, pair.desired)
    else {
      assert.notDeepEqual(pair.live, pair.desired)
      assert.deepEqual(pair.live, comparable(left, left, NONE).live)
    }
  })
}
