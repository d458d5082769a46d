// How the shipped `watch` ends while something is under way, and a stderr that nobody reads.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Misbehaviour } from './support/argocd-api.ts'
import { ended, plugin, start } from './support/process.ts'
import type { WatchWorld } from './support/watch-process.ts'
import { startWatchWorld } from './support/watch-process.ts'

const ENV = { PATH: process.env.PATH ?? '' }

async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; waited < 20_000 && !isSo(); waited += 20) await sleep(20)
  assert.ok(isSo(), 'it never happened')
}

const moments: Record<string, (world: WatchWorld) => { hang?: Misbehaviour; when(): boolean }> = {
  'a refresh': (world) => {
    world.argocd.renderTime = 60_000
    return { when: () => world.refreshed().length === 2 }
  },
  'a list': ({ argocd }) => ({ hang: 'hang', when: () => argocd.requests.length === 1 }),
}

for (const [name, prepare] of Object.entries(moments)) {
  test(`SIGTERM during ${name}: the end within seconds, nothing has failed, what waits is saved`, async (context) => {
    const world = await startWatchWorld({ One: 'a', Two: 'b' }, { web: ['One'], api: ['Two'] })
    context.after(() => world.close())
    const { hang, when } = prepare(world)
    if (hang !== undefined) world.argocd.script.push(hang)
    const child = start(['watch', '--config', world.config, '--log-format', 'json'], ENV)
    const end = ended(child)
    await until(when)
    await sleep(200)
    const before = performance.now()
    child.kill('SIGTERM')
    const { exitCode, stderr } = await end
    assert.ok(performance.now() - before < 5_000)
    assert.equal(exitCode, 0, stderr)
    const events = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string })
      .map(({ event }) => event)
    assert.equal(events.at(-1), 'stopping')
    assert.ok(!events.some((event) => event.endsWith('-failed')), stderr)
    const { pending } = JSON.parse(readFileSync(world.stateFile, 'utf8')) as { pending: unknown[] }
    assert.equal(pending.length, name === 'a refresh' ? 2 : 0)
  })
}

for (const [name, prepare] of Object.entries(moments)) {
  test(`SIGTERM during ${name} of --once: it is over, and that is no fault`, async (context) => {
    const world = await startWatchWorld({ One: 'a', Two: 'b' }, { web: ['One'], api: ['Two'] })
    context.after(() => world.close())
    const { hang, when } = prepare(world)
    if (hang !== undefined) world.argocd.script.push(hang)
    const child = start(['watch', '--config', world.config, '--once'], ENV)
    const end = ended(child)
    await until(when)
    child.kill('SIGTERM')
    const { exitCode, stderr } = await end
    assert.equal(exitCode, 143, stderr)
    assert.doesNotMatch(stderr, /error|fail/)
  })
}

test('what nobody reads of stderr is not kept without end', async () => {
  const unread = (bytes: number) =>
    `--import=data:text/javascript,Object.defineProperty(process.stderr,'writableLength',{value:${bytes}})`
  const say = (bytes: number) =>
    plugin(['watch', '--once'], { ...ENV, NODE_OPTIONS: unread(bytes) })
  assert.match((await say(1000)).stderr, /no Argo CD server is configured/)
  const { exitCode, stderr } = await say(2_000_000)
  assert.equal(stderr, '')
  assert.equal(exitCode, 2)
})
