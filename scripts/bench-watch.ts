// What `watch` costs for ten thousand Applications: the memory of all that it knows, and a simulated day.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Ledger } from '../cmp/watch/ledger/ledger.ts'
import { environmentKey } from '../cmp/watch/model.ts'
import { simulate } from '../test/support/watch-world/simulation.ts'

const APPLICATIONS = 10_000
const ENVIRONMENTS = 500
const CREDENTIALS = 50
const HOST = 'https://phase.example'

/** Bytes of a ledger after the first survey and poll, and of its state as JSON. */
export function ledgerSize(): { readonly heap: number; readonly state: number } {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
  const before = process.memoryUsage().heapUsed
  const ledger = fullLedger()
  collect()
  const heap = process.memoryUsage().heapUsed - before
  return { heap, state: JSON.stringify(ledger.snapshot()).length }
}

/** Every Application uses two environments, each with texts of its own, as if they had come from outside. */
function fullLedger(): Ledger {
  const ledger = new Ledger()
  const moment = { now: 0, wall: Date.UTC(2026, 0, 1) }
  const idOf = (index: number) => ({
    namespace: `team-${index % 100}`,
    name: `application-${index}`,
  })
  const ids = Array.from({ length: APPLICATIONS }, (_, index) => idOf(index))
  const listed = ids.map((id, index) => ({
    id,
    project: id.namespace,
    createdAt: 0,
    origin: `${index}`.padStart(16, 'o'),
    mayUsePlugin: true,
  }))
  ledger.list(listed, moment)
  for (const [index, id] of ids.entries()) {
    const uses = [useOf(index), useOf(index * 7 + 1)]
    const once = new Map(uses.map((use) => [environmentKey(use), use]))
    ledger.read(id, [...once.values()], moment)
  }
  for (let credential = 0; credential < CREDENTIALS; credential += 1) {
    const each = ENVIRONMENTS / CREDENTIALS
    const sightings = Array.from({ length: each }, (_, index) => ({
      ...useOf(credential * each + index),
      updatedAt: `2025-01-01T00:00:00.${String(index).padStart(6, '0')}Z`,
      title: 'Production of shop',
    }))
    ledger.see(`credential-${credential}`, sightings, moment, 0)
  }
  return ledger
}

function useOf(index: number) {
  const text = String(index % ENVIRONMENTS).padStart(12, '0')
  return { host: HOST, environmentId: `00000000-0000-4000-8000-${text}` }
}

/** One line for a day of many changes. */
export async function watchedDay(): Promise<string> {
  const day = await simulate({
    applications: APPLICATIONS,
    environments: ENVIRONMENTS,
    credentials: CREDENTIALS,
    changes: 300,
    commits: 200,
    hours: 24,
  })
  const expected = Object.values(day.expected).reduce((sum, count) => sum + count, 0)
  const counts = `${day.refreshed} refreshes for ${expected}, ${day.requests} requests to Phase`
  return `${counts}, ${day.readings.later} readings, ${(day.cpu / 1000).toFixed(0)} s of CPU`
}
