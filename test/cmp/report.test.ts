// Problems as text: the interface of stderr, its limits, and what a hostile repository cannot do to it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { exitCodeOf, formatProblems } from '../../cmp/report.ts'
import type { Fault, Problem } from '../../manifests/problem.ts'

function problem(changes: Partial<Problem> = {}): Problem {
  return { severity: 'error', fault: 'input', message: 'is wrong', ...changes }
}

const AT = { file: 'app.yaml', line: 3, column: 5 }
const OBJECT = { kind: 'PhaseSecret', namespace: 'payments', name: 'app' }

const lines: readonly (readonly [name: string, problem: Problem, want: string])[] = [
  [
    'everything',
    problem({ at: AT, object: OBJECT, hint: 'mend it' }),
    'error: app.yaml:3:5: PhaseSecret payments/app: is wrong\n  hint: mend it\n',
  ],
  ['a message alone', problem(), 'error: is wrong\n'],
  ['a warning', problem({ severity: 'warning', at: AT }), 'warning: app.yaml:3:5: is wrong\n'],
  [
    'a notice',
    problem({ severity: 'notice', object: OBJECT }),
    'notice: PhaseSecret payments/app: is wrong\n',
  ],
  [
    'no namespace',
    problem({ object: { kind: 'Secret', name: 'a' } }),
    'error: Secret a: is wrong\n',
  ],
  ['no name', problem({ object: { kind: 'Secret' } }), 'error: Secret: is wrong\n'],
  ['no kind', problem({ object: { kind: '' } }), 'error: is wrong\n'],
  [
    'what a build server would take for a command',
    problem({ at: { ...AT, file: '##[add-mask]x' } }),
    'error: #\\u{23}[add-mask]x:3:5: is wrong\n',
  ],
  ['standard input', problem({ at: { ...AT, file: '-' } }), 'error: -:3:5: is wrong\n'],
]
for (const [name, given, want] of lines) {
  test(name, () => assert.equal(formatProblems([given], false), want))
}

test('nothing to say', () => assert.equal(formatProblems([], false), ''))

test('errors come first, then warnings, each in the given order; one text once', () => {
  const given = [
    problem({ severity: 'notice', message: 'n' }),
    problem({ severity: 'warning', message: 'w' }),
    problem({ message: 'e2' }),
    problem({ message: 'e1' }),
    problem({ message: 'e2' }),
  ]
  assert.equal(formatProblems(given, false), 'error: e2\nerror: e1\nwarning: w\nnotice: n\n')
})

test('20 problems and a count, unless it is a terminal', () => {
  const given = Array.from({ length: 23 }, (_, index) => problem({ message: `m${index}` }))
  const piped = formatProblems(given, false).split('\n')
  assert.deepEqual(piped.slice(19), ['error: m19', '… and 3 more', ''])
  assert.equal(formatProblems(given, true).split('\n').length, 24)
})

test('8 kB and a count', () => {
  const given = Array.from({ length: 12 }, (_, index) =>
    problem({ message: `${index} ${'x'.repeat(2000)}`, hint: 'h'.repeat(2000) }),
  )
  const text = formatProblems(given, false)
  assert.ok(Buffer.byteLength(text) <= 8192)
  assert.match(text, /\n… and 6 more\n$/)
})

const hostile: readonly (readonly [name: string, text: string, want: string])[] = [
  ['a new line', 'a\nerror: b', 'a\\u{a}error: b'],
  ['a carriage return', 'a\r', 'a\\u{d}'],
  ['a terminal escape', '\x1b[31mred\x1b]0;title\x07', '\\u{1b}[31mred\\u{1b}]0;title\\u{7}'],
  ['an eight-bit escape', '\x9b31m', '\\u{9b}31m'],
  ['a backspace', 'a\b', 'a\\u{8}'],
  ['NUL', '\0', '\\u{0}'],
  ['text that runs backwards', '\u202egpj', '\\u{202e}gpj'],
  ['a zero-width space', 'a\u200bb', 'a\\u{200b}b'],
  ['a byte order mark', '\ufeff', '\\u{feff}'],
  ['a tag character', '\u{e0041}', '\\u{e0041}'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['half a character', 'a\ud83d', 'a\\u{d83d}'],
  ['a private character', '\ue000', '\\u{e000}'],
  ['letters of the world', 'ключ 鍵 🔑', 'ключ 鍵 🔑'],
]
for (const [name, text, want] of hostile) {
  test(`${name}, wherever it stands`, () => {
    const given = problem({
      at: { ...AT, file: text },
      object: { kind: 'X', namespace: text, name: text },
      message: text,
      hint: text,
    })
    const line = `error: ${want}:3:5: X ${want}/${want}: ${want}\n  hint: ${want}\n`
    for (const full of [false, true]) assert.equal(formatProblems([given], full), line)
  })
}

test('a cut does not halve a character', () => {
  const text = formatProblems([problem({ message: `x${'🔑'.repeat(400)}` })], false)
  assert.equal(text, `error: x${'🔑'.repeat(299)}…\n`)
})

const text = fc.string({ unit: 'binary', maxLength: 3000 })
const problems = fc.array(
  fc.record({
    severity: fc.constantFrom('error' as const, 'warning' as const, 'notice' as const),
    fault: fc.constantFrom('input' as const, 'usage' as const, 'outside' as const),
    at: fc.record({ file: text, line: fc.nat(), column: fc.nat() }),
    object: fc.record({ kind: text, namespace: text, name: text }),
    message: text,
    hint: text,
  }),
  { maxLength: 30 },
)
test('whatever is reported: within the limit, plain text, and never silent about an error', () => {
  fc.assert(
    fc.property(problems, (given) => {
      const report = formatProblems(given, false)
      assert.ok(Buffer.byteLength(report) <= 8192)
      assert.doesNotMatch(report, /(?!\n)[\p{C}\p{Zl}\p{Zp}]/u)
      assert.ok(report.isWellFormed())
      for (const line of report.split('\n').slice(0, -1)) {
        assert.match(line, /^(error: |warning: |notice: | {2}hint: |… and )/)
      }
      if (given.some(({ severity }) => severity === 'error')) assert.match(report, /^error: /)
    }),
    { numRuns: 50 },
  )
})

const codes: readonly (readonly [faults: readonly Fault[], want: number])[] = [
  [[], 0],
  [['input'], 1],
  [['usage'], 2],
  [['outside'], 3],
  [['outside', 'usage', 'input'], 1],
  [['outside', 'usage'], 2],
]
for (const [faults, want] of codes) {
  test(`exit code of ${faults.join(' and ') || 'no error'}: ${want}`, () => {
    const warnings = [problem({ severity: 'warning' }), problem({ severity: 'notice' })]
    assert.equal(exitCodeOf([...warnings, ...faults.map((fault) => problem({ fault }))]), want)
  })
}
