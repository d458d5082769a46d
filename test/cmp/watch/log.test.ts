// What the log says, once, and what it does not say.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { WatchEvent } from '../../../cmp/watch/events.ts'
import { watchLog } from '../../../cmp/watch/log.ts'
import { HOSTILE } from '../../support/hostile-names.ts'
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts'
import { ENVIRONMENT, EVENTS, logged, TROUBLE, WALL } from '../../support/watch-events.ts'

for (const format of ['text', 'json'] as const) {
  test(`every event as ${format}`, () => {
    const expected = readFileSync(`fixtures/watch/log.${format}.txt`, 'utf8')
    assert.equal(logged(format, Object.values(EVENTS)), expected)
  })
}

const { refreshed } = EVENTS
const statuses: readonly (readonly [syncStatus: string, healsItself: boolean, then: string])[] = [
  ['Synced', false, 'Synced'],
  ['OutOfSync', true, 'OutOfSync, heals itself'],
  ['OutOfSync', false, 'OutOfSync, waits for a sync'],
  ['Unknown', true, 'Unknown'],
]
for (const [syncStatus, healsItself, then] of statuses) {
  test(`after a refresh: ${then}`, () => {
    const text = logged('text', [{ ...refreshed, syncStatus, healsItself }])
    assert.equal(text, `12:03:04 refreshed  argocd/web in 1.2 s: ${then}\n`)
  })
}

const other = { namespace: 'argocd', name: 'other' }
const old = (event: WatchEvent) => ({ ...event, isNew: false }) as WatchEvent
/** Events, and how often a word is said. */
const quiet: Record<string, readonly [events: readonly WatchEvent[], word: string, times: number]> =
  {
    'a poll': [[EVENTS.polled, EVENTS.polled], 'polled', 1],
    'a poll with another token': [
      [EVENTS.polled, { ...EVENTS.polled, credential: 'shop' }, EVENTS.polled],
      'polled',
      2,
    ],
    'a list': [[EVENTS.listed, EVENTS.listed], 'listed', 1],
    'a poll that fails again': [
      [EVENTS['poll-failed'], old(EVENTS['poll-failed']), old(EVENTS['poll-failed'])],
      'poll ',
      1,
    ],
    'a refresh that fails again': [
      [EVENTS['refresh-failed'], old(EVENTS['refresh-failed'])],
      'refresh ',
      1,
    ],
    'Argo CD that fails again': [
      [EVENTS['argocd-failed'], old(EVENTS['argocd-failed'])],
      'argocd',
      1,
    ],
    'a lease that fails again': [
      [EVENTS['election-failed'], old(EVENTS['election-failed'])],
      'election',
      1,
    ],
    'a state that is saved': [[EVENTS['state-saved'], EVENTS['state-saved']], 'state', 0],
    'a state that is saved again': [
      [
        EVENTS['state-failed'],
        old(EVENTS['state-failed']),
        EVENTS['state-saved'],
        EVENTS['state-saved'],
      ],
      'state',
      2,
    ],
    'an Application that does not render': [
      [EVENTS.unrendered, EVENTS.unrendered],
      'unrendered',
      1,
    ],
    'two that do not': [
      [EVENTS.unrendered, { ...EVENTS.unrendered, application: other }],
      'unrendered',
      2,
    ],
    'one that rendered in between': [
      [EVENTS.unrendered, refreshed, EVENTS.unrendered],
      'unrendered',
      2,
    ],
    'a closed window': [[EVENTS.postponed, EVENTS.postponed], 'postponed', 1],
    'a window that was open in between': [
      [EVENTS.postponed, refreshed, EVENTS.postponed],
      'postponed',
      2,
    ],
    'an environment that no token sees': [[EVENTS.unseen, EVENTS.unseen], 'unseen', 1],
    'one that was seen in between': [[EVENTS.unseen, EVENTS.changed, EVENTS.unseen], 'unseen', 2],
    'a change': [[EVENTS.changed, EVENTS.changed], 'changed', 2],
    'how many wait': [[EVENTS.pending, { ...EVENTS.pending, count: 0 }], 'pending', 0],
  }
for (const [name, [events, word, times]] of Object.entries(quiet)) {
  test(`said ${times} times: ${name}`, () => {
    const text = logged('text', events)
    assert.equal(text.match(new RegExp(`^12:03:04 ${word}`, 'gm'))?.length ?? 0, times, text)
    const lines = logged('json', events).split('\n').length
    assert.equal(lines, text.replace(/^ +hint.*\n/gm, '').split('\n').length)
  })
}

test('a hundred Applications after one change', () => {
  const names = Array.from({ length: 100 }, (_, index) => ({
    namespace: 'argocd',
    name: `app-${index}`,
  }))
  const events = names.flatMap((application, index): WatchEvent[] => [
    { ...refreshed, application },
    EVENTS['state-saved'],
    { type: 'pending', count: 99 - index },
    EVENTS.polled,
  ])
  const lines = logged('text', [EVENTS.polled, EVENTS.changed, ...events])
    .trimEnd()
    .split('\n')
  assert.equal(lines.length, 103)
  assert.equal(lines.at(-1), '12:03:04 done       100 Applications refreshed, none left')
  for (const line of lines) assert.ok(line.length <= 90, line)
})

/** Control characters, what turns the direction of text, and other that is not seen. */
const INVISIBLE = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u
const COMMAND = /^\s*::|##\w*\[/m

const WORST = ['##[error]x', '\n::set-output::x', '::error::x', ...HOSTILE_TEXTS]

/** An event with `hostile` in the place of everything that comes from outside. */
function spoilt(event: WatchEvent, hostile: string): WatchEvent {
  const texts = {
    application: { namespace: hostile, name: hostile },
    environment: { host: hostile, environmentId: hostile },
    credential: hostile,
    title: hostile,
    host: hostile,
    syncStatus: hostile,
    trouble: { message: hostile, hint: hostile },
  }
  const spoils = Object.entries(texts).filter(([name]) => name in event)
  return { ...event, ...Object.fromEntries(spoils) }
}

/** Of these the log says nothing when they come alone. */
const SILENT = ['pending', 'state-saved']

for (const hostile of [...WORST, ...HOSTILE.map(([, name]) => name)]) {
  test(`hostile: ${JSON.stringify(hostile).slice(0, 60)}`, () => {
    for (const event of Object.values(EVENTS)) {
      const [text, json] = [
        logged('text', [spoilt(event, hostile)]),
        logged('json', [spoilt(event, hostile)]),
      ]
      for (const all of [text, json]) {
        assert.doesNotMatch(all, INVISIBLE)
        assert.doesNotMatch(all, COMMAND)
        assert.ok(all.length < 4000)
      }
      const hasHint = 'trouble' in event || event.type === 'unseen'
      const forms = SILENT.includes(event.type) ? [] : [/^12:03:04 [a-z]/, /^ {20}hint: /]
      const lines = text.split('\n').slice(0, -1)
      assert.equal(lines.length, hasHint ? 2 : Math.min(1, forms.length))
      for (const [index, line] of lines.entries()) assert.match(line, forms[index] ?? /never/)
      if (forms.length === 0) assert.equal(json, '')
      else assert.equal(JSON.parse(json).event, event.type)
      assert.equal(json.indexOf('\n'), json.length - 1)
    }
  })
}

test('what is remembered to have been said has a bound, and the oldest is said again', () => {
  let count = 0
  let wall = WALL
  const passing = () => {
    wall += 100
    return wall
  }
  const log = watchLog({ format: 'text', write: () => count++, wall: passing })
  const unseen = (id: number) =>
    log.observe({ ...EVENTS.unseen, environment: { ...ENVIRONMENT, environmentId: `e-${id}` } })
  for (let id = 0; id <= 20_000; id++) unseen(id)
  unseen(20_000)
  assert.equal(count, 20_001)
  unseen(0)
  assert.equal(count, 20_002)
})

test('problems before the start, and where it listens', () => {
  for (const format of ['text', 'json'] as const) {
    let text = ''
    const write = (more: string) => {
      text += more
    }
    const log = watchLog({ format, write, wall: () => WALL })
    const at = { file: '/c.yaml', line: 3, column: 1 }
    log.problem({ severity: 'error', fault: 'usage', at, ...TROUBLE })
    log.problem({ severity: 'notice', fault: 'usage', message: 'it is plain' })
    log.listening('127.0.0.1:8080')
    assert.equal(text, readFileSync(`fixtures/watch/start.${format}.txt`, 'utf8'))
  }
})

test('ten thousand changes in a minute are no ten thousand lines, and hide no error', () => {
  let text = ''
  let wall = WALL
  const write = (more: string) => {
    text += more
  }
  const log = watchLog({ format: 'text', write, wall: () => wall })
  for (let count = 0; count < 10_000; count += 1) log.observe(EVENTS.changed)
  log.observe(EVENTS['argocd-failed'])
  assert.equal(text.match(/ changed /g)?.length, 2000)
  assert.match(text, /it does not answer/)
  wall += 60_000
  log.observe(EVENTS.changed)
  log.observe(EVENTS.changed)
  assert.equal(text.match(/ changed /g)?.length, 2002)
  assert.equal(text.match(/ left out .*: 8000 lines: too much happened in a minute\n/g)?.length, 1)
})
