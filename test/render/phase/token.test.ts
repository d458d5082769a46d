import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { parseBearer, parseToken } from '../../../render/phase/token.ts'
import { SourceError } from '../../../render/source.ts'

const PARTS = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(64))
const token = (head: string, parts: readonly string[] = PARTS) => [head, ...parts].join(':')

const ACCEPTED = [
  ['pss_service:v2', 'ServiceAccount'],
  ['pss_service:v1', 'Service'],
  ['pss_user:v1', 'User'],
] as const

for (const [head, kind] of ACCEPTED) {
  test(`${head} is a token of kind ${kind}`, () => {
    const parsed = parseToken(` \n${token(head)}\r\n`)
    assert.equal(parsed.kind, kind)
    assert.equal(parsed.authorization(), `Bearer ${kind} ${PARTS[0]}`)
    assert.deepEqual(parsed.revealKeys(), {
      publicKey: PARTS[1],
      keyShare: PARTS[2],
      wrappingKey: PARTS[3],
    })
  })
}

const REFUSED: readonly (readonly [string, string, string, RegExp])[] = [
  ['empty', '', 'ERR_TOKEN_MALFORMED', /is empty/],
  ['blank', ' \n', 'ERR_TOKEN_MALFORMED', /is empty/],
  ['a part short', token('pss_service:v2', PARTS.slice(1)), 'ERR_TOKEN_MALFORMED', /damaged/],
  [
    'a part too many',
    token('pss_service:v2', [...PARTS, 'e'.repeat(64)]),
    'ERR_TOKEN_MALFORMED',
    /damaged/,
  ],
  ['cut at the end', token('pss_service:v2').slice(0, -1), 'ERR_TOKEN_MALFORMED', /damaged/],
  ['not hexadecimal', token('pss_service:v2').replace('d', 'g'), 'ERR_TOKEN_MALFORMED', /damaged/],
  [
    'a space inside',
    token('pss_service:v2').replace(':v2:', ':v2: '),
    'ERR_TOKEN_MALFORMED',
    /damaged/,
  ],
  ['upper case', token('PSS_SERVICE:V2'), 'ERR_TOKEN_MALFORMED', /not a Phase token/],
  ['something else', 'hvs.obviously-fake', 'ERR_TOKEN_MALFORMED', /not a Phase token/],
  ['an unknown service version', token('pss_service:v3'), 'ERR_TOKEN_KIND', /unsupported version/],
  ['an unknown user version', token('pss_user:v2'), 'ERR_TOKEN_KIND', /unsupported version/],
  ['version zero', token('pss_service:v0'), 'ERR_TOKEN_KIND', /unsupported version/],
  ['pss_env', `pss_env:v1:${PARTS.join(':')}:x`, 'ERR_TOKEN_KIND', /pss_env/],
  ['the REST form', `ServiceAccount ${PARTS[0]}`, 'ERR_TOKEN_KIND', /cannot decrypt/],
  ['the REST header', `Bearer ServiceAccount ${PARTS[0]}`, 'ERR_TOKEN_KIND', /cannot decrypt/],
  ['a bare id', `${PARTS[0]}`, 'ERR_TOKEN_KIND', /cannot decrypt/],
  ['a bare uuid', '9f651440-d8fe-41f1-b047-c946eb8c09a0', 'ERR_TOKEN_KIND', /cannot decrypt/],
]

for (const [name, text, code, message] of REFUSED) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => parseToken(text),
      (error: unknown) => {
        assert.ok(error instanceof SourceError)
        const [failure] = error.failures
        assert.equal(failure?.code, code)
        assert.equal(failure?.fault, 'usage')
        assert.equal(failure?.field, 'token')
        assert.match(failure?.message ?? '', message)
        assert.ok(failure?.hint)
        assert.doesNotMatch(JSON.stringify(failure), /[a-d]{16}|obviously-fake/)
        return true
      },
    )
  })
}

for (const [kind, text] of [
  ['ServiceAccount', `ServiceAccount ${PARTS[0]}`],
  ['Service', `Bearer Service  ${PARTS[0]}\n`],
  ['User', `bearer User ${PARTS[0]}`],
  ['ServiceAccount', token('pss_service:v2')],
  ['Service', token('pss_service:v1')],
  ['User', token('pss_user:v1')],
] as const) {
  test(`who need not decrypt may have any form: ${text.slice(0, 20)}`, () => {
    const bearer = parseBearer(text)
    assert.equal(bearer.kind, kind)
    assert.equal(bearer.authorization(), `Bearer ${kind} ${PARTS[0]}`)
  })
}

for (const [text, code] of [
  [`serviceaccount ${PARTS[0]}`, 'ERR_TOKEN_MALFORMED'],
  [`BEARER Service ${PARTS[0]}`, 'ERR_TOKEN_MALFORMED'],
  [`ServiceAccount ${PARTS[0]}a`, 'ERR_TOKEN_MALFORMED'],
  [`ServiceAccount ${PARTS[0]}\nHost: evil`, 'ERR_TOKEN_MALFORMED'],
  [`${PARTS[0]}`, 'ERR_TOKEN_MALFORMED'],
  ['', 'ERR_TOKEN_MALFORMED'],
  ['pss_env:v1:x', 'ERR_TOKEN_KIND'],
] as const) {
  test(`but no other: ${text.slice(0, 20)}`, () => {
    assert.throws(
      () => parseBearer(text),
      (error: unknown) => {
        assert.ok(error instanceof SourceError)
        assert.equal(error.failures[0]?.code, code)
        assert.doesNotMatch(JSON.stringify(error.failures), /[a-d]{16}|evil/)
        return true
      },
    )
  })
}

test('a token does not print itself', () => {
  for (const parsed of [parseToken(token('pss_service:v2')), parseBearer(`User ${PARTS[0]}`)]) {
    const deep = inspect(parsed, { showHidden: true, depth: 9 })
    const printed = [`${parsed}`, JSON.stringify({ parsed }), deep, inspect({ parsed })]
    for (const text of printed) {
      assert.match(text, /\[token\]/)
      assert.doesNotMatch(text, /[a-d]{16}/)
    }
  }
})

test('the key of a cache is of the whole token and the host', () => {
  const parts = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(64))
  const text = (changed = -1, prefix = 'pss_service:v2') =>
    [prefix, ...parts.map((part, index) => (index === changed ? 'e'.repeat(64) : part))].join(':')
  const keyOf = (token: string, host = 'https://phase.example') =>
    Buffer.from(parseToken(token).cacheKey(host)).toString('hex')
  const keys = [
    keyOf(text()),
    ...parts.map((_, index) => keyOf(text(index))),
    keyOf(text(-1, 'pss_service:v1')),
    keyOf(text(), 'https://phase.example/'),
    keyOf(text(), `https://${'x'.repeat(2000)}.example`),
  ]
  assert.equal(new Set(keys).size, keys.length)
  assert.equal(keyOf(text().toUpperCase().replace('PSS_SERVICE:V2', 'pss_service:v2')), keys[0])
  for (const key of keys) assert.match(key, /^[0-9a-f]{64}$/)
})
