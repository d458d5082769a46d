// A `.phase-check.yaml` of somebody who wants the check to fall over, or to print what it should not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LARGEST_POLICY, readCheckPolicy } from '../../../../cmp/check/policy/read.ts'
import { mergePolicies } from '../../../../manifests/check/policy.ts'
import { RULES } from '../../../support/check-rules.ts'

const V = 'version: 1\n'

const levels = Array.from({ length: 20 }, (_, level) =>
  level === 0 ? '  a0: &a0 [x, x]' : `  a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`,
)

const refused: Record<string, readonly [text: string, message: RegExp]> = {
  'an alias bomb': [`${V}severity:\n${levels.join('\n')}\n`, /an alias/],
  'an alias of itself': [`${V}severity: &a [*a]\n`, /an alias/],
  'more than 1 MiB': [`${V}${'#'.repeat(LARGEST_POLICY)}\n`, /^the policy is larger than 1 MiB$/],
  'many exemptions': [
    `${V}exemptions: [${'{},'.repeat(1001)}]\n`,
    /^more than 1000 entries in one list or mapping$/,
  ],
  'many fields': [
    `${V}${Array.from({ length: 100_000 }, (_, n) => `f${n}:`).join(' 1\n')} 1\n`,
    /^more than 1000 entries in one list or mapping$/,
  ],
  'deep nesting': [`${V}severity: ${'['.repeat(100_000)}\n`, /nesting is too deep|bracket|missing/],
  'no UTF-8': ['\xff', /it is not UTF-8 text$/],
  'NUL in a name': [`${V}managedSecrets: ["a/b\\0"]\n`, /^managedSecrets\[0\] is not a name/],
}
for (const [name, [text, message]] of Object.entries(refused)) {
  test(`refused: ${name}`, () => {
    const outcome = readCheckPolicy(Buffer.from(text, 'latin1'), 'p.yaml')
    assert.ok('problems' in outcome, 'it is refused')
    assert.match(outcome.problems[0]?.message ?? '', message)
    assert.ok(outcome.problems.length <= 20, `${outcome.problems.length} problems`)
  })
}

test('names from the file are shown without what a terminal or a log would obey', () => {
  const rule = '"RB\\e[2J\\n::error::\\u202e"'
  const text = `${V}severity: {${rule}: low}
exemptions: [{rules: [${rule}], reason: it is, expires: 2027-01-31}]\n`
  const outcome = readCheckPolicy(Buffer.from(text), 'p.yaml')
  assert.ok('value' in outcome, JSON.stringify(outcome))
  const { problems } = mergePolicies(outcome.value, undefined, RULES, '2027-01-01')
  assert.equal(problems.length, 2)
  for (const { message } of problems) assert.match(message, /^"RB\?\[2J\?::error::\?" is no rule$/)
})

test('names that every object has are no rules', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const text = `${V}severity: {${names.map((name) => `${name}: off`).join(', ')}}\n`
  const outcome = readCheckPolicy(Buffer.from(text), 'p.yaml')
  assert.ok('value' in outcome, JSON.stringify(outcome))
  const { problems } = mergePolicies(outcome.value, undefined, RULES, '2027-01-01')
  assert.deepEqual(
    problems.map(({ message }) => message),
    names.map((name) => `${name} is no rule`),
  )
})

test('as many problems as a file can have are found without comparing each with every rule', () => {
  const rules = Array.from({ length: 1000 }, (_, n) => `secret-read-unscope-${n}`).join(', ')
  const exemption = `  - { rules: [${rules}], reason: it is, expires: 2027-01-31 }\n`
  const count = Math.floor((LARGEST_POLICY - 100) / exemption.length)
  const text = `${V}exemptions:\n${exemption.repeat(count)}`
  const outcome = readCheckPolicy(Buffer.from(text), 'p.yaml')
  assert.ok('value' in outcome, JSON.stringify(outcome))
  const { problems } = mergePolicies(outcome.value, undefined, RULES, '2027-01-01')
  assert.equal(problems.length, count * 1000)
  const guessed = problems.filter(({ hint = '' }) => hint.startsWith('did you mean'))
  assert.equal(guessed.length, 20)
})
