// Poller, credentials, dev-server and the real clock together: what happens at Phase is noticed, and
// nothing of a token is said about it.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WatchEvent } from '../../../../cmp/watch/events.ts'
import type { Sighting, WatchClock } from '../../../../cmp/watch/model.ts'
import { pollOnce, pollPhase } from '../../../../cmp/watch/phase/poller.ts'
import { systemClock } from '../../../../render/phase/retry.ts'
import { TUNING } from './fake-credentials.ts'
import {
  devServer,
  ENVIRONMENTS,
  folder,
  open,
  restForm,
  storeOf,
  write,
} from './real-credentials.ts'

const clock: WatchClock = { ...systemClock, wall: Date.now }
const tuning = {
  ...TUNING,
  interval: { standard: 100, shortest: 50, longest: 1000 },
  requestsPerMinute: 60_000,
}

/** Polls in the background. */
function start(credentials: ReturnType<typeof open>) {
  const controller = new AbortController()
  const events: WatchEvent[] = []
  const latest = new Map<string, string>()
  const polling = pollPhase({
    credentials: credentials.list,
    intervalOf: () => 50,
    seen: (_, sightings: readonly Sighting[]) => {
      for (const each of sightings) latest.set(each.environmentId, each.updatedAt)
    },
    observe: (event) => events.push(event),
    clock,
    tuning,
    signal: controller.signal,
  })
  return {
    events,
    latest,
    async until(condition: () => boolean): Promise<void> {
      const end = performance.now() + 20_000
      while (!condition()) {
        assert.ok(
          performance.now() < end,
          JSON.stringify(events.filter(({ type }) => type !== 'polled')),
        )
        await sleep(5)
      }
    },
    async end(): Promise<void> {
      controller.abort()
      await polling
    },
  }
}

test('a change arrives, a revoked token is said once and heals by its file, Phase goes and comes', async () => {
  const directory = folder()
  const server = await devServer()
  const file = write(join(directory, 'team/phase/token'), server.tokens.part ?? '')
  write(join(directory, 'other/phase/token'), restForm(server.token))
  const on = start(open([{ host: server.host, token: { directory } }]))
  const count = (type: WatchEvent['type'], credential?: string) =>
    on.events.filter(
      (event) =>
        event.type === type &&
        (credential === undefined || Reflect.get(event, 'credential') === credential),
    ).length
  try {
    await on.until(() => on.latest.size === 2)
    const before = new Map(on.latest)
    server.update(storeOf('another'))
    await on.until(() => on.latest.get(ENVIRONMENTS[0] ?? '') !== before.get(ENVIRONMENTS[0] ?? ''))
    assert.equal(on.latest.get(ENVIRONMENTS[1] ?? ''), before.get(ENVIRONMENTS[1] ?? ''))

    writeFileSync(file, server.tokens.gone ?? '')
    await on.until(() => count('poll-failed', 'team/phase') === 1)
    writeFileSync(file, `${server.tokens.part}\n`)
    await on.until(() => count('poll-recovered', 'team/phase') === 1)

    const faults = 'faults: [{ effect: status, status: 503, endpoint: tokens, times: 4 }]'
    server.update(`${storeOf('another')}\n${faults}`)
    await on.until(() => count('poll-recovered') === 3)

    rmSync(join(directory, 'team'), { recursive: true })
    await sleep(200)
    const polled = count('polled', 'team/phase')
    await sleep(300)
    assert.equal(count('polled', 'team/phase'), polled)
  } finally {
    await on.end()
  }
  const said = JSON.stringify(on.events)
  for (const token of Object.values(server.tokens)) {
    for (const part of token.split(':').slice(2)) assert.ok(!said.includes(part))
  }
  assert.ok(server.requests().every(({ endpoint }) => endpoint === 'tokens'))
})

test('once: every credential, one of them in trouble for a moment', async () => {
  const faults = [{ effect: 'drop', endpoint: 'tokens', token: 'default', times: 1 }] as const
  const server = await devServer({ faults })
  const files = ['default', 'part'].map((name) =>
    write(join(folder(), name), server.tokens[name] ?? ''),
  )
  const credentials = open(files.map((file) => ({ host: server.host, token: { file } })))
  const seen: string[] = []
  const once = () =>
    pollOnce({
      credentials: credentials.list,
      seen: ({ title }, sightings) => {
        seen.push(`${title} ${sightings.length}`)
      },
      observe: () => {},
      clock: { ...clock, sleep: (_, signal) => clock.sleep(1, signal) },
      tuning,
      signal: new AbortController().signal,
    })
  assert.equal(await once(), true)
  assert.deepEqual(seen.sort(), [`${files[0]} 2`, `${files[1]} 1`].sort())
  writeFileSync(files[0] ?? '', server.tokens.gone ?? '')
  assert.equal(await once(), false)
})
