// What manifests/rbac takes for a role or binding, and what the real API server takes for one, is the
// same: random small mistakes, each sent to it as a dry run.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { KubeClient } from './support/kube-client.ts'
import { startCluster } from './support/kubernetes.ts'
import { processesIn } from './support/processes.ts'
import { broken } from './support/rbac-broken.ts'
import { inBatches, pathOf, readObjects } from './support/rbac-cluster.ts'
import type { RbacObject } from './support/rbac-worlds.ts'
import { NAMESPACES } from './support/rbac-worlds.ts'
import { requireOwnNetwork, temporaryFolder } from './support/setting.ts'

const SEED = 1
const OBJECTS = 3000

requireOwnNetwork()
const { path: folder, remove } = temporaryFolder()
const processes = processesIn(join(folder, 'logs'))
let admin: KubeClient

before(async () => {
  admin = (await startCluster(processes, folder)).admin
  await admin.request('POST', '/api/v1/namespaces', { metadata: { name: NAMESPACES[0] } })
})
after(async () => {
  await processes.end()
  remove()
})

test(`what is invalid, seed ${SEED}`, async (context) => {
  const objects = fc.sample(broken, { seed: SEED, numRuns: OBJECTS })
  const verdicts = await inBatches(objects, verdictOf)
  const wrong = objects.flatMap((object, index) => {
    const verdict = verdicts[index]
    const isOurs = isAccepted(object)
    return isOurs === (verdict?.status === 201) ? [] : [{ object, isOurs, ...verdict }]
  })
  const accepted = verdicts.filter(({ status }) => status === 201).length
  context.diagnostic(`${objects.length} objects, ${accepted} accepted`)
  const shown = wrong.slice(0, 20).map((each) => JSON.stringify(each))
  assert.deepEqual(shown, [], `${wrong.length} verdicts differ`)
  assert.ok(accepted > OBJECTS / 10 && accepted < OBJECTS * 0.9, 'both verdicts were there')
})

test('the removed versions are not served', async () => {
  for (const version of ['v1beta1', 'v1alpha1']) {
    const { status } = await admin.request('GET', `/apis/rbac.authorization.k8s.io/${version}`)
    assert.equal(status, 404, version)
  }
})

async function verdictOf(object: RbacObject): Promise<{ status: number; text: string }> {
  const place = pathOf(object.kind, NAMESPACES[0])
  const { status, text } = await admin.request('POST', `${place}?dryRun=All`, object)
  assert.ok(status === 201 || (status >= 400 && status < 500), `${status} ${text}`)
  return { status, text: status === 201 ? '' : text }
}

function isAccepted(object: RbacObject): boolean {
  const { roles, bindings } = readObjects([object]).objects
  return roles.length + bindings.length === 1
}
