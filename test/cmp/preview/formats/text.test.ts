// A preview as text: columns, cuts and colours, and what is said of each state. Whole outputs are in
// fixtures/preview-formats.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatText } from '../../../../cmp/preview/formats/text.ts'
import type { PreviewObject, PreviewSide } from '../../../../render/preview/model.ts'
import {
  printFrom,
  sampleDiff,
  sampleObject,
  sampleOrigin,
  sampleSecret,
  sampleWorkload,
} from '../../../support/sample-preview-objects.ts'

const HEAD: PreviewSide = { kind: 'source', label: 'deploy' }
const BASE: PreviewSide = { kind: 'live', label: 'prod' }

function linesOf(
  objects: readonly PreviewObject[],
  { width, colour = false, base = BASE }: Partial<Options> = {},
): string[] {
  const preview = { head: HEAD, base, isPlaceholder: false, objects, notes: [] }
  return formatText(preview, { colour, width }).split('\n')
}

interface Options {
  readonly width: number
  readonly colour: boolean
  readonly base: PreviewSide
}

const WIDE = sampleSecret(
  'wide',
  [
    { key: '鍵', change: 'added', value: printFrom('a') },
    { key: 'plain', change: 'removed', before: printFrom('b') },
    { key: '🔑x', change: 'changed', before: printFrom('c'), value: printFrom('d') },
    { key: 'L'.repeat(50), change: 'added', value: printFrom('e') },
  ],
  { change: 'changed' },
  { origin: undefined },
)

test('columns align by what a terminal draws; one long key does not push the others', () => {
  assert.deepEqual(linesOf([WIDE]).slice(3, 7), [
    '  + 鍵     a00000000000',
    '  - plain  b00000000000',
    '  ~ 🔑x    c00000000000 → d00000000000',
    `  + ${'L'.repeat(50)}  e00000000000`,
  ])
})

test('a table ends where the terminal does', () => {
  assert.deepEqual(linesOf([WIDE], { width: 24 }).slice(3, 7), [
    '  + 鍵     a00000000000',
    '  - plain  b00000000000',
    '  ~ 🔑x    c00000000000…',
    '  + LLLLLLLLLLLLLLLLLLL…',
  ])
})

test('half of a wide character is none', () => {
  const wide = sampleSecret('w', [{ key: '鍵'.repeat(20), change: 'added' }], { change: 'added' })
  assert.equal(linesOf([wide], { width: 20 })[4], `  + ${'鍵'.repeat(7)}…`)
})

test('a diff is never cut, and keeps tabs', () => {
  const line = `+${'x'.repeat(3000)}\ty`
  const object = sampleObject('a', { change: 'changed', diff: sampleDiff([line]) })
  assert.ok(linesOf([object], { width: 40 }).includes(`    ${line}`))
})

test('colours as git has them, each within its line', () => {
  const diff = sampleDiff(['-a: 1', '+a: 2', ' b: 3'])
  const lines = linesOf([{ ...WIDE, diff }], { colour: true })
  assert.deepEqual(lines.slice(0, 11), [
    '\x1b[1mdeploy compared with the cluster prod\x1b[m',
    '',
    '\x1b[33mchanged Secret payments/wide\x1b[m (deploy/secrets.yaml:10)',
    '\x1b[32m  + 鍵     a00000000000\x1b[m',
    '\x1b[31m  - plain  b00000000000\x1b[m',
    '\x1b[33m  ~ 🔑x    c00000000000 → d00000000000\x1b[m',
    `\x1b[32m  + ${'L'.repeat(50)}  e00000000000\x1b[m`,
    '    \x1b[36m@@ -8,2 +8,2 @@\x1b[m',
    '    \x1b[31m-a: 1\x1b[m',
    '    \x1b[32m+a: 2\x1b[m',
    '     b: 3',
  ])
})

const sides: readonly (readonly [kind: PreviewSide['kind'], want: string])[] = [
  ['source', 'x'],
  ['revision', 'revision x'],
  ['folder', 'folder x'],
  ['file', 'file x'],
  ['live', 'the cluster x'],
]
for (const [kind, want] of sides) {
  test(`compared with ${want}`, () => {
    const same = [sampleObject('a', { change: 'same' })]
    const first = `There is no difference: deploy gives the same as ${want} (1 object compared)`
    assert.equal(linesOf(same, { base: { kind, label: 'x' } })[0], first)
  })
}

test('without a token it is only what is written that is the same', () => {
  const objects = [sampleObject('a', { change: 'same' })]
  const preview = { head: HEAD, base: BASE, isPlaceholder: true, objects, notes: [] }
  const text = formatText(preview, { colour: false, width: undefined })
  assert.match(text, /^There is no difference in the manifests: /)
})

test('all of what a PhaseSecret asks for', () => {
  const origin = sampleOrigin('a', { host: 'https://phase.example', tag: 'db', path: '/x' })
  const lines = linesOf([sampleSecret('a', [], { change: 'changed' }, { origin })])
  assert.equal(
    lines[3],
    '  from keyspace.cloud / Production, path /x, tag db at https://phase.example',
  )
})

const KEY = { secret: 'checkout', key: 'A', change: 'changed' } as const
const ours = sampleSecret('checkout', [], { change: 'same' })
const theirs = { ...ours, part: 'passed' } as const
const elsewhere = { ...ours, namespace: 'other' }
const hints: readonly (readonly [
  name: string,
  others: PreviewObject[],
  kind: string,
  want: string,
])[] = [
  [
    'a Secret that the plugin makes',
    [ours],
    'Deployment',
    'restart it, or annotate it with secrets.phase.dev/redeploy: "true"',
  ],
  ['a Secret of Git', [theirs], 'Deployment', 'restart it'],
  ['one of that name in another namespace', [elsewhere], 'Deployment', 'restart it'],
  ['a Job', [ours], 'Job', 'run it again'],
]
for (const [name, others, kind, want] of hints) {
  test(`what helps a workload that misses a change: ${name}`, () => {
    const workload = sampleWorkload(
      'a',
      { isStamped: false, rolls: 'no', missed: [KEY] },
      { kind, part: 'passed', change: 'same' },
    )
    assert.ok(linesOf([...others, workload]).includes(`    hint: ${want}`))
  })
}

test('many reasons are named in part', () => {
  const because = Array.from({ length: 9 }, (_, index) => ({ ...KEY, key: `K${index}` }))
  const [line] = linesOf([
    sampleWorkload('a', { rolls: 'yes', because }, { change: 'changed' }),
  ]).filter((each) => each.includes('because'))
  const named = [0, 1, 2, 3, 4, 5].map((index) => `K${index} changed`).join(', ')
  assert.equal(line, `    because of Secret checkout: ${named} and 3 more`)
})

test('keys that are not known are a reason', () => {
  const because = [{ secret: 'checkout', key: '*', change: 'unknown' }] as const
  const lines = linesOf([sampleWorkload('a', { rolls: 'unknown', because }, { change: 'same' })])
  assert.ok(lines.includes('    because of Secret checkout: keys that are not known may differ'))
  assert.equal(lines.at(-4), '1 workload may roll')
})
