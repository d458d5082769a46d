import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PreviewWorkload } from '../../../render/preview/model.ts'
import { compareStates } from '../../../render/preview/preview.ts'
import type { Workload } from '../../support/preview-state.ts'
import { deployment, phaseSecret, previewState } from '../../support/preview-state.ts'

type Values = Readonly<Record<string, string>>
interface Side {
  readonly values: Values
  readonly workload?: Workload
  readonly kind?: string
}

async function workload(before: Side, after: Side): Promise<PreviewWorkload | undefined> {
  const state = ({ values, workload: options, kind = 'Deployment' }: Side) =>
    previewState(phaseSecret('prod') + deployment(options).replace('Deployment', kind), {
      prod: values,
    })
  const { objects } = compareStates(await state(before), await state(after), undefined)
  return objects.find(({ name, kind }) => name === 'web' && kind !== 'Secret')?.workload
}

const one = { A: '1', B: '2' }
const changedA = { A: 'x', B: '2' }
const reasonA = { secret: 'web', key: 'A', change: 'changed' } as const

const cases: readonly {
  name: string
  before: Side
  after: Side
  want: Partial<PreviewWorkload>
}[] = [
  {
    name: 'nothing changes',
    before: { values: one },
    after: { values: one },
    want: { rolls: 'no', because: [], missed: [] },
  },
  {
    name: 'a key it reads changes',
    before: { values: one, workload: { key: 'A' } },
    after: { values: changedA, workload: { key: 'A' } },
    want: { rolls: 'yes', because: [reasonA], missed: [] },
  },
  {
    name: 'a key that it does not read changes',
    before: { values: one, workload: { key: 'B' } },
    after: { values: changedA, workload: { key: 'B' } },
    want: { rolls: 'no', because: [], missed: [] },
  },
  {
    name: 'it reads all keys',
    before: { values: one },
    after: { values: changedA },
    want: { rolls: 'yes', because: [reasonA], uses: [{ secret: 'web', keys: 'all' }] },
  },
  {
    name: 'it has not opted in: its pods keep the old value',
    before: { values: one, workload: { stamped: false } },
    after: { values: changedA, workload: { stamped: false } },
    want: { rolls: 'no', because: [], missed: [reasonA], isStamped: false },
  },
  {
    name: 'it has not opted in, but its image changes',
    before: { values: one, workload: { stamped: false } },
    after: { values: changedA, workload: { stamped: false, image: 'web:2' } },
    want: {
      rolls: 'yes',
      because: [{ pointer: '/spec/template/spec/containers/0/image' }],
      missed: [],
    },
  },
  {
    name: 'it opts in',
    before: { values: one, workload: { stamped: false } },
    after: { values: one, workload: { stamped: true } },
    want: { rolls: 'yes', because: [{ pointer: '/spec/template/metadata' }] },
  },
  {
    name: 'a StatefulSet that waits until somebody deletes its pods',
    before: {
      values: one,
      kind: 'StatefulSet',
      workload: { more: 'updateStrategy: { type: OnDelete }' },
    },
    after: {
      values: changedA,
      kind: 'StatefulSet',
      workload: { more: 'updateStrategy: { type: OnDelete }' },
    },
    want: { rolls: 'on-delete', because: [reasonA] },
  },
  {
    name: 'a ReplicaSet leaves its pods alone',
    before: { values: one, kind: 'ReplicaSet' },
    after: { values: changedA, kind: 'ReplicaSet' },
    want: { rolls: 'on-delete', because: [reasonA] },
  },
  {
    name: 'a Job is never rolled, whatever changes in its template',
    before: { values: one, kind: 'Job', workload: { stamped: false } },
    after: { values: changedA, kind: 'Job', workload: { stamped: false, image: 'web:2' } },
    want: { rolls: 'no', because: [], missed: [] },
  },
  {
    name: 'a Job that keeps its template does not see a changed key',
    before: { values: one, kind: 'Job', workload: { stamped: false } },
    after: { values: changedA, kind: 'Job', workload: { stamped: false } },
    want: { rolls: 'no', because: [], missed: [reasonA] },
  },
  {
    name: 'its replicas change',
    before: { values: one, workload: { more: 'replicas: 1' } },
    after: { values: one, workload: { more: 'replicas: 2' } },
    want: { rolls: 'no', because: [], missed: [] },
  },
]

for (const { name, before, after, want } of cases) {
  test(`rolls: ${name}`, async () => {
    const found = await workload(before, after)
    assert.deepEqual({ ...found, ...want }, found)
  })
}

test('a new workload does not roll', async () => {
  const base = await previewState(phaseSecret('prod'), { prod: one })
  const head = await previewState(phaseSecret('prod') + deployment(), { prod: changedA })
  const { objects } = compareStates(base, head, undefined)
  const web = objects.find(({ kind }) => kind === 'Deployment')
  assert.deepEqual([web?.change, web?.workload?.rolls], ['added', 'no'])
})
