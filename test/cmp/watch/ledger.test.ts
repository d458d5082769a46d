// What happened to Applications and environments in; who is to be refreshed for it out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Exclusion } from '../../../cmp/watch/model.ts'
import { HOUR, idOf, LedgerCase, START } from '../../support/watch-ledger.ts'

const MINUTE = 60_000
const LONG_AGO = START - 100 * HOUR

/** Two Applications on two environments that did not change lately, seen and known. */
function quiet(): LedgerCase {
  const it = new LedgerCase()
  it.know({ shop: ['e1'], bank: ['e2'] })
  it.see({ e1: LONG_AGO, e2: LONG_AGO })
  it.wait(MINUTE)
  return it
}

const firstSightings = [
  { changed: -3 * HOUR, refreshed: ['shop'] },
  { changed: -23 * HOUR, refreshed: ['shop'] },
  { changed: -25 * HOUR, refreshed: [] },
  { changed: 0, refreshed: ['shop'] },
]

for (const { changed, refreshed } of firstSightings) {
  test(`the first start, an environment changed ${changed / HOUR} h ago: ${refreshed.length} refreshes`, () => {
    const it = new LedgerCase()
    it.know({ shop: ['e1'], bank: ['e2'] })
    it.see({ e1: START + changed, e2: LONG_AGO })
    assert.deepEqual(it.refreshAll(), refreshed)
    it.wait(MINUTE)
    it.see({ e1: START + changed, e2: LONG_AGO })
    assert.deepEqual(it.refreshAll(), [], 'once')
  })
}

test('a first sighting is no news to an Application that was made later', () => {
  const it = new LedgerCase()
  it.know({ shop: ['e1'] }, { createdAt: START - HOUR })
  it.see({ e1: START - 2 * HOUR })
  assert.deepEqual(it.refreshAll(), [])
})

test('our clock is a day behind: what was made in its future is no newer than its day', () => {
  const it = new LedgerCase()
  it.know({ shop: ['e1'] }, { createdAt: START + 24 * HOUR })
  it.see({ e1: START + 25 * HOUR })
  assert.deepEqual(it.refreshAll(), ['shop'])
})

test('a time that cannot be read counts as news', () => {
  const it = new LedgerCase()
  it.know({ shop: ['e1'] })
  const id = { host: 'https://phase.example', environmentId: 'e1' }
  const sighting = { ...id, updatedAt: 'yesterday', title: 'e1 of shop' }
  it.ledger.see('c1', [sighting], it.moment, MINUTE)
  assert.deepEqual(it.refreshAll(), ['shop'])
})

test('a change concerns exactly those that use the environment', () => {
  const it = quiet()
  assert.deepEqual(it.see({ e1: START, e2: LONG_AGO }), ['e1'])
  assert.deepEqual(it.refreshAll(), ['shop'])
  it.wait(MINUTE)
  assert.deepEqual(it.see({ e1: START, e2: LONG_AGO }), [])
})

test('a change of what nobody uses is no change for anybody', () => {
  const it = quiet()
  it.see({ e1: LONG_AGO, e2: LONG_AGO, e3: LONG_AGO })
  assert.deepEqual(it.see({ e1: LONG_AGO, e2: LONG_AGO, e3: START }), [])
})

test('change and change back are two changes', () => {
  const it = quiet()
  for (const changed of [START, LONG_AGO]) {
    it.wait(MINUTE)
    assert.deepEqual(it.see({ e1: changed, e2: LONG_AGO }), ['e1'])
    assert.deepEqual(it.refreshAll(), ['shop'])
  }
})

test('two environments that change together are one refresh of who uses both', () => {
  const it = new LedgerCase()
  it.know({ shop: ['e1', 'e2'] })
  it.see({ e1: LONG_AGO, e2: LONG_AGO })
  it.see({ e1: START, e2: START })
  assert.deepEqual(it.refreshAll(), ['shop'])
})

test('what a new render uses is watched from then on, and what it used before no more', () => {
  const it = quiet()
  it.see({ e1: START, e2: LONG_AGO, e3: LONG_AGO })
  assert.deepEqual(it.refreshAll({ shop: ['e3'] }), ['shop'])
  it.wait(HOUR)
  it.see({ e1: START + HOUR, e2: LONG_AGO, e3: LONG_AGO })
  assert.deepEqual(it.refreshAll(), [])
  it.see({ e1: START + HOUR, e2: LONG_AGO, e3: START + HOUR })
  assert.deepEqual(it.refreshAll(), ['shop'])
})

test('an environment that changed before the render that begins to use it is no news', () => {
  const it = quiet()
  it.see({ e1: LONG_AGO, e2: LONG_AGO, e3: START })
  it.wait(MINUTE)
  it.see({ e1: START + MINUTE, e2: LONG_AGO, e3: START })
  assert.deepEqual(it.refreshAll({ shop: ['e1', 'e3'] }), ['shop'])
  assert.deepEqual(it.refreshAll(), [], 'e3 was seen before the refresh began')
})

for (const excluded of ['annotation', 'skip-reconcile', 'deleted'] satisfies Exclusion[]) {
  test(`left alone (${excluded}), and refreshed once it is not`, () => {
    const it = quiet()
    it.list({ shop: { excluded }, bank: {} })
    it.see({ e1: START, e2: LONG_AGO })
    assert.equal(it.ledger.pendingCount(), 0)
    assert.deepEqual(it.refreshAll(), [])
    it.wait(HOUR)
    it.list({ shop: {}, bank: {} })
    assert.deepEqual(it.refreshAll(), ['shop'])
  })
}

test('what cannot be read keeps what was known, and is read again, ever later', () => {
  const it = quiet()
  assert.deepEqual(it.list({ shop: { origin: 'b' }, bank: {} }), ['shop'])
  const moments: number[] = []
  assert.deepEqual(it.ledger.readFailed(idOf('shop'), it.moment), { isKept: true, isNew: true })
  for (let minute = 0; minute < 70; minute += 1) {
    it.wait(MINUTE)
    if (it.list({ shop: { origin: 'b' }, bank: {} }).length === 0) continue
    moments.push(minute + 1)
    assert.deepEqual(it.ledger.readFailed(idOf('shop'), it.moment), { isKept: true, isNew: false })
  }
  assert.deepEqual(moments, [1, 3, 7, 15, 31, 61])
  it.see({ e1: START, e2: LONG_AGO })
  assert.deepEqual(it.refreshAll(), ['shop'])
})

test('everything is read again after six hours', () => {
  const it = quiet()
  assert.deepEqual(it.list({ shop: {}, bank: {} }), [])
  it.wait(6 * HOUR)
  assert.deepEqual(it.list({ shop: {}, bank: {} }), ['shop', 'bank'])
})

test('an Application without a plugin is neither read nor refreshed, also if it had one', () => {
  const it = quiet()
  assert.deepEqual(it.list({ shop: { origin: 'b', mayUsePlugin: false }, bank: {} }), [])
  it.see({ e1: START, e2: LONG_AGO })
  assert.deepEqual(it.refreshAll(), [])
  assert.equal(it.ledger.counts().watched, 1)
})

test('nothing is kept of an Application that never had a plugin', () => {
  const it = quiet()
  it.list({ shop: {}, bank: {}, chart: { mayUsePlugin: false } })
  assert.equal(it.ledger.snapshot().applications['argocd/chart'], undefined)
})

test('a restart forgets nothing: changes meanwhile, and what waited', () => {
  const before = quiet()
  before.know({ shop: ['e1'], bank: ['e2'], nest: ['e3'] })
  before.see({ e1: START, e2: LONG_AGO, e3: LONG_AGO })
  const it = before.restart()
  it.wait(40 * HOUR)
  assert.deepEqual(it.list({ shop: {}, bank: {}, nest: {} }), ['shop', 'bank', 'nest'], 'long ago')
  it.see({ e1: START, e2: START + HOUR, e3: LONG_AGO })
  assert.deepEqual(it.refreshAll().sort(), ['bank', 'shop'])
})

test('a restart reads nothing that is known, not even of those that use nothing', () => {
  const before = new LedgerCase()
  before.know({ shop: ['e1'], plain: [] })
  assert.deepEqual(before.restart().list({ shop: {}, plain: {} }), [])
})

test('a restart before an environment was seen: a change before it still counts', () => {
  const before = new LedgerCase()
  before.know({ shop: ['e1'] })
  before.wait(HOUR)
  const it = before.restart()
  it.list({ shop: {} })
  it.wait(MINUTE)
  it.see({ e1: START + 30 * MINUTE })
  assert.deepEqual(it.refreshAll(), ['shop'])
})

test('who is pending and gone at the restart is forgotten', () => {
  const before = quiet()
  before.see({ e1: START, e2: START })
  const it = before.restart()
  it.list({ bank: {} })
  assert.deepEqual(it.refreshAll(), ['bank'])
  assert.deepEqual(it.ledger.snapshot().pending, [])
})
