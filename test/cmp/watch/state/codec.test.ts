// The watcher's memory as text: what goes in comes out, and nothing else does.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import {
  LARGEST_DOCUMENT,
  pack,
  stateFromJson,
  stateToJson,
  unpack,
} from '../../../../cmp/watch/state/codec.ts'
import { writings } from '../../../../cmp/watch/state/writings.ts'
import { largeState, SMALL_STATE } from '../../../support/sample-watch-state.ts'

const EMPTY = { environments: {}, applications: {}, pending: [] }

for (const [name, state] of Object.entries({ EMPTY, SMALL_STATE, large: largeState(300, 3) })) {
  test(`what goes in comes out, in its order: ${name}`, async () => {
    const json = stateToJson(state)
    const text = await unpack(await pack(json))
    assert.equal(text, json)
    const back = stateFromJson(json)
    assert.deepEqual(back, state)
    assert.equal(JSON.stringify(back), JSON.stringify(state))
  })
}

test('any state comes out as it went in, whatever its names are', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '', 'a b', '0'))
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,3}\/[a-z][a-z0-9]{0,3}(\.[a-z0-9]{1,2})?$/)
  const host = text.map((each) => each.replaceAll(' ', ''))
  const place = fc.record({ host, environmentId: text })
  const use = fc.oneof(place, fc.record({ host, environmentId: text, pollingInterval: fc.nat(9) }))
  const state = fc.record({
    environments: fc
      .array(fc.tuple(place, text))
      .map((each) =>
        Object.fromEntries(each.map(([at, seen]) => [`${at.host} ${at.environmentId}`, seen])),
      ),
    applications: fc.dictionary(name, fc.record({ origin: text, uses: fc.array(use) })),
    pending: fc.uniqueArray(name),
  })
  fc.assert(
    fc.property(state, (each) => {
      const isPositive = Object.values(each.applications).every(({ uses }) =>
        uses.every((one) => !('pollingInterval' in one) || one.pollingInterval > 0),
      )
      fc.pre(isPositive)
      assert.deepEqual(stateFromJson(stateToJson(each)), JSON.parse(JSON.stringify(each)))
    }),
  )
})

test('10,000 Applications with 500 environments fit into a ConfigMap, with room', async () => {
  for (const uses of [1, 10]) {
    const state = largeState(10_000, uses)
    const json = stateToJson(state)
    const { length } = await pack(json)
    assert.ok(length < 650_000, `${length} bytes with ${uses} uses each`)
    assert.ok(json.length < LARGEST_DOCUMENT / 4)
    assert.deepEqual(stateFromJson(json), state)
  }
})

test('what can be read again is left out first', () => {
  const texts = [...writings(SMALL_STATE)]
  assert.deepEqual(stateFromJson(texts[0] ?? ''), SMALL_STATE)
  assert.deepEqual(stateFromJson(texts.at(-1) ?? ''), { ...SMALL_STATE, applications: {} })
  const huge = 'x'.repeat(LARGEST_DOCUMENT)
  assert.equal(
    [...writings({ ...EMPTY, applications: { 'a/a': { origin: huge, uses: [] } } })].length,
    1,
  )
  assert.equal([...writings({ ...EMPTY, pending: [huge] })].length, 0)
})

test('environments that anybody can make up push nothing else out', async () => {
  const host = 'https://phase.example'
  const uses = (count: number, name: () => string) =>
    Array.from({ length: count }, () => ({ host, environmentId: name() }))
  const honest = { origin: 'a', uses: uses(2, () => 'e-1') }
  const forged = () => ({ origin: 'a', uses: uses(200, randomUUID) })
  const greedy = { origin: 'a', uses: uses(100, () => 'e-1') }
  const made = Array.from({ length: 400 }, (_, index) => [`evil/${index}`, forged()])
  const applications = { 'argocd/shop': honest, 'evil/greedy': greedy, ...Object.fromEntries(made) }
  const state = { environments: { [`${host} e-1`]: 'now' }, applications, pending: [] }
  const kept = [...writings(state)].map((json) =>
    Object.keys(stateFromJson(json)?.applications ?? {}),
  )
  assert.deepEqual(
    kept.map(({ length }) => length),
    [402, 2, 1, 0],
  )
  assert.deepEqual(kept[2], ['argocd/shop'])
})

describe('what is not a state is none', () => {
  const good = JSON.parse(stateToJson(SMALL_STATE))
  const changed = (change: object): string => JSON.stringify({ ...good, ...change })
  assert.ok(stateFromJson(changed({})) !== undefined)
  const texts: Readonly<Record<string, string>> = {
    nothing: '',
    'no JSON': '{',
    'another value': 'null',
    'a list': '[]',
    'no version': changed({ version: undefined }),
    'another version': changed({ version: 2 }),
    'a version as text': changed({ version: '1' }),
    'no hosts': changed({ hosts: undefined }),
    'a host that is no text': changed({ hosts: [1, 'b'] }),
    'a host that is not there': changed({ environments: [[7, 'e']], applications: [] }),
    'a place that is no number': changed({ environments: [['0', 'e']], applications: [] }),
    'a place that is a name of lists': changed({ environments: [['length', 'e']] }),
    'an environment that is a map': changed({ environments: [{ length: 2 }], applications: [] }),
    'an environment with more': changed({ environments: [[0, 'e', 'u', 'v']], applications: [] }),
    'an environment twice': changed({
      environments: [
        [0, 'e', 'u'],
        [0, 'e', 'v'],
      ],
      applications: [],
    }),
    'a time that is no text': changed({ environments: [[0, 'e', 1]], applications: [] }),
    'an Application without uses': changed({ applications: [['a/a', 'o']], pending: [] }),
    'uses that are a text': changed({ applications: [['a/a', 'o', 'e']], pending: [] }),
    'a use that is not there': changed({ applications: [['a/a', 'o', [99]]], pending: [] }),
    'a use between two': changed({ applications: [['a/a', 'o', [0.5]]], pending: [] }),
    'a use before the first': changed({ applications: [['a/a', 'o', [-1]]], pending: [] }),
    'more uses than any Application has': changed({
      applications: [['a/a', 'o', Array.from({ length: 201 }, () => 0)]],
      pending: [],
    }),
    'more uses than there can be': changed({
      applications: Array.from({ length: 2501 }, (_, index) => [
        `a/${index}`,
        'o',
        Array.from({ length: 200 }, () => 0),
      ]),
      pending: [],
    }),
    'more Applications than there can be': changed({
      applications: Array.from({ length: 50_001 }, (_, index) => [`a/${index}`, 'o', []]),
      pending: [],
    }),
    'more that is pending than there can be': changed({
      pending: Array.from({ length: 50_001 }, (_, index) => `a/${index}`),
    }),
    'an interval of nothing': changed({ applications: [['a/a', 'o', [[0, 0]]]], pending: [] }),
    'an interval as text': changed({ applications: [['a/a', 'o', [[0, '60']]]], pending: [] }),
    'an Application twice': changed({
      applications: [
        ['a/a', 'o', []],
        ['a/a', 'p', []],
      ],
      pending: [],
    }),
    'something pending that is not there': changed({ pending: [99] }),
    'something pending twice': changed({ pending: ['a/a', 'a/a'] }),
    'an Application without a namespace': changed({ applications: [['a', 'o', []]], pending: [] }),
    'an Application that leads elsewhere': changed({ pending: ['argocd/..'] }),
    'an Application with a path': changed({ pending: ['argocd/a/b'] }),
    'an Application with a capital': changed({ pending: ['argocd/A'] }),
    'something pending that is a map': changed({ pending: [{}] }),
  }
  for (const [name, text] of Object.entries(texts)) {
    test(name, () => assert.equal(stateFromJson(text), undefined))
  }

  test('deep nesting', () => {
    assert.equal(stateFromJson('['.repeat(LARGEST_DOCUMENT)), undefined)
  })

  test('bytes that are no gzip, cut off, or unpack to more than is ever written', async () => {
    const whole = await pack(stateToJson(SMALL_STATE))
    assert.equal(await unpack(Buffer.from('{}')), undefined)
    assert.equal(await unpack(whole.subarray(0, -9)), undefined)
    const bomb = gzipSync(Buffer.alloc(128 * 1024 * 1024))
    assert.ok(bomb.length < 1024 * 1024)
    const before = process.memoryUsage().rss
    assert.equal(await unpack(bomb), undefined)
    const grown = process.memoryUsage().rss - before
    assert.ok(grown < 64 * 1024 * 1024, `${grown} bytes more`)
  })
})
