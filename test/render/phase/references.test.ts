// References in values: what each form gives, and what each failure says.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the references under test.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { splitReferences } from '../../../render/phase/references.ts'
import type { FakeApp } from './fake-phase.ts'
import { failuresOf, fakePhase, requestOf, sourceOf, valuesOf } from './fake-phase.ts'

const API: FakeApp = {
  name: 'api',
  environments: {
    Production: {
      '/': {
        API_KEY: 'api-fake-key',
        URL: 'https://${API_KEY}@${Staging.HOST}/${web::production.PLAIN}',
        PLAIN: 'of api',
      },
    },
    Staging: { '/': { HOST: 'staging.host' } },
  },
}

function web(root: Record<string, string>): FakeApp {
  return {
    name: 'web',
    environments: {
      Production: {
        '/': {
          PLAIN: 'plain',
          'tls.crt': 'CERT',
          ...root,
        },
        '/db': { PASSWORD: 'db-fake', INFOLDER: '${PLAIN}' },
        '/db/replica': { PASSWORD: 'nested-fake' },
        '/v1.2': { DOTTED: 'dotted' },
      },
      Staging: { '/': { PLAIN: 'plain-staging' }, '/db': { PASSWORD: 'db-staging' } },
      PreProduction: { '/': { PLAIN: 'PREPROD!' } },
    },
  }
}

const RESOLVED: readonly (readonly [string, string, string])[] = [
  ['local', '${PLAIN}', 'plain'],
  ['twice', '${PLAIN}-${PLAIN}', 'plain-plain'],
  ['absolute path', '${/db/PASSWORD}', 'db-fake'],
  ['path without a leading slash', '${db/PASSWORD}', 'db-fake'],
  ['nested path', '${db/replica/PASSWORD}', 'nested-fake'],
  ['path with doubled slashes', '${//db//PASSWORD}', 'db-fake'],
  ['root path', '${/PLAIN}', 'plain'],
  ['environment', '${Staging.PLAIN}', 'plain-staging'],
  ['environment in another case', '${staging.PLAIN}', 'plain-staging'],
  ['environment never by substring', '${production.PLAIN}', 'plain'],
  ['environment and path', '${Staging./db/PASSWORD}', 'db-staging'],
  ['environment and relative path', '${Staging.db/PASSWORD}', 'db-staging'],
  ['a dotted key with its environment', '${Production.tls.crt}', 'CERT'],
  ['a dotted folder with its environment', '${Production./v1.2/DOTTED}', 'dotted'],
  ['app', '${api::Production.API_KEY}', 'api-fake-key'],
  ['app in another case', '${API::production.API_KEY}', 'api-fake-key'],
  ['app and path', '${api::Production./API_KEY}', 'api-fake-key'],
  ['ids', '${app-1::app-1-Production.PLAIN}', 'of api'],
  [
    'references of a referenced value belong to its own place',
    '${api::Production.URL}',
    'https://api-fake-key@staging.host/plain',
  ],
  ['a path is from the root, not from the folder', '${/db/INFOLDER}', 'plain'],
  ['a dollar before it', '$${PLAIN}', '$plain'],
  ['double braces stay', '${{ railway.X }}', '${{ railway.X }}'],
  ['double braces without an end stay', '${{PLAIN}', '${{PLAIN}'],
  ['an empty reference stays', 'a${}b', 'a${}b'],
  ['an unclosed reference stays', 'x${PLAIN', 'x${PLAIN'],
  ['a dollar alone stays', '$NOTREF $', '$NOTREF $'],
  ['nothing at all', '', ''],
]

for (const [name, value, expected] of RESOLVED) {
  test(`resolves: ${name}`, async () => {
    const source = sourceOf(fakePhase([web({ SUBJECT: value }), API]))
    assert.equal((await valuesOf(source)).SUBJECT, expected)
  })
}

const UNRESOLVED: readonly (readonly [string, string, RegExp])[] = [
  [
    'a key that is missing',
    '${NOPE}',
    /reference \$\{NOPE\} in the value of "SUBJECT" .*no such key/,
  ],
  ['a key in another case', '${plain}', /no such key/],
  ['a path in another case', '${/DB/PASSWORD}', /no such key/],
  ['an environment that is missing', '${Nope.X}', /no such environment/],
  ['part of an environment name', '${prod.PLAIN}', /no such environment/],
  ['an app that is missing', '${nope::Production.X}', /no such app/],
  ['part of an app name', '${ap::Production.API_KEY}', /no such app/],
  ['an app without an environment', '${api::API_KEY}', /none of the forms/],
  ['an app with an empty environment', '${api::.API_KEY}', /none of the forms/],
  ['an empty app', '${::Production.API_KEY}', /none of the forms/],
  ['an empty environment', '${.PLAIN}', /none of the forms/],
  ['an empty key', '${db/}', /none of the forms/],
  ['spaces', '${ PLAIN }', /^a reference in the value of "SUBJECT"/],
  ['a default', '${PLAIN:-x}', /no such key/],
  ['a dotted key', '${tls.crt}', /no such environment/],
  ['a path that no header carries', '${/日本/KEY}', /^a reference .*no request can carry/],
]

for (const [name, value, message] of UNRESOLVED) {
  test(`does not resolve: ${name}`, async () => {
    const source = sourceOf(fakePhase([web({ SUBJECT: `<${value}>` }), API]))
    const failures = await failuresOf(source)
    assert.deepEqual(
      failures.map(({ code, fault }) => [code, fault]),
      [['ERR_REFERENCE_UNRESOLVED', 'input']],
    )
    assert.match(failures[0]?.message ?? '', message)
    const lenient = await source.read(requestOf({ onReferenceError: 'Warn' }))
    const subject = lenient.secrets.find(({ key }) => key === 'SUBJECT')
    assert.equal(subject?.value.revealText(), `<${value}>`)
    assert.deepEqual(lenient.warnings, failures)
  })
}

test('a name that two apps share resolves to neither', async () => {
  const source = sourceOf(fakePhase([web({ A: '${api::Production.API_KEY}' }), API, API]))
  assert.match((await failuresOf(source))[0]?.message ?? '', /more than one app/)
})

test('what a value holds is never read again: no reference can be put together from values', async () => {
  const source = sourceOf(
    fakePhase([
      web({
        DOLLAR: 'p$$w$&d$1$`',
        REFDOLLAR: '<${DOLLAR}>',
        USERCTL: '${{x}}${PLAIN',
        INJECT: '${USERCTL}|${PLAIN}',
        OPEN: '$',
        SPLIT: '${OPEN}{PLAIN}',
      }),
    ]),
  )
  const values = await valuesOf(source)
  assert.equal(values.REFDOLLAR, '<p$$w$&d$1$`>')
  assert.equal(values.INJECT, '${{x}}${PLAIN|plain')
  assert.equal(values.SPLIT, '${PLAIN}')
})

test('a text that is no plain reference is not quoted', async () => {
  const source = sourceOf(fakePhase([web({ PASSWORD: 'pa${s,s-hunter2}word' })]))
  assert.doesNotMatch(JSON.stringify(await failuresOf(source)), /hunter2/)
})

test('circles are errors, also under Warn, each once and with its chain', async () => {
  const circles = { A: 'x${B}', B: 'y${C}', C: '${/A}', SELF: '${SELF}', OUTSIDE: '${A}' }
  const source = sourceOf(fakePhase([web(circles)]))
  for (const onReferenceError of ['Fail', 'Warn'] as const) {
    const failures = await failuresOf(source, { onReferenceError })
    assert.deepEqual(
      failures.map(({ code, message }) => `${code} ${message}`),
      [
        'ERR_REFERENCE_CYCLE references go in a circle: "A" -> "B" -> "C" -> "A"',
        'ERR_REFERENCE_CYCLE references go in a circle: "SELF" -> "SELF"',
      ],
    )
  }
})

function chain(length: number): Record<string, string> {
  const keys = Array.from({ length: length + 1 }, (_, index) => `K${index}`)
  return Object.fromEntries(
    keys.map((key, index) => [key, index === length ? 'end' : `\${K${index + 1}}`]),
  )
}

test('25 references may follow one another, 26 may not', async () => {
  const values = await valuesOf(sourceOf(fakePhase([web(chain(25))])))
  assert.equal(values.K0, 'end')
  const failures = await failuresOf(sourceOf(fakePhase([web(chain(26))])))
  assert.deepEqual(
    failures.map(({ code, message }) => [code, message]),
    [['ERR_REFERENCE_DEPTH', 'the references in the value of "K0" nest deeper than 25']],
  )
})

test('a chain that leaves the folder again and again ends at the depth limit', async () => {
  const hops = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`/f${index}`, { K: `\${/f${index + 1}/K}` }]),
  )
  const fake = fakePhase([
    { name: 'web', environments: { Production: { '/': { A: '${/f0/K}' }, ...hops } } },
  ])
  const [failure] = await failuresOf(sourceOf(fake))
  assert.equal(failure?.code, 'ERR_REFERENCE_DEPTH')
  assert.ok(fake.requests.length <= 30, `${fake.requests.length} requests`)
})

test('references that double a text again and again end before memory does', async () => {
  const doubling = Object.fromEntries(
    Array.from({ length: 25 }, (_, index) => [`K${index}`, `\${K${index + 1}}\${K${index + 1}}`]),
  )
  const [failure] = await failuresOf(
    sourceOf(fakePhase([web({ ...doubling, K25: 'x'.repeat(99) })])),
  )
  assert.equal(failure?.code, 'ERR_REFERENCE_DEPTH')
  assert.match(failure?.message ?? '', /1 MiB/)
})

test('very many references to one text end before a string does', async () => {
  const root = { A: '${B}'.repeat(60_000), B: 'x'.repeat(9_999) }
  const [failure] = await failuresOf(sourceOf(fakePhase([web(root)])))
  assert.match(
    failure?.message ?? '',
    /^the references in the value of "A" expand to more than 1 MiB/,
  )
})

test('pieces add up to the text, whatever it is', () => {
  const hostile = fc.string({
    unit: fc.constantFrom('$', '{', '}', '.', '/', ':', 'A', ' ', '\n', '日'),
    maxLength: 40,
  })
  fc.assert(
    fc.property(hostile, (text) => {
      const pieces = splitReferences(text)
      const joined = pieces
        .map((piece) => (typeof piece === 'string' ? piece : piece.text))
        .join('')
      assert.equal(joined, text)
      for (const piece of pieces) {
        if (typeof piece !== 'string') assert.match(piece.text, /^\$\{[^{}]+\}$/s)
      }
    }),
  )
})

test('values equal those of a plain recursive replacement', async () => {
  const key = fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F')
  const letters = ['A', 'B', 'C', 'D', 'E', 'F']
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.oneof(key, fc.constant('-')), { maxLength: 4 }), {
        minLength: 6,
        maxLength: 6,
      }),
      async (shapes) => {
        // A key refers only to later ones, so that there is no circle.
        const root = Object.fromEntries(
          letters.map((name, index) => [
            name,
            (shapes[index] ?? []).map((to) => (to > name ? `\${${to}}` : to)).join(''),
          ]),
        )
        const expand = (text: string): string =>
          text.replace(/\$\{(\w)\}/g, (_, name: string) => expand(root[name] ?? ''))
        const expected = Object.fromEntries(letters.map((name) => [name, expand(root[name] ?? '')]))
        const app = { name: 'web', environments: { Production: { '/': root } } }
        assert.deepEqual(await valuesOf(sourceOf(fakePhase([app]))), expected)
      },
    ),
    { numRuns: 25 },
  )
})
