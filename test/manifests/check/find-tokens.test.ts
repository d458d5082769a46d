// Where tokens are found, in every way that base64 can hide one, and what is none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FoundToken } from '../../../manifests/check/find-tokens.ts'
import { findTokens } from '../../../manifests/check/find-tokens.ts'

const PART = '0123456789abcdef'.repeat(4)
const TOKEN = `pss_service:v2:${PART}:${PART}:${PART}:${PART}`
const PERSONAL = `pss_user:v1:${PART}:${PART}:${PART}:${PART}`

const find = (text: string): FoundToken[] => findTokens(Buffer.from(text))
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const wrap = (text: string, width: number, by: string): string =>
  (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(by)

const found: readonly (readonly [string, string, FoundToken])[] = [
  ['a token', `token: ${TOKEN}`, { line: 1, column: 8, kind: 'service', how: 'plain' }],
  ['a personal token', `\n  a: "${PERSONAL}"`, { line: 2, column: 7, kind: 'user', how: 'plain' }],
  ['in a comment', `a: b\r\n# ${TOKEN}`, { line: 2, column: 3, kind: 'service', how: 'plain' }],
  [
    'after letters of several bytes',
    `é€😀 ${TOKEN}`,
    { line: 1, column: 6, kind: 'service', how: 'plain' },
  ],
  ['a first version', 'pss_service:v1:a', { line: 1, column: 1, kind: 'service', how: 'plain' }],
  ['base64', `token: ${base64(TOKEN)}`, { line: 1, column: 8, kind: 'service', how: 'base64' }],
  [
    'base64url',
    `token: ${Buffer.from(`>>>???${TOKEN}`).toString('base64url')}`,
    { line: 1, column: 16, kind: 'service', how: 'base64' },
  ],
  [
    'a broken document',
    `{[: ${base64(PERSONAL)}`,
    { line: 1, column: 5, kind: 'user', how: 'base64' },
  ],
]

for (const [name, text, expected] of found) {
  test(`finds ${name}`, () => assert.deepEqual(find(text), [expected]))
}

test('finds tokens at every place of a longer text, encoded once and twice, wrapped or not', () => {
  for (const token of [TOKEN, PERSONAL]) {
    const kind = token === TOKEN ? 'service' : 'user'
    for (let before = 0; before < 12; before += 1) {
      const text = `${'{"auths":{"'.slice(0, before)}${token}"}}`
      const once = base64(text)
      const nested = base64(`{"auth":"${once}"}`.slice(before % 5))
      for (const [encoded, how] of [
        [once, 'base64'],
        [base64(once), 'base64 twice'],
        [nested, 'base64 twice'],
      ] as const) {
        assert.deepEqual(
          find(`a:\n  ${encoded}\n`).map((each) => [each.line, each.kind, each.how]),
          [[2, kind, how]],
          `${before} ${how}`,
        )
        for (const width of [20, 37, 64, 76]) {
          for (const by of ['\n', '\r\n    ', '\n\t ']) {
            const [first, ...others] = find(`a: |\n  ${wrap(encoded, width, by)}\nb: c\n`)
            assert.deepEqual(
              [first?.kind, first?.how, others.length],
              [kind, how, 0],
              `${before} ${how} ${width}`,
            )
          }
        }
      }
    }
  }
})

test('a registry password with a token in it is found', () => {
  const auth = base64(`user:${TOKEN}`)
  const config = JSON.stringify({ auths: { 'registry.example': { username: 'user', auth } } })
  const [token] = find(`data:\n  .dockerconfigjson: ${base64(config)}\n`)
  assert.deepEqual([token?.line, token?.how], [2, 'base64 twice'])
})

test('each of several is found, in their order, whatever line they share', () => {
  const text = `${TOKEN} é ${base64(TOKEN)} ${PERSONAL}\n${base64(base64(PERSONAL))}\n`
  const places = find(text).map(({ line, column, how }) => [line, column, how])
  const second = TOKEN.length + 4
  assert.deepEqual(places, [
    [1, 1, 'plain'],
    [1, second, 'base64'],
    [1, second + base64(TOKEN).length + 1, 'plain'],
    [2, 1, 'base64 twice'],
  ])
})

const none: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['the prefix in a sentence', 'a token begins with pss_service: or pss_user:'],
  ['a placeholder', 'pss_service:v2:… pss_service:v2:<token> pss_service:v2:$TOKEN'],
  ['another version', 'pss_service:vX:abc'],
  ['another prefix', 'pss_servicer:v2:abc'],
  ['the prefix in base64', base64('pss_service: or pss_user:v')],
  ['a placeholder in base64', base64(base64('pss_service:v2:<token>'))],
  ['what is cut off at the start', base64(TOKEN).slice(1)],
]

for (const [name, text] of none) {
  test(`${name} is no token`, () => assert.deepEqual(find(text), []))
}

test('hostile bytes take no longer than others', () => {
  const size = 12_000_000
  const texts = {
    'one line of base64': 'A'.repeat(size),
    'lines of base64': `${'A'.repeat(76)}\n`.repeat(size / 77),
    blanks: ' \n'.repeat(size / 2),
    'short base64 lines': `${'A'.repeat(17)}\n`.repeat(size / 18),
    prefixes: 'pss_service:v'.repeat(size / 13),
    'tokens in one line': `${TOKEN} `.repeat(size / (TOKEN.length + 1)),
    'encoded prefixes': base64('pss_service:v')
      .slice(0, 16)
      .repeat(size / 16),
    'no text': Buffer.alloc(size, 0xff).toString('latin1'),
  }
  for (const [name, text] of Object.entries(texts)) {
    const bytes = Buffer.from(text, 'latin1')
    const start = performance.now()
    findTokens(bytes)
    const took = performance.now() - start
    // Quadratic time would be minutes.
    assert.ok(took < 5000, `${name}: ${took} ms`)
  }
})

test('a file without a token is searched at the pace of reading it', (t) => {
  const document = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: ${base64('x'.repeat(200))}\n---\n`
  const bytes = Buffer.from(document.repeat(12_000_000 / document.length))
  const start = performance.now()
  assert.deepEqual(findTokens(bytes), [])
  t.diagnostic(`${bytes.length} bytes in ${Math.round(performance.now() - start)} ms`)
})
