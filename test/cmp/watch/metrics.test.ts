// What Prometheus reads after events, and that docs/watch.md lists all of it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { version } from '../../../cmp/version.ts'
import type { WatchEvent } from '../../../cmp/watch/events.ts'
import { watchMetrics } from '../../../cmp/watch/metrics.ts'
import { HOSTILE } from '../../support/hostile-names.ts'
import { EVENTS, WALL } from '../../support/watch-events.ts'

async function pageAfter(context: TestContext, events: readonly WatchEvent[]): Promise<string> {
  const metrics = watchMetrics(() => WALL)
  context.after(metrics.close)
  for (const event of events) metrics.observe(event)
  const { text, type } = await metrics.read()
  assert.equal(type, 'text/plain; version=0.0.4; charset=utf-8')
  return text
}

/** The samples of ours. */
function samples(page: string): string[] {
  return page.split('\n').filter((line) => line.startsWith('phase_watch_'))
}

test('nothing has happened', async (context) => {
  const page = samples(await pageAfter(context, []))
  assert.ok(page.includes(`phase_watch_info{version="${version}"} 1`))
  const others = page.filter((line) => !/_info|_bucket|_refresh_/.test(line))
  assert.ok(others.length > 10)
  for (const line of others) assert.match(line, /^\w+(\{outcome="[a-z]+"\})? 0$/)
})

const PAIR = '{credential="payments",host="https://phase.example"}'
const counts: Record<string, readonly [events: readonly WatchEvent[], ...samples: string[]]> = {
  leading: [[EVENTS.leading], 'leader 1'],
  'leading no more': [[EVENTS.leading, EVENTS['leadership-lost']], 'leader 0'],
  'standing by': [[EVENTS.leading, EVENTS['standing-by']], 'leader 0'],
  stopping: [[EVENTS.leading, EVENTS.stopping], 'leader 0'],
  'no lease': [[EVENTS['election-failed'], EVENTS['election-failed']], 'election_failures_total 2'],
  'a list': [
    [EVENTS.listed],
    'applications 40',
    'applications_watched 12',
    'applications_unknown 3',
  ],
  'Argo CD failed': [[EVENTS['argocd-failed']], 'argocd_failures_total 1'],
  'a poll that failed, and no other yet': [
    [EVENTS['poll-failed']],
    `polls_total${PAIR} 0`,
    `poll_failures_total${PAIR} 1`,
  ],
  'what waits from before': [[EVENTS['state-loaded']], 'pending 1'],
  polls: [
    [EVENTS.polled, EVENTS.polled, EVENTS['poll-failed']],
    `polls_total${PAIR} 2`,
    `poll_failures_total${PAIR} 1`,
    `environments${PAIR} 5`,
    `last_poll_timestamp_seconds${PAIR} ${WALL / 1000}`,
  ],
  changes: [[EVENTS.changed, EVENTS.pending], 'changes_total 1', 'pending 12'],
  'nothing left': [[EVENTS.pending, { type: 'pending', count: 0 }], 'pending 0'],
  refreshes: [
    [
      EVENTS.refreshed,
      EVENTS.postponed,
      EVENTS['would-refresh'],
      EVENTS['refresh-failed'],
      EVENTS.refreshed,
    ],
    'refreshes_total{outcome="refreshed"} 2',
    'refreshes_total{outcome="failed"} 1',
    'refreshes_total{outcome="postponed"} 1',
    'refreshes_total{outcome="skipped"} 1',
    'refresh_delay_seconds_count 2',
    'refresh_delay_seconds_bucket{le="5"} 0',
    'refresh_delay_seconds_bucket{le="10"} 2',
    'refresh_duration_seconds_sum 2.469',
    'refresh_duration_seconds_bucket{le="1"} 0',
  ],
  syncs: [
    [EVENTS.synced, EVENTS['sync-failed']],
    'syncs_total{outcome="synced"} 1',
    'syncs_total{outcome="failed"} 1',
  ],
  states: [
    [EVENTS['state-saved'], EVENTS['state-saved'], EVENTS['state-failed']],
    'state_saves_total 2',
    'state_failures_total 1',
  ],
}
for (const [name, [events, ...expected]] of Object.entries(counts)) {
  test(`counted: ${name}`, async (context) => {
    const page = samples(await pageAfter(context, events))
    for (const sample of expected)
      assert.ok(page.includes(`phase_watch_${sample}`), page.join('\n'))
  })
}

test('no name of an Application or an environment is on the page', async (context) => {
  const page = await pageAfter(context, Object.values(EVENTS))
  assert.doesNotMatch(page, /argocd\/|"web"|e-1/)
})

test('what can be labels has a bound', async (context) => {
  const many = Array.from({ length: 1000 }, (_, index) => ({
    ...EVENTS.polled,
    credential: `c-${index}`,
  }))
  const page = samples(await pageAfter(context, [...many, ...many]))
  const polls = page.filter((line) => line.startsWith('phase_watch_polls_total'))
  assert.equal(polls.length, 201)
  assert.ok(polls.includes('phase_watch_polls_total{credential="other",host="other"} 1600'))
  assert.ok(
    polls.includes('phase_watch_polls_total{credential="c-0",host="https://phase.example"} 2'),
  )
})

test('hostile titles of credentials stay in their labels', async (context) => {
  const events = HOSTILE.map(([, name]) => ({ ...EVENTS.polled, credential: name }))
  const page = await pageAfter(context, events)
  const polls = samples(page).filter((line) => line.startsWith('phase_watch_polls_total'))
  assert.equal(polls.length, HOSTILE.length)
  for (const line of polls) {
    assert.match(
      line,
      /^\w+\{credential="(?:[^"\\]|\\["\\n])*",host="https:\/\/phase\.example"\} 1$/,
    )
  }
})

test('two runs in one process count apart', async (context) => {
  await pageAfter(context, [EVENTS.changed])
  const page = samples(await pageAfter(context, [EVENTS.changed]))
  assert.ok(page.includes('phase_watch_changes_total 1'))
})

test('docs/watch.md lists every metric, its type, its labels and what it says', async (context) => {
  const page = await pageAfter(context, Object.values(EVENTS))
  const inCode = [
    ...page.matchAll(/^# HELP (phase_watch_\w+) (.*)\n# TYPE \w+ (\w+)\n\w+(\{.*\})?/gm),
  ].map(([, name, help, type, labels = '']) => {
    const names = [...labels.matchAll(/(\w+)=/g)].map(([, label]) => label)
    return `| \`${name}\` | ${type} | ${names.filter((label) => label !== 'le').join(', ')} | ${help} |`
  })
  const inDocs = readFileSync('docs/watch.md', 'utf8').match(/^\| `phase_watch_.*$/gm)
  assert.deepEqual(inDocs, inCode)
  assert.ok(inCode.length > 15)
})
