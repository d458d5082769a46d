// The chart of who gets at which Secret: what it says, how large it may be, and that labels are only text. That the
// real Mermaid draws it was tried by hand with all hostile texts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartOf } from '../../../../cmp/check/formats/mermaid.ts'
import type { Reacher, SecretAccess } from '../../../../manifests/check/report.ts'
import { withCheckTexts } from '../../../support/check-texts.ts'
import { HOSTILE } from '../../../support/hostile-names.ts'
import { HOSTILE_TEXTS } from '../../../support/hostile-texts.ts'
import { sampleCheckReport } from '../../../support/sample-check-report.ts'

const reader = (name: string, more: Partial<Reacher> = {}): Reacher => ({
  subject: { kind: 'User', name },
  reach: 'read',
  powers: ['get secrets'],
  path: [{ text: 'RoleBinding b' }, { text: 'Role r' }, { text: 'rule 0' }],
  ...more,
})

const secret = (name: string, reachers: readonly Reacher[], removed: readonly Reacher[] = []) => {
  return { secret: { name }, usedBy: [], reachers, removed } satisfies SecretAccess
}

const NODE = /^ {2}(n\d+)(?:\(\[|\[\(|\[)"((?:[A-Za-z0-9 ,./-]|#\d+;)+)"(?:\]\)|\)\]|\])$/
const EDGE = /^ {2}(n\d+) (-->|-\.->)(?:\|"([A-Za-z ,]+)"\|)? (n\d+)$/

/** Edges as `from > to`, by label; every line is a node or an edge between two. */
function read(lines: readonly string[]): string[] {
  const [first, ...rest] = lines
  assert.equal(first, 'flowchart LR')
  const labels = new Map<string, string>()
  return rest.flatMap((line) => {
    const [, id, label] = NODE.exec(line) ?? []
    if (id !== undefined && label !== undefined) {
      labels.set(id, label)
      return []
    }
    const [, from = '', arrow, words = '', to = ''] = EDGE.exec(line) ?? []
    assert.ok(labels.has(from) && labels.has(to), line)
    return [`${labels.get(from)} ${arrow} ${labels.get(to)}${words === '' ? '' : `: ${words}`}`]
  })
}

test('from subject by binding and role to the Secret', () => {
  const ways = [reader('a', { isAllowed: false, isNew: true }), reader('b', { reach: 'pod' })]
  assert.deepEqual(read(chartOf([secret('s', ways, [reader('c')])]).lines), [
    'User a --> RoleBinding b: reads it through the API, not allowed, new',
    'RoleBinding b --> Role r',
    'Role r --> Secret s',
    'User c -.-> RoleBinding b: reads it through the API, no more',
    'RoleBinding b -.-> Role r',
    'Role r -.-> Secret s',
    'User b --> RoleBinding b: reads it by a pod',
  ])
})

test('two Secrets share no binding: who gets at one may not get at the other', () => {
  const { lines } = chartOf([secret('s', [reader('a')]), secret('t', [reader('b')])])
  const ids = lines.flatMap((line) => (line.includes('"Role r"') ? [NODE.exec(line)?.[1]] : []))
  assert.equal(new Set(ids).size, 2)
})

test('a ServiceAccount and one whose name has its namespace are two', () => {
  const kind = 'ServiceAccount' as const
  const both = [
    { kind, namespace: 'a', name: 'b' },
    { kind, name: 'a/b' },
  ]
  const { lines } = chartOf([
    secret(
      's',
      both.map((subject) => reader('', { subject })),
    ),
  ])
  assert.equal(lines.filter((line) => line.includes('"ServiceAccount a/b"')).length, 2)
})

test('a way without steps is an edge', () => {
  const { lines } = chartOf([secret('s', [reader('a', { path: [] })])])
  assert.deepEqual(read(lines), ['User a --> Secret s: reads it through the API'])
})

test('nobody is no chart', () => {
  assert.deepEqual(chartOf([secret('s', [])]), { lines: [], omitted: 0 })
})

test('a large one is cut, what is new kept, and the rest counted', () => {
  const old = Array.from({ length: 300 }, (_, index) => reader(`old-${index}`))
  const fresh = Array.from({ length: 20 }, (_, index) => reader(`new-${index}`, { isNew: true }))
  const { lines, omitted } = chartOf([secret('s', [...old, ...fresh])])
  const drawn = read(lines).filter((edge) => edge.startsWith('User ')).length
  assert.equal(drawn + omitted, 320)
  assert.equal(lines.filter((line) => line.includes('"User new-')).length, 20)
  const long = Array.from({ length: 60 }, (_, index) =>
    reader(`<${index}`.repeat(30), { path: [] }),
  )
  assert.ok(chartOf([secret('s', long)]).lines.join('\n').length < 10_000)
})

test('labels are letters, digits and entities, whatever is in them', () => {
  const texts = [
    ...HOSTILE_TEXTS,
    ...HOSTILE.map(([, text]) => text),
    'fa:fa-bug',
    '%%{init: {}}%%',
  ]
  for (const text of texts)
    read(chartOf(withCheckTexts(sampleCheckReport(), () => text).secrets).lines)
})
