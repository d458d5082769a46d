import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stringsAt } from '../../../manifests/plain-value.ts'
import { plan } from '../../../render/plan.ts'
import type { Seen } from '../../../render/preview/snapshot.ts'
import { snapshotOf } from '../../../render/preview/snapshot.ts'
import { fingerprint, phaseSecret, previewState } from '../../support/preview-state.ts'
import { sampleGrants } from '../../support/sample-grants.ts'

const map = (name: string) => `kind: ConfigMap\napiVersion: v1\nmetadata: { name: ${name} }\n`

async function places(path: string, yaml: string, seen: Seen): Promise<string[]> {
  const files = [{ path, bytes: Buffer.from(yaml) }]
  const planned = await plan(files, { grants: sampleGrants() })
  return snapshotOf(planned, fingerprint, seen).flatMap(({ objects }) =>
    (objects ?? []).map(({ name, at }) => `${name} ${at?.file}:${at?.line}`),
  )
}

test('a document that both states have is read once, and each has its own place', async () => {
  const seen: Seen = new Map()
  const list = `apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: Pod, metadata: { name: p } }\n`
  const before = await places('old.yaml', `# one\n${map('a')}---\n${list}---\n${map('b')}`, seen)
  assert.deepEqual(before, ['a old.yaml:2', 'p old.yaml:9', 'b old.yaml:11'])
  assert.equal(seen.size, 3)
  const after = await places('new.yaml', `${map('c')}---\n${map('b')}---\n${list}`, seen)
  assert.deepEqual(after, ['c new.yaml:1', 'b new.yaml:5', 'p new.yaml:12'])
  assert.equal(seen.size, 4)
})

test('a Secret of placeholders names the host that a render would ask', async () => {
  const hosts = ['https://Phase.example/api/'] as const
  const { objects } = await previewState(phaseSecret('prod'), undefined, { hosts })
  const annotations = stringsAt(objects[0]?.content, 'metadata', 'annotations')
  assert.equal(annotations['secrets.phase.dev/host'], 'https://phase.example/api')
  assert.equal(annotations['secrets.phase.dev/environment-id'], '<id of prod>')
})
