// What is kept of the ledger, when, and what a store that fails does to it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WatchEvent } from '../../../cmp/watch/events.ts'
import { Ledger } from '../../../cmp/watch/ledger/ledger.ts'
import { Memory } from '../../../cmp/watch/memory.ts'
import type { WatchState } from '../../../cmp/watch/model.ts'
import { virtualClock } from '../../support/watch-clock.ts'
import { SimulatedStore } from '../../support/watch-world/store.ts'

const KNOWN: WatchState = {
  environments: { 'https://phase.example e1': '2026-01-01T00:00:00Z' },
  applications: {
    'argocd/shop': {
      origin: 'a',
      uses: [{ host: 'https://phase.example', environmentId: 'e1' }],
    },
  },
  pending: ['argocd/shop'],
}

function memoryOf(isReadOnly = false) {
  const clock = virtualClock()
  const store = new SimulatedStore(clock)
  const events: WatchEvent[] = []
  const make = () => {
    const ledger = new Ledger()
    const observe = (event: WatchEvent) => void events.push(event)
    const memory = new Memory({ store: store.open(), ledger, clock, observe, isReadOnly })
    const change = () => {
      const listed = { createdAt: 0, mayUsePlugin: true, origin: `at ${clock.now()}` }
      const id = { namespace: 'argocd', name: 'shop' }
      const moment = { now: clock.now(), wall: clock.wall() }
      ledger.list([{ ...listed, id }], moment)
      ledger.read(id, [], moment)
    }
    return { ledger, memory, change }
  }
  const during = async <T>(task: Promise<T>): Promise<T> => {
    await clock.advance(100_000)
    return await task
  }
  const types = () => events.map(({ type }) => type)
  const news = () => events.filter((event) => 'isNew' in event && event.isNew)
  return { clock, store, events, make, during, types, news, signal: new AbortController().signal }
}

test('what is saved is what is loaded', async () => {
  const { store, make, during, types, signal } = memoryOf()
  store.state = KNOWN
  const first = make()
  await during(first.memory.load(signal))
  await during(first.memory.save())
  const second = make()
  await during(second.memory.load(signal))
  assert.deepEqual(second.ledger.snapshot(), KNOWN)
  assert.deepEqual(types(), ['state-loaded', 'state-saved', 'state-loaded'])
})

test('what is the same as before is not written again', async () => {
  const { store, make, during, signal } = memoryOf()
  const { memory, change } = make()
  await during(memory.load(signal))
  change()
  await during(memory.save())
  await during(memory.save())
  memory.touch()
  await during(memory.tidy())
  assert.equal(store.saves, 1)
  change()
  await during(memory.save())
  assert.equal(store.saves, 2)
})

test('many who want to save at once share one, which has what each of them did', async () => {
  const { clock, store, make, during, signal } = memoryOf()
  const { memory, change, ledger } = make()
  await during(memory.load(signal))
  change()
  const saves = [memory.save()]
  await clock.advance(5)
  for (let index = 0; index < 20; index += 1) {
    change()
    saves.push(memory.save())
  }
  await during(Promise.all(saves))
  assert.equal(store.saves, 2)
  assert.deepEqual(store.state, ledger.snapshot())
})

test('tidying saves what was touched, and not too often', async () => {
  const { clock, store, make, during, signal } = memoryOf()
  const { memory, change } = make()
  await during(memory.load(signal))
  change()
  await during(memory.tidy())
  assert.equal(store.saves, 0, 'nobody touched it')
  memory.touch()
  await during(memory.tidy())
  assert.equal(store.saves, 1)
  for (let second = 0; second < 20; second += 1) {
    change()
    memory.touch()
    void memory.tidy()
    await clock.advance(1000)
  }
  assert.equal(store.saves, 3)
})

test('a run that only looks saves nothing', async () => {
  const { store, make, during, signal } = memoryOf(true)
  const { memory, change } = make()
  await during(memory.load(signal))
  change()
  await during(memory.save())
  await during(memory.close())
  assert.equal(store.saves, 0)
})

test('a store that fails is said once, tried again, and said to be well', async () => {
  for (const broken of ['save', 'all'] as const) {
    const { store, make, during, types, news, signal } = memoryOf()
    const { memory, change } = make()
    await during(memory.load(signal))
    store.broken = broken
    for (let attempt = 0; attempt < 5; attempt += 1) {
      change()
      await during(memory.save())
    }
    assert.equal(news().length, 1, broken)
    store.broken = 'nothing'
    await during(memory.tidy())
    assert.equal(store.saves, 1, 'what failed is still to be saved')
    assert.equal(types().at(-1), 'state-saved')
  }
})

test('a load that fails at first is tried again', async () => {
  const { clock, store, make, during, types, news, signal } = memoryOf()
  store.state = KNOWN
  store.broken = 'load'
  const { memory, ledger } = make()
  const load = memory.load(signal)
  await clock.advance(5000)
  store.broken = 'nothing'
  await during(load)
  assert.deepEqual(ledger.snapshot(), KNOWN)
  assert.equal(news().length, 1)
  assert.equal(types().at(-1), 'state-loaded')
})

test('a start without the state: what waited is taken over as soon as it can be read', async () => {
  const { store, make, during, types, signal } = memoryOf()
  store.state = KNOWN
  store.broken = 'load'
  const { memory, ledger, change } = make()
  await during(memory.load(signal))
  assert.equal(types().at(-1), 'state-missing')
  change()
  await during(memory.close())
  assert.deepEqual(store.state, KNOWN, 'the last save is none where that failed')
  store.broken = 'nothing'
  await during(memory.save())
  assert.deepEqual(ledger.snapshot().pending, ['argocd/shop'])
  assert.deepEqual(store.state?.pending, ['argocd/shop'])
})

test('another writer: the state is taken over once, by whoever goes on', async () => {
  const { store, make, during, news, signal } = memoryOf()
  const old = make()
  await during(old.memory.load(signal))
  const young = make()
  await during(young.memory.load(signal))
  young.change()
  await during(young.memory.save())
  const { state } = store
  old.change()
  await during(old.memory.close())
  assert.deepEqual(store.state, state, 'whoever ends does not take it back')
  assert.equal(news().length, 1)
  old.change()
  await during(old.memory.save())
  assert.deepEqual(store.state, old.ledger.snapshot())
})

test('what is no failure of the store is not taken for one', async () => {
  const { clock } = memoryOf()
  const store = {
    load: async () => undefined,
    save: () => Promise.reject(new TypeError('a bug')),
  }
  const ledger = new Ledger()
  const observe = () => {}
  const memory = new Memory({ store, ledger, clock, observe, isReadOnly: false })
  await memory.load(new AbortController().signal)
  await assert.rejects(memory.save(), TypeError)
})

test('an end while it is loaded: it ends at once, and nothing is written in its place', async () => {
  const { store, make, clock, during } = memoryOf()
  const before = make()
  await during(before.memory.load(new AbortController().signal))
  before.ledger.restore(KNOWN, { now: 0, wall: 0 })
  await during(before.memory.save())
  const kept = store.saves
  store.latency = 1_000_000
  const { memory } = make()
  const stop = new AbortController()
  const loading = memory.load(stop.signal)
  await clock.advance(1_000)
  stop.abort()
  await loading
  await during(memory.close())
  assert.equal(store.saves, kept)
})

test('a last save that hangs is waited for a few seconds', async () => {
  const { store, make, clock } = memoryOf()
  const { memory, change } = make()
  const loading = memory.load(new AbortController().signal)
  await clock.advance(1_000)
  await loading
  change()
  store.latency = 1_000_000
  let isOver = false
  void memory.close().then(() => {
    isOver = true
  })
  await clock.advance(4_000)
  assert.equal(isOver, false)
  await clock.advance(1_500)
  assert.equal(isOver, true)
})
