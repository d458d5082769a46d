// `preview --against live` against a real HTTP server on loopback; test/argocd has a real cluster.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '../../../cmp/cli.ts'
import type { Preview } from '../../../render/preview/model.ts'
import type { ClusterApi } from '../../support/cluster-api.ts'
import { startClusterApi } from '../../support/cluster-api.ts'
import { memoryIo } from '../../support/memory-io.ts'
import { phaseSecret } from '../../support/preview-state.ts'
import type { Ended } from '../../support/process.ts'
import { temporaryTree } from '../../support/tree.ts'

const map = (name: string, level: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { level },
})
const yaml = (...objects: object[]) => objects.map((each) => JSON.stringify(each)).join('\n---\n')
let api: ClusterApi

before(async () => {
  api = await startClusterApi()
  for (const name of ['kept', 'edited', 'gone']) {
    api.objects.set(`/api/v1/namespaces/default/configmaps/${name}`, map(name, 'info'))
  }
})
after(() => api.close())

async function live(files: Readonly<Record<string, string>>, ...more: string[]): Promise<Ended> {
  const { io, stdout, stderr } = memoryIo({ PATH: process.env.PATH })
  const kubeconfig = join(temporaryTree({ config: api.kubeconfig() }), 'config')
  const argv = ['preview', temporaryTree(files), '--against', 'live', '--kubeconfig', kubeconfig]
  const exitCode = await run([...argv, ...more], io)
  return { exitCode, stdout: stdout(), stderr: stderr() }
}

const changes = (text: string): string[] => {
  const { objects }: Preview = JSON.parse(text)
  return objects.map(({ kind, name, change }) => `${change} ${kind} ${name}`)
}

test('what differs; that nobody knows what is gone is said', async () => {
  const a = yaml(map('kept', 'info'), map('edited', 'debug'), map('new', 'info'))
  const { exitCode, stdout, stderr } = await live({ 'a.yaml': a }, '--format', 'json')
  assert.equal(exitCode, 0)
  assert.deepEqual(changes(stdout), [
    'same ConfigMap kept',
    'changed ConfigMap edited',
    'added ConfigMap new',
  ])
  assert.match(stderr, /^notice: objects that are no longer rendered are not shown as removed$/m)
  assert.match(stderr, /^ {2}hint: --app FILE/m)
})

test('a generated name is always a new object; a name that ends in a star is a name', async () => {
  const path = '/api/v1/namespaces/default/configmaps/any*'
  api.objects.set(path, map('any*', 'info'))
  const job = { ...map('', 'info'), metadata: { generateName: 'job-' } }
  const { stdout } = await live({ 'a.yaml': yaml(map('any*', 'info'), job) }, '--format', 'json')
  assert.deepEqual(changes(stdout), ['same ConfigMap any*', 'added ConfigMap job-*'])
  assert.ok(api.requests.includes(`GET ${path}`))
})

test('a Secret that Phase was not asked for is not asked of the cluster, and may differ', async () => {
  const asked = api.requests.length
  const { exitCode, stdout } = await live({ 'a.yaml': phaseSecret('prod') }, '--format', 'json')
  assert.deepEqual([exitCode, changes(stdout)], [0, ['unknown Secret web']])
  assert.deepEqual(
    api.requests.slice(asked).filter((each) => each.includes('secrets')),
    [],
  )
  assert.equal((await live({ 'a.yaml': phaseSecret('prod') }, '--exit-code')).exitCode, 1)
})

test('what may not be read is an outside fault beside all the rest', async () => {
  api.script.set('/api/v1/namespaces/default/configmaps/kept', [403])
  const a = yaml(map('kept', 'info'), map('edited', 'debug'))
  const { exitCode, stdout, stderr } = await live(
    { 'a.yaml': a },
    '--format',
    'json',
    '--exit-code',
  )
  assert.equal(exitCode, 3)
  assert.deepEqual(changes(stdout), ['unknown ConfigMap kept', 'changed ConfigMap edited'])
  assert.match(stderr, /kept: the verb get on configmaps in namespace default is forbidden/)
})
