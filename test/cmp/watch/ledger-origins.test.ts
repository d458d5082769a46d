// Another origin, one that comes back, an Application that goes and comes back, several credentials, a clock
// that jumps: who is to be refreshed, and who is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUR, LedgerCase, START } from '../../support/watch-ledger.ts'

const MINUTE = 60_000
const LONG_AGO = START - 100 * HOUR

function quiet(): LedgerCase {
  const it = new LedgerCase()
  it.know({ shop: ['e1'] })
  it.see({ e1: LONG_AGO, e2: LONG_AGO })
  it.wait(MINUTE)
  it.list({ shop: {} })
  return it
}

/** The origin that is listed from now on, and what its render uses. */
function become(it: LedgerCase, origin: string, ...uses: readonly string[]): void {
  assert.deepEqual(it.list({ shop: { origin } }), ['shop'])
  it.read('shop', ...uses)
}

test('another commit renders what there is: nothing to refresh', () => {
  const it = quiet()
  become(it, 'b', 'e1')
  assert.deepEqual(it.refreshAll(), [])
})

test('a sync of what was refreshed is another origin before 3.6, and no news', () => {
  const it = quiet()
  it.wait(MINUTE)
  it.see({ e1: it.wall - 10_000, e2: LONG_AGO })
  assert.deepEqual(it.refreshAll(), ['shop'])
  it.wait(10_000)
  become(it, 'synced', 'e1')
  assert.deepEqual(it.refreshAll(), [])
})

test('a commit that brings an environment which changed since the last list', () => {
  const it = quiet()
  it.wait(MINUTE)
  it.see({ e1: LONG_AGO, e2: it.wall - 10_000 })
  it.wait(1000)
  become(it, 'b', 'e1', 'e2')
  assert.deepEqual(it.refreshAll(), ['shop'], 'it may have been rendered before')
})

test('a commit that brings an environment which changed long before', () => {
  const it = quiet()
  it.see({ e1: LONG_AGO, e2: it.wall })
  for (let minute = 0; minute < 5; minute += 1) {
    it.wait(MINUTE)
    it.list({ shop: {} })
  }
  become(it, 'b', 'e1', 'e2')
  assert.deepEqual(it.refreshAll(), [])
})

test('a change is not lost on an Application whose origin changes before its refresh', () => {
  const it = quiet()
  it.see({ e1: it.wall, e2: LONG_AGO })
  become(it, 'b', 'e1')
  assert.deepEqual(it.refreshAll(), ['shop'])
})

/** What happens while another origin is shown, and who needs a refresh when the first comes back. */
const comebacks: Readonly<
  Record<string, { during: (it: LedgerCase) => void; refreshed: readonly string[] }>
> = {
  nothing: { during: () => {}, refreshed: [] },
  'a change that was refreshed there': {
    during: (it) => {
      it.see({ e1: it.wall, e2: LONG_AGO })
      assert.deepEqual(it.refreshAll(), ['shop'])
    },
    refreshed: ['shop'],
  },
  'a change of what the other does not use': {
    during: (it) => {
      become(it, 'c', 'e2')
      it.see({ e1: it.wall, e2: LONG_AGO })
      assert.deepEqual(it.refreshAll(), [])
    },
    refreshed: ['shop'],
  },
  'a change, more than a day before': {
    during: (it) => {
      it.see({ e1: it.wall, e2: LONG_AGO })
      assert.deepEqual(it.refreshAll(), ['shop'])
      it.wait(25 * HOUR)
      it.list({ shop: { origin: 'b' } })
      it.read('shop', 'e1')
    },
    refreshed: [],
  },
}

for (const [name, { during, refreshed }] of Object.entries(comebacks)) {
  test(`a commit that was there before comes back; meanwhile: ${name}`, () => {
    const it = quiet()
    it.wait(10 * MINUTE)
    become(it, 'b', 'e1')
    it.wait(10 * MINUTE)
    during(it)
    it.wait(10 * MINUTE)
    become(it, 'a', 'e1')
    assert.deepEqual(it.refreshAll(), refreshed)
  })
}

test('a change that Phase told late: the commit before it comes back', () => {
  const it = quiet()
  const changed = it.wall
  it.wait(10 * MINUTE)
  it.list({ shop: {} })
  it.wait(MINUTE)
  become(it, 'b', 'e1')
  it.wait(HOUR)
  it.see({ e1: changed, e2: LONG_AGO })
  assert.deepEqual(it.refreshAll(), ['shop'])
  become(it, 'a', 'e1')
  assert.deepEqual(it.refreshAll(), ['shop'], 'a was rendered before the change')
})

test('what waited on a commit that is left waits again when it comes back', () => {
  const it = quiet()
  it.see({ e1: it.wall, e2: LONG_AGO })
  it.wait(10 * MINUTE)
  it.list({ shop: {} })
  it.wait(MINUTE)
  become(it, 'b', 'e1')
  assert.deepEqual(it.refreshAll(), ['shop'])
  it.wait(MINUTE)
  become(it, 'a', 'e1')
  assert.deepEqual(it.refreshAll(), ['shop'])
})

/** Removed while something happens, and made again with the same source: Argo CD has the render still. */
const absences: Readonly<Record<string, { before?: boolean; during?: boolean; after: string[] }>> =
  {
    'nothing changed': { after: [] },
    'it waited': { before: true, after: ['shop'] },
    'it changed meanwhile': { during: true, after: ['shop'] },
  }

for (const [name, { before, during, after }] of Object.entries(absences)) {
  test(`removed and made again: ${name}`, () => {
    const it = quiet()
    if (before === true) it.see({ e1: it.wall, e2: LONG_AGO })
    it.wait(10 * MINUTE)
    it.list({ shop: {} })
    it.list({})
    assert.deepEqual(it.refreshAll(), [])
    if (during === true) it.see({ e1: it.wall, e2: LONG_AGO })
    it.wait(10 * MINUTE)
    it.list({ shop: { createdAt: it.wall } })
    it.read('shop', 'e1')
    assert.deepEqual(it.refreshAll(), after)
  })
}

test('a commit while nothing watched: what changed within a day is refreshed once', () => {
  const before = quiet()
  before.see({ e1: before.wall, e2: LONG_AGO })
  assert.deepEqual(before.refreshAll(), ['shop'])
  before.wait(HOUR)
  const it = before.restart()
  become(it, 'b', 'e1')
  assert.deepEqual(it.refreshAll(), ['shop'])
  it.wait(HOUR)
  become(it, 'c', 'e1')
  assert.deepEqual(it.refreshAll(), [])
})

test('many commits: only the last few are remembered', () => {
  const it = quiet()
  for (let commit = 0; commit < 1000; commit += 1) {
    it.wait(MINUTE)
    become(it, `commit-${commit}`, 'e1')
  }
  assert.deepEqual(it.refreshAll(), [])
})

for (const jump of [-24 * HOUR, 24 * HOUR]) {
  test(`the clock jumps by ${jump / HOUR} h and back: no refresh that is not needed, none missed`, () => {
    const it = quiet()
    it.jump(jump)
    it.wait(MINUTE)
    it.list({ shop: {} })
    it.see({ e1: START + 2 * MINUTE, e2: LONG_AGO })
    assert.deepEqual(it.refreshAll(), ['shop'], 'while it is wrong')
    it.jump(-jump)
    it.wait(10 * MINUTE)
    it.list({ shop: {} })
    become(it, 'b', 'e1', 'e3')
    it.wait(MINUTE)
    it.see({ e1: START + 2 * MINUTE, e2: LONG_AGO, e3: START + 10 * MINUTE })
    assert.deepEqual(it.refreshAll(), ['shop'], 'a first sighting is compared with times of before')
    become(it, 'c', 'e1', 'e3')
    assert.deepEqual(it.refreshAll(), [])
  })
}

test('two credentials whose answers overtake each other are no change back', () => {
  const it = quiet()
  it.see({ e1: LONG_AGO, e2: LONG_AGO }, 'c2')
  assert.deepEqual(it.see({ e1: START, e2: LONG_AGO }), ['e1'])
  assert.deepEqual(it.see({ e1: LONG_AGO, e2: LONG_AGO }, 'c2'), [])
  assert.deepEqual(it.see({ e1: START, e2: LONG_AGO }, 'c2'), [])
  assert.deepEqual(it.refreshAll(), ['shop'])
})

/** Ways in which the first credential loses an environment, and when the second takes over. */
const takeovers: Readonly<Record<string, (it: LedgerCase) => void>> = {
  'does not see it any more': (it) => void it.see({ e2: LONG_AGO }),
  'gives no answer for long': (it) => it.wait(4 * MINUTE),
  'is gone': (it) => it.ledger.keepCredentials(new Set(['c2'])),
}

for (const [name, lose] of Object.entries(takeovers)) {
  test(`another credential takes over when the first ${name}`, () => {
    const it = quiet()
    it.see({ e1: LONG_AGO, e2: LONG_AGO })
    it.see({ e1: START }, 'c2')
    assert.deepEqual(it.refreshAll(), [], 'the first is the one that counts')
    lose(it)
    assert.deepEqual(it.see({ e1: START }, 'c2'), ['e1'])
    assert.deepEqual(it.refreshAll(), ['shop'])
  })
}

test('what no credential sees is told, and what only one saw that is gone', () => {
  const it = quiet()
  assert.deepEqual([...it.ledger.unseen().keys()], [])
  it.ledger.keepCredentials(new Set())
  const [unseen] = it.ledger.unseen().values()
  assert.deepEqual([unseen?.environment.environmentId, unseen?.applications], ['e1', 1])
})

test('an environment twice in one answer is no change at every poll', () => {
  const it = quiet()
  const both = [LONG_AGO, START].map((wall) => ({
    host: 'https://phase.example',
    environmentId: 'e1',
    updatedAt: new Date(wall).toISOString(),
    title: 'Production of shop',
  }))
  it.ledger.see('c1', both, it.moment, MINUTE)
  assert.deepEqual(it.refreshAll(), ['shop'])
  assert.deepEqual(it.ledger.see('c1', both, it.moment, MINUTE), [])
})
