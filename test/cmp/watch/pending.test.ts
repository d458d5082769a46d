// The line of Applications that wait: marked, taken, settled, put back, and all of that crosswise.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pending } from '../../../cmp/watch/ledger/pending.ts'

const all = () => true

/** Takes the next one, which has to be there. */
function take(pending: Pending, now = 0) {
  const taken = pending.take(now, all)
  assert.ok(taken !== undefined, 'nothing is due')
  return taken
}

test('first come, first served, and each once', () => {
  const pending = new Pending()
  assert.equal(pending.mark('a', 0), true)
  assert.equal(pending.mark('b', 0), true)
  assert.equal(pending.mark('a', 1), false, 'it waits already')
  assert.equal(take(pending, 1).key, 'a')
  assert.equal(take(pending, 1).key, 'b')
  assert.equal(pending.take(1, all), undefined)
  assert.deepEqual(pending.keys(), ['a', 'b'], 'what is taken is still to be done')
})

test('the time of the first mark counts', () => {
  const pending = new Pending()
  pending.mark('a', 5)
  pending.mark('a', 9)
  assert.equal(take(pending, 9).entry.since, 5)
})

test('one that was settled waits no more', () => {
  const pending = new Pending()
  pending.mark('a', 0)
  const { entry } = take(pending)
  pending.settle('a', entry.version)
  assert.deepEqual(pending.keys(), [])
})

test('a change during a refresh asks for exactly one more', () => {
  const pending = new Pending()
  pending.mark('a', 0)
  const first = take(pending)
  pending.mark('a', 1)
  pending.mark('a', 2)
  assert.equal(pending.take(2, all), undefined, 'not while the first is running')
  pending.settle('a', first.entry.version)
  const second = take(pending, 2)
  pending.settle('a', second.entry.version)
  assert.deepEqual(pending.keys(), [])
})

test('what is put back waits its time, behind the others', () => {
  const pending = new Pending()
  pending.mark('a', 0)
  pending.mark('b', 0)
  pending.putBack('a', take(pending).entry.version, 10, 1)
  assert.deepEqual(pending.keys(), ['b', 'a'])
  assert.deepEqual(pending.outlook(0, all), { due: 1, next: 10 })
  assert.equal(take(pending, 9).key, 'b')
  assert.equal(pending.take(9, all), undefined)
  assert.equal(take(pending, 10).entry.attempts, 1)
})

test('a change ends the wait of what failed before', () => {
  const pending = new Pending()
  pending.mark('a', 0)
  pending.putBack('a', take(pending).entry.version, 1000, 5)
  pending.mark('a', 3)
  assert.equal(take(pending, 3).entry.attempts, 0)
})

test('a change during a refresh that then fails is tried at once', () => {
  const pending = new Pending()
  pending.mark('a', 0)
  const { entry } = take(pending)
  pending.mark('a', 3)
  pending.putBack('a', entry.version, 1000, 1)
  assert.equal(take(pending, 3).entry.attempts, 0)
})

test('who may not go is passed over, and waits on', () => {
  const pending = new Pending()
  pending.mark('a', 0)
  pending.mark('b', 0)
  const mayGo = (key: string) => key !== 'a'
  assert.deepEqual(pending.outlook(0, mayGo), { due: 1, next: Number.POSITIVE_INFINITY })
  assert.equal(pending.take(0, mayGo)?.key, 'b')
  assert.equal(pending.take(0, mayGo), undefined)
  assert.equal(take(pending).key, 'a')
})

test('the least load first, of these the oldest, and none whose load is infinite', () => {
  const pending = new Pending()
  for (const key of ['a', 'b', 'c', 'd']) pending.mark(key, 0)
  const loads: Record<string, number> = { a: 2, b: 1, c: 1, d: Number.POSITIVE_INFINITY }
  const takeOne = () => pending.take(0, all, (key) => loads[key] ?? 0)?.key
  assert.deepEqual([takeOne(), takeOne(), takeOne(), takeOne()], ['b', 'c', 'a', undefined])
})

test('what may not be taken yet keeps how often it failed', () => {
  const pending = new Pending()
  pending.mark('a', 0)
  pending.putBack('a', take(pending).entry.version, 10, 5)
  pending.mark('a', 1, 20)
  assert.deepEqual(pending.outlook(19, all), { due: 0, next: 20 })
  assert.equal(take(pending, 20).entry.attempts, 5)
})

/** Something that ends a turn, told of one that began before the Application was removed and came back. */
const lateEnds = {
  settle: (pending: Pending, version: number) => pending.settle('a', version),
  'put back': (pending: Pending, version: number) => pending.putBack('a', version, 1000, 3),
}

for (const [name, end] of Object.entries(lateEnds)) {
  test(`forgotten and marked again: the old refresh does not ${name} the new mark`, () => {
    const pending = new Pending()
    pending.mark('a', 0)
    const old = take(pending)
    pending.forget('a')
    pending.mark('a', 1)
    end(pending, old.entry.version)
    const renewed = take(pending, 1)
    assert.equal(renewed.entry.attempts, 0)
    end(pending, old.entry.version)
    assert.equal(pending.take(1, all), undefined, 'the new one is still running')
    pending.settle('a', renewed.entry.version)
    assert.deepEqual(pending.keys(), [])
  })
}
