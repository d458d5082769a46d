// RB045: tokens in the documents of a check, whether somebody parsed them or not, and that nothing repeats one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../../support/check.ts'

const PART = '0123456789abcdef'.repeat(4)
const TOKEN = `pss_service:v2:${PART}:${PART}:${PART}:${PART}`
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n'

const rows: readonly (readonly [string, string, line: number, message: string, kind?: string])[] = [
  [
    'a kind that no rule looks into',
    `${HEAD}data:\n  a: ${TOKEN}\n`,
    6,
    'holds a Phase service token',
    'ConfigMap',
  ],
  [
    'a second document',
    `${HEAD}---\n${HEAD}data:\n  a: "${TOKEN}"\n`,
    11,
    'holds a Phase service token',
    'ConfigMap',
  ],
  [
    'a comment above the first',
    `# ${TOKEN}\n---\n${HEAD}`,
    1,
    'holds a Phase service token',
    'ConfigMap',
  ],
  [
    'a comment at a separator',
    `${HEAD}--- # ${TOKEN}\n${HEAD}`,
    5,
    'holds a Phase service token',
    'ConfigMap',
  ],
  ['a document that is none', `a: [\n${TOKEN}\n`, 2, 'holds a Phase service token'],
  [
    'a Secret',
    `${HEAD.replace('ConfigMap', 'Secret')}data:\n  token: ${base64(TOKEN)}\n`,
    6,
    'holds a Phase service token in base64',
    'Secret',
  ],
  [
    'base64 within base64',
    `${HEAD}data:\n  a: ${base64(`{"auth":"${base64(`a:${TOKEN}`)}"}`)}\n`,
    6,
    'holds a Phase service token in base64 within base64',
    'ConfigMap',
  ],
  [
    "a person's",
    `${HEAD}data:\n  a: ${TOKEN.replace('service:v2', 'user:v1')}\n`,
    6,
    'holds a Phase user token',
    'ConfigMap',
  ],
]

for (const [name, text, line, message, kind] of rows) {
  test(name, () => {
    const findings = found('RB045', factsOf(text))
    assert.deepEqual(
      findings.map((each) => [each.at?.line, each.message, each.object?.kind]),
      [[line, message, kind]],
    )
    assert.ok(!JSON.stringify(findings).includes('0123456789'))
  })
}

test('values of other kinds are none', () => {
  const text = `${HEAD}data:\n  a: see pss_service:v2:… in the console\n  b: ${base64('pss_service')}\n`
  assert.deepEqual(found('RB045', factsOf(text)), [])
})

test('many tokens in one document are told of up to a hundred times', () => {
  const text = `${HEAD}data:\n  a: |\n${`    ${TOKEN}\n`.repeat(5000)}`
  assert.equal(found('RB045', factsOf(text)).length, 100)
})
