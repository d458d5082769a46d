// Time: the plugin's own limit comes before Argo CD's, and whatever ends a render leaves no process.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { errorOf } from './support/errors.ts'
import { findLeaks, writtenPlaces } from './support/leaks.ts'
import { phaseSecret } from './support/manifests.ts'
import type { Values } from './support/phase.ts'
import { secretValue } from './support/phase.ts'
import { livingProcesses, processesWith } from './support/processes.ts'
import type { AppSource } from './support/repo-server.ts'
import type { Stack } from './support/stack.ts'
import { PLUGIN, pluginConfig, startStack } from './support/stack.ts'
import { waitFor } from './support/wait.ts'

const values: Values = { Production: { API_KEY: secretValue('api-key') } }
const hard = { noCache: true }
/** Longer than anything here waits. */
const silence = [{ effect: 'latency', milliseconds: 600_000 }] as const
/** Seconds. At its deadline Argo CD kills the plugin, and its group after five more. */
const GONE_WITHIN = 10
const running = (): readonly number[] => processesWith('argocd-phase-plugin generate')
let stack: Stack
let source: AppSource
/** All processes, while nothing renders. */
let idle: ReadonlySet<number>

before(async () => {
  stack = await startStack(values)
  const revision = stack.repository.commit({ 'shop/secret.yaml': phaseSecret('shop') })
  const { url } = stack.repository
  source = { app: 'shop', url, revision, path: 'shop', plugin: PLUGIN }
  const env = { ...stack.phase.env, PHASE_TIMEOUT: '2' }
  await stack.addSidecar({ name: 'hasty', config: pluginConfig('hasty'), env })
  await stack.repoServer.generate(source, hard)
  idle = livingProcesses()
  stack.phase.serve(values, silence)
})
after(() => stack.end())

/** Neither the plugin nor anything it may have started is there any more. */
async function assertGone(): Promise<void> {
  await waitFor(
    'nothing of the render is left',
    () => [...livingProcesses()].every((pid) => idle.has(pid)),
    GONE_WITHIN,
  )
}

test("a limit of the plugin's own ends the render with its words", async () => {
  const shown = await errorOf(
    stack.repoServer.generate({ ...source, plugin: 'hasty' }, { ...hard, seconds: 30 }),
  )
  assert.match(shown, /failed exit status 3: error: .*within/)
  assert.match(shown, /PHASE_TIMEOUT/)
  await assertGone()
})

test('with the settings as they come, that is before the 60 seconds of Argo CD', async () => {
  const shown = await errorOf(stack.repoServer.generate(source, { ...hard, seconds: 60 }))
  assert.match(shown, /failed exit status 3: error: .*within/)
  await assertGone()
})

test('a render past its deadline is killed, and leaves no process', async () => {
  const failure = errorOf(stack.repoServer.generate(source, { ...hard, seconds: 3 }))
  await waitFor('the plugin', () => running().length > 0)
  assert.match(await failure, /deadline|DeadlineExceeded|signal: killed/i)
  await assertGone()
})

test('a render that is cancelled is killed, and leaves no process', async () => {
  const abort = new AbortController()
  const failure = errorOf(stack.repoServer.generate(source, { ...hard, signal: abort.signal }))
  await waitFor('the plugin', () => running().length > 0)
  abort.abort()
  assert.match(await failure, /cancel/i)
  await assertGone()
})

test('afterwards all is as before', async () => {
  stack.phase.serve(values)
  const { manifests } = await stack.repoServer.generate(source, hard)
  assert.equal(manifests.length, 1)
})

test('no log holds a value, and Redis only in the manifest cache', async () => {
  const places = await writtenPlaces(stack.processes)
  const leaks = findLeaks(places, stack.phase.confidential())
  assert.ok(leaks.length > 0)
  assert.deepEqual(
    leaks.filter((leak) => !leak.startsWith('redis mfst|')),
    [],
  )
})
