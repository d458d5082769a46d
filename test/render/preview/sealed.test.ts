// Sealed output in a preview: shown and compared by its keys, never by ciphertext.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWithLive } from '../../../render/preview/live.ts'
import { compareStates, describeState } from '../../../render/preview/preview.ts'
import type { Policy } from '../../../render/tenancy/policy.ts'
import { fingerprint, phaseSecret, previewState } from '../../support/preview-state.ts'

const policy: Policy = {
  name: 'shop',
  match: {},
  allow: {
    apps: [{ name: '*' }],
    environments: [{ name: '*' }],
    argocdSecrets: false,
    sealed: { certificate: 'prod', scope: 'strict' },
  },
  redeployByDefault: false,
}
const inside = { application: { name: 'shop', namespace: 'shop' }, policies: [policy] }
const state = (values: Readonly<Record<string, string>>) =>
  previewState(phaseSecret('p'), { p: values }, inside)
const NOTE =
  'Sealed: Argo CD gets SealedSecrets in the place of web. They are shown as the Secrets that they become.'

test('a stream shows the Secret, and says that it is sealed', async () => {
  const { preview } = await describeState(await state({ A: 'fake-a' }), fingerprint, 'shop')
  assert.deepEqual(preview.notes, [NOTE])
  assert.match(preview.stream ?? '', /kind: Secret\n/)
  assert.ok(!preview.stream?.includes('encryptedData'))
  assert.ok(!preview.stream?.includes('fake-a'))
})

test('a change is one of its keys', async () => {
  const [before, after] = [await state({ A: 'fake-a', B: 'b' }), await state({ A: 'new', B: 'b' })]
  const preview = compareStates(before, after, 'shop')
  assert.deepEqual(
    preview.objects.map(({ kind, secret }) => [kind, secret?.keys.map((key) => key.change)]),
    [['Secret', ['changed', 'same']]],
  )
  assert.deepEqual(preview.notes, [NOTE])
})

test('the Secret that the controller made of it is the same', async () => {
  const head = await state({ A: 'fake-a' })
  const [object] = head.objects
  assert.ok(object !== undefined)
  const ours = Object.entries(
    (object.content.metadata as { annotations: Record<string, string> }).annotations,
  ).filter(([name]) => name.startsWith('secrets.phase.dev/'))
  const owner = { kind: 'SealedSecret', name: 'web', apiVersion: 'bitnami.com/v1alpha1', uid: 'u' }
  const live = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'web',
      namespace: 'shop',
      annotations: Object.fromEntries(ours),
      ownerReferences: [owner],
    },
    type: 'Opaque',
    data: { A: Buffer.from('fake-a').toString('base64') },
  }
  const found = new Map([
    [object, { object: live, options: { ignoredPointers: [], ignoredManagers: [] } }],
  ])
  const { base, head: reduced } = compareWithLive(head.objects, found, [], fingerprint)
  const side = { kind: 'live', label: 'cluster' } as const
  const preview = compareStates({ ...base, side }, { ...head, objects: reduced }, 'shop')
  assert.deepEqual(
    preview.objects.map(({ change, diff }) => [change, diff]),
    [['same', undefined]],
  )
})
