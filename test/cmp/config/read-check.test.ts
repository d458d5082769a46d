// The section `check` of a configuration: what it says, and what is wrong with it and where.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfiguration } from '../../../cmp/config/read-configuration.ts'

const HEAD = 'version: 1\npolicies: []\n'
const read = (text: string) => readConfiguration(Buffer.from(`${HEAD}${text}`), 'c.yaml')
const at = (line: number, column: number) => ({ file: 'c.yaml', line, column })

test('everything the section can say', () => {
  const outcome = read(`check:
  failOn: warning
  severity: { RB017: low, token-in-git: off }
  enforced: [RB003, escalation]
  exemptions: { longest: 90d, allowed: true }
  trusted: [ServiceAccount/argocd/controller, Group/platform-admins]
  readers:
    - { secrets: [a/b], subjects: [User/system:serviceaccount:a:app] }
  managedSecrets: ["a/*"]
`)
  assert.ok('value' in outcome, JSON.stringify(outcome))
  assert.deepEqual(outcome.value.check, {
    failOn: { level: 'warning', at: at(4, 3) },
    severity: [
      { rule: { text: 'RB017', at: at(5, 15) }, severity: 'low' },
      { rule: { text: 'token-in-git', at: at(5, 27) }, severity: 'off' },
    ],
    enforced: [
      { text: 'RB003', at: at(6, 14) },
      { text: 'escalation', at: at(6, 21) },
    ],
    exemptions: { longest: 90, allowed: true },
    trusted: [
      { kind: 'ServiceAccount', namespace: 'argocd', name: 'controller', at: at(8, 13) },
      { kind: 'Group', namespace: undefined, name: 'platform-admins', at: at(8, 47) },
    ],
    readers: [
      {
        at: at(10, 7),
        secrets: [{ namespace: 'a', name: 'b', at: at(10, 19) }],
        subjects: [{ kind: 'ServiceAccount', namespace: 'a', name: 'app', at: at(10, 36) }],
      },
    ],
    managedSecrets: [{ namespace: 'a', at: at(11, 20) }],
  })
})

const allowed: Record<string, readonly [text: string, allowed: boolean]> = {
  'not said': ['check: {}', true],
  'said of something else': ['check: { exemptions: { longest: 1d } }', true],
  no: ['check: { exemptions: { allowed: false } }', false],
}
for (const [name, [text, isAllowed]] of Object.entries(allowed)) {
  test(`exemptions: ${name}`, () => {
    const outcome = read(text)
    assert.ok('value' in outcome, JSON.stringify(outcome))
    assert.equal(outcome.value.check?.exemptions.allowed, isAllowed)
  })
}

const EMPTY = /^3:\d+: a field or an entry without a value$/
const faults: Record<string, readonly [text: string, ...faults: RegExp[]]> = {
  'no section after all': ['check:\n', EMPTY],
  'a bound without a value': ['check: { failOn: }', EMPTY],
  'a bound without a value, deeper': ['check: { exemptions: { longest: ~ } }', EMPTY],
  'an entry without a value': ['check: { enforced: [RB003, ~] }', EMPTY, /enforced\[1\] is null/],
  'a bound without a value, by an alias': [
    'check: &a\n  exemptions: { allowed: }\n',
    /^4:17: a field/,
  ],
  'a section that is a list': ['check: []', /^3:1: check is a list, not a mapping$/],
  'an unknown field': ['check: { enforce: [] }', /^3:10: unknown field check\.enforce$/],
  'what is the repository’s': ['check: { exemptions: [] }', /exemptions is a list, not a mapping$/],
  'an unknown bound': [
    'check: { exemptions: { allow: false } }',
    /unknown field check\.exemptions/,
  ],
  'a bound that is text': ['check: { exemptions: { allowed: "false" } }', /not a boolean$/],
  'days without a unit': ['check: { exemptions: { longest: "90" } }', /is not a number of days/],
  weeks: ['check: { exemptions: { longest: 4w } }', /is not a number of days such as 90d$/],
  'a ServiceAccount of any namespace': [
    'check: { trusted: [ServiceAccount/controller] }',
    /^3:20: check\.trusted\[0\] has no namespace$/,
  ],
  'a trusted pattern': ['check: { trusted: ["ServiceAccount/argocd/*"] }', /is a pattern/],
  'a Secret of any namespace': [
    'check: { readers: [{ secrets: [b], subjects: [] }] }',
    /secrets\[0\] has no namespace$/,
  ],
}
for (const [name, [text, ...wanted]] of Object.entries(faults)) {
  test(`refused: ${name}`, () => {
    const outcome = read(text)
    assert.ok('problems' in outcome, 'it is refused')
    const found = outcome.problems.map(({ fault, at: place, message }) => {
      assert.equal(fault, 'usage')
      return `${place?.line}:${place?.column}: ${message}`
    })
    assert.equal(found.length, wanted.length, found.join('\n'))
    for (const [index, each] of wanted.entries()) assert.match(found[index] ?? '', each)
  })
}
