// What a ledger remembers of those who make up things without end, and how often it lets one be refreshed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newApplication } from '../../../cmp/watch/ledger/application.ts'
import { Environments } from '../../../cmp/watch/ledger/environments.ts'
import { interleaved } from '../../../cmp/watch/ledger/fairness.ts'
import { Gone } from '../../../cmp/watch/ledger/gone.ts'
import { changed, noHeat, rendered } from '../../../cmp/watch/ledger/heat.ts'

const MINUTE = 60_000
const host = 'https://phase.example'
const use = (environmentId: string) => ({ host, environmentId })
const seen = (environmentId: string) => ({ ...use(environmentId), updatedAt: 'now', title: 'it' })

test('an answer with other environments each time: those before it are forgotten, what is used is not', () => {
  const environments = new Environments()
  environments.use('argocd/web', [], [use('used')])
  environments.see('c', [seen('used'), seen('first')], 0, MINUTE)
  environments.see('c', [seen('second')], MINUTE, MINUTE)
  assert.ok(environments.lastChange(`${host} used`))
  assert.equal(environments.lastChange(`${host} first`), undefined)
  assert.ok(environments.lastChange(`${host} second`))
  environments.use('argocd/web', [use('used')], [])
  assert.equal(environments.lastChange(`${host} used`), undefined)
})

test('what is used and seen before and after is not forgotten in between', () => {
  const environments = new Environments()
  environments.see('c', [seen('used')], 0, MINUTE)
  environments.use('argocd/web', [], [use('used')])
  environments.use('argocd/web', [use('used')], [use('used'), use('other')])
  assert.equal(environments.see('c', [seen('used')], 1, MINUTE).size, 0, 'no news')
  assert.deepEqual([...environments.users(`${host} used`)], ['argocd/web'])
})

test('a great many uses: each Application that comes after them has some', () => {
  const environments = new Environments()
  const many = (count: number, name: string) =>
    Array.from({ length: count }, (_, index) => use(`${name}-${index}`))
  for (let index = 0; index < 1000; index += 1) {
    const uses = environments.fitting(many(200, String(index)))
    assert.equal(uses.length, 200)
    environments.use(`evil/${index}`, [], uses)
  }
  assert.equal(environments.fitting(many(200, 'more')).length, 20)
  assert.equal(environments.fitting(many(3, 'more')).length, 3)
  environments.use('evil/0', many(200, '0'), [])
  assert.equal(environments.fitting(many(200, 'more')).length, 200)
})

test('Applications that come and go: the last twenty thousand are remembered, for a day', () => {
  const gone = new Gone()
  for (let index = 0; index <= 20_000; index += 1) {
    const application = newApplication({ namespace: 'a', name: `${index}` }, 0, new Map())
    application.known = { origin: 'o', uses: [] }
    gone.add(`a/${index}`, application, index)
  }
  assert.equal(gone.take('a/0').size, 0)
  assert.equal(gone.take('a/1').size, 1)
  assert.equal(gone.take('a/1').size, 0, 'it is back')
  gone.tidy(24 * 60 * MINUTE + 10_000)
  assert.equal(gone.take('a/9999').size, 0)
  assert.equal(gone.take('a/10000').size, 1)
})

test('changes that are minutes apart wait for nothing, without end', () => {
  const heat = noHeat()
  for (let now = 0; now < 1000 * MINUTE; now += 11 * MINUTE) {
    assert.equal(changed(heat, now), now)
    rendered(heat)
  }
})

test('five in a row are free; then each waits longer, and none more than ten minutes', () => {
  const heat = noHeat()
  const waits = Array.from({ length: 12 }, () => {
    const until = changed(heat, 0)
    assert.equal(changed(heat, 0), until, 'another change on top makes nobody wait longer')
    rendered(heat)
    return until / 1000
  })
  assert.deepEqual(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 600, 600])
  assert.equal(changed(heat, 200 * MINUTE), 200 * MINUTE, 'forgotten in time')
})

test('changes without a refresh in between are one', () => {
  const heat = noHeat()
  for (let count = 0; count < 100; count += 1) assert.equal(changed(heat, count), count)
})

test('projects take turns', () => {
  const line = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']
  assert.deepEqual(
    interleaved(line, (each) => each.slice(0, 1)),
    ['a1', 'b1', 'c1', 'a2', 'b2', 'a3'],
  )
  assert.deepEqual(
    interleaved([], () => ''),
    [],
  )
})
