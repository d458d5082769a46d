// One refresh of one Application: what Argo CD says in, what came of it out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApplicationState, ArgoCd, ArgoCdFault } from '../../../cmp/watch/model.ts'
import { ArgoCdError } from '../../../cmp/watch/model.ts'
import { refresh } from '../../../cmp/watch/refresh.ts'
import { virtualClock } from '../../support/watch-clock.ts'

const ID = { namespace: 'argocd', name: 'shop' }
const SINCE = '2026-01-01T00:00:00Z'
const USES = [{ host: 'https://phase.example', environmentId: 'e1' }]
const STATE: ApplicationState = {
  reconciledAt: '2025-12-31T23:00:00Z',
  isRefreshing: false,
  syncStatus: 'Synced',
  healsItself: true,
}

/** An Argo CD that answers at once, and logs what it was asked for. */
function argocdOf(answers: Partial<ArgoCd>): { readonly argocd: ArgoCd; readonly calls: string[] } {
  const calls: string[] = []
  const usual: ArgoCd = {
    applications: () => Promise.reject(new Error('not asked for')),
    sync: () => Promise.reject(new Error('not asked for')),
    environments: async () => USES,
    state: async () => STATE,
    hardRefresh: async () => ({ ...STATE, reconciledAt: SINCE }),
    isWindowOpen: async () => true,
  }
  const all = { ...usual, ...answers }
  const logged = <T>(call: keyof ArgoCd, ask: () => Promise<T>): Promise<T> => {
    calls.push(call)
    return ask()
  }
  const argocd: ArgoCd = {
    ...all,
    environments: (id) => logged('environments', () => all.environments(id)),
    state: (id) => logged('state', () => all.state(id)),
    hardRefresh: (id) => logged('hardRefresh', () => all.hardRefresh(id)),
    isWindowOpen: (id) => logged('isWindowOpen', () => all.isWindowOpen(id)),
  }
  return { argocd, calls }
}

async function refreshed(answers: Partial<ArgoCd>, wall = Date.parse(SINCE)) {
  const clock = virtualClock({ wall })
  const { argocd, calls } = argocdOf(answers)
  const running = refresh(argocd, ID, clock, new AbortController().signal)
  const settled = running.then(
    (outcome) => ({ outcome, at: clock.now() }),
    (error: unknown) => ({ error, at: clock.now() }),
  )
  await clock.advance(300_000)
  return { ...(await settled), calls }
}

function fails(fault: ArgoCdFault): () => Promise<never> {
  return () => Promise.reject(new ArgoCdError(fault, `it fails: ${fault}`, 'look at it'))
}

test('it is done: what the new render uses, and when it began', async () => {
  const result = await refreshed({})
  assert.ok('outcome' in result && result.outcome.is === 'done')
  assert.deepEqual(result.outcome.uses, USES)
  assert.equal(result.outcome.began, 0)
  assert.equal(result.outcome.state.reconciledAt, SINCE)
  assert.deepEqual(result.calls, ['isWindowOpen', 'state', 'hardRefresh', 'environments'])
})

test('a closed window: nothing is asked for', async () => {
  const result = await refreshed({ isWindowOpen: async () => false })
  assert.ok('outcome' in result)
  assert.deepEqual(result.outcome, { is: 'closed' })
  assert.deepEqual(result.calls, ['isWindowOpen'])
})

/** Answers after which it has to be tried again, and what is said of them. */
const failures: Readonly<Record<string, readonly [Partial<ArgoCd>, RegExp]>> = {
  'the render fails': [
    {
      hardRefresh: async () => ({ ...STATE, reconciledAt: SINCE, failure: 'ComparisonError' }),
    },
    /^Argo CD reports ComparisonError$/,
  ],
  'the comparison is the old one': [{ hardRefresh: async () => STATE }, /did not compare it anew/],
  'another refresh hangs': [
    { state: async () => ({ ...STATE, isRefreshing: true }) },
    /another refresh of it does not end/,
  ],
  'the refresh takes too long': [{ hardRefresh: fails('outside') }, /it fails: outside/],
  'the refresh is denied': [{ hardRefresh: fails('denied') }, /it fails: denied/],
  'there is no such Application': [{ state: fails('denied') }, /it fails: denied/],
  'the windows cannot be read': [{ isWindowOpen: fails('unrendered') }, /it fails: unrendered/],
  'the new manifests are none': [{ environments: fails('unrendered') }, /it fails: unrendered/],
}

for (const [name, [answers, message]] of Object.entries(failures)) {
  test(`it failed: ${name}`, async () => {
    const result = await refreshed(answers)
    assert.ok('outcome' in result && result.outcome.is === 'failed')
    assert.match(result.outcome.message, message)
    assert.notEqual(result.outcome.hint, '')
  })
}

/** Answers that are no fault of the Application. */
const outages: Readonly<Record<string, Partial<ArgoCd>>> = {
  'the windows do not come': { isWindowOpen: fails('outside') },
  'the state does not come': { state: fails('outside') },
  'the token is rejected at first': { isWindowOpen: fails('token') },
  'the token is rejected at the refresh': { hardRefresh: fails('token') },
  'the manifests do not come': { environments: fails('outside') },
}

for (const [name, answers] of Object.entries(outages)) {
  test(`Argo CD is to blame: ${name}`, async () => {
    const result = await refreshed(answers)
    assert.ok('error' in result && result.error instanceof ArgoCdError)
  })
}

test('what is no failure of Argo CD is not taken for one', async () => {
  const result = await refreshed({ state: () => Promise.reject(new TypeError('a bug')) })
  assert.ok('error' in result && result.error instanceof TypeError)
})

test("somebody else's refresh is waited for", async () => {
  let looks = 0
  const state = async () => {
    looks += 1
    return { ...STATE, isRefreshing: looks < 4 }
  }
  const result = await refreshed({ state })
  assert.ok('outcome' in result && result.outcome.is === 'done')
  assert.equal(result.at, 6000)
  assert.equal(result.outcome.began, 6000)
})

/** Milliseconds since the last comparison, and how long is waited: Argo CD writes whole seconds. */
for (const [ago, waited] of [
  [0, 1000],
  [300, 1000],
  [-400, 1000],
  [1500, 1000],
  [2500, 0],
  [-3_600_000, 0],
] as const) {
  test(`the last comparison was ${ago} ms ago: it begins after ${waited} ms`, async () => {
    const wall = Date.parse(SINCE)
    const last = async () => ({ ...STATE, reconciledAt: SINCE })
    const hardRefresh = async () => ({ ...STATE, reconciledAt: '2026-01-01T00:00:09Z' })
    const result = await refreshed({ state: last, hardRefresh }, wall + ago)
    assert.ok('outcome' in result && result.outcome.is === 'done')
    assert.equal(result.outcome.began, waited)
  })
}
