// The shipped `watch` against an argocd-server and a Phase on loopback: what is refreshed, what survives
// its end, how it ends, and what it never says. The real Argo CD is in test/argocd/watch*.test.ts.
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { QUOTED, TOKEN } from './support/argocd-api.ts'
import { ended, plugin, start } from './support/process.ts'
import type { WatchWorld } from './support/watch-process.ts'
import { bearerOf, startWatchWorld } from './support/watch-process.ts'

const VALUES = { Production: 'hunter2-prod', Staging: 'hunter2-stage', Shared: 'hunter2-shared' }
const USES = { web: ['Production'], api: ['Staging', 'Shared'], other: ['Staging'] }
const ENV = { PATH: process.env.PATH ?? '' }

let world: WatchWorld
before(async () => {
  world = await startWatchWorld(VALUES, USES)
})
after(() => world.close())

const once = (...more: readonly string[]) =>
  plugin(['watch', '--config', world.config, '--once', ...more], ENV)
/** What was refreshed by a task. */
async function refreshedBy(task: () => Promise<unknown>): Promise<readonly string[]> {
  const before = world.refreshed().length
  await task()
  return world.refreshed().slice(before).sort()
}

test('a dry run says what it would do, does nothing and keeps nothing', async () => {
  const refreshed = await refreshedBy(async () => {
    const { exitCode, stdout, stderr } = await once('--dry-run')
    assert.equal(exitCode, 0, stderr)
    assert.equal(stdout, '')
    for (const name of Object.keys(USES)) assert.match(stderr, new RegExp(`argocd/${name}\\b`))
  })
  assert.deepEqual(refreshed, [])
  assert.ok(!existsSync(world.stateFile))
})

test('without a state, what changed within a day is refreshed; then only what changes', async () => {
  assert.deepEqual(await refreshedBy(() => once()), ['api', 'other', 'web'])
  assert.equal(statSync(world.stateFile).mode & 0o777, 0o600)
  assert.deepEqual(await refreshedBy(() => once()), [])
  world.change({ Shared: 'hunter2-new' })
  assert.deepEqual(await refreshedBy(() => once()), ['api'])
  assert.deepEqual(await refreshedBy(() => once()), [])
})

test('Argo CD that does not answer is an error of --once, and nothing is lost', async () => {
  world.change({ Production: 'hunter2-next' })
  world.argocd.script.push('html')
  const { exitCode, stderr } = await once('--log-format', 'json')
  assert.equal(exitCode, 3, stderr)
  assert.doesNotMatch(stderr, new RegExp(QUOTED))
  assert.deepEqual(await refreshedBy(() => once()), ['web'])
})

test('Phase that rejects the token is an error of --once, said once', async () => {
  const { server } = world.argocd
  const { host, token } = world.phase
  const env = { ...ENV, ARGOCD_SERVER: server, ARGOCD_AUTH_TOKEN: TOKEN, PHASE_HOST: host }
  const wrong = { ...env, PHASE_SERVICE_TOKEN: `ServiceAccount ${'0'.repeat(64)}` }
  const { exitCode, stderr } = await plugin(['watch', '--once', '--dry-run'], wrong)
  assert.equal(exitCode, 3, stderr)
  assert.equal(stderr.match(/rejects the token/g)?.length, 1, stderr)
  const right = { ...env, PHASE_SERVICE_TOKEN: bearerOf(token) }
  assert.equal((await plugin(['watch', '--once', '--dry-run'], right)).exitCode, 0)
})

test('a long run: a change, a kill before its refresh, and an end by SIGTERM', async (context) => {
  const started = (child: ChildProcess) => {
    context.after(() => child.kill('SIGKILL'))
    return child
  }
  const first = started(
    start(
      ['watch', '--config', world.config, '--log-format', 'json', '--listen', '127.0.0.1:0'],
      ENV,
    ),
  )
  const log = linesOf(first)
  const { address } = await log.event('listening')
  await log.event('polled')
  assert.equal((await fetch(`${address}/readyz`)).status, 200)
  world.argocd.renderTime = 3_000
  world.change({ Staging: 'hunter2-killed' })
  await log.event('changed')
  const metrics = await (await fetch(`${address}/metrics`)).text()
  assert.match(metrics, /^phase_watch_pending 2$/m)
  for (const secret of confidential()) assert.ok(!metrics.includes(secret))
  first.kill('SIGKILL')
  await ended(first)
  world.argocd.renderTime = 0
  for (const { object } of world.argocd.applications.values()) {
    delete object.metadata.annotations['argocd.argoproj.io/refresh']
  }
  const refreshed = await refreshedBy(async () => {
    const second = started(start(['watch', '--config', world.config, '--log-format', 'json'], ENV))
    const again = linesOf(second)
    await again.event('done')
    second.kill('SIGTERM')
    const { exitCode } = await ended(second)
    assert.equal(exitCode, 0)
    for (const secret of confidential()) assert.ok(!`${log.text()}${again.text()}`.includes(secret))
  })
  assert.deepEqual(refreshed, ['api', 'other'])
  assert.deepEqual(JSON.parse(readFileSync(world.stateFile, 'utf8')).pending, [])
})

/** Every value, and the parts of the tokens. */
function confidential(): readonly string[] {
  return ['hunter2', TOKEN, ...world.phase.token.split(':').filter((part) => part.length > 16)]
}

interface Line {
  readonly event: string
  readonly address: string
}

/** A line that is no JSON is a fault, and shown. */
function parsed(line: string): Line {
  try {
    return JSON.parse(line) as Line
  } catch {
    throw new Error(`no JSON in the log: ${line}`)
  }
}

/** The log of a process: each line is parsed as it comes. */
function linesOf(child: ChildProcess) {
  let text = ''
  child.stderr?.on('data', (chunk) => {
    text += chunk
  })
  return {
    text: () => text,
    async event(name: string): Promise<Line> {
      for (let waited = 0; waited < 20_000; waited += 20) {
        const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
        const found = lines
          .filter((line) => line !== '')
          .map(parsed)
          .find(({ event }) => event === name)
        if (found !== undefined) return { ...found, address: `http://${found.address}` }
        await sleep(20)
      }
      throw new Error(`no event ${name} in:\n${text}`)
    },
  }
}
