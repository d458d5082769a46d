// RB044: which hosts are allowed, and what is told of those that are not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../../support/check.ts'

const phaseSecret = (host: string) => `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: {name: web, namespace: web}
spec:
  phaseApp: web
  phaseHost: ${JSON.stringify(host)}
  managedSecretReferences:
    - secretName: web
`
const NOT_CONFIGURED = (host: string) =>
  `has its token sent to "${host}", which is no configured host`
const NOT_SAFE = (host: string) => `has its token sent to "${host}" without https`
const NO_URL = 'names a phaseHost that is no URL of a host'

const ONE = ['https://console.phase.dev']

const rows: readonly (readonly [host: string, hosts: readonly string[], message?: string])[] = [
  ['', ONE],
  ['https://console.phase.dev', ONE],
  ['https://console.phase.dev/', ONE],
  ['https://console.phase.dev:443', ONE],
  ['HTTPS://Console.Phase.Dev', ONE],
  ['https://phase.example/base/path', ['https://phase.example']],
  ['https://b.example', ['https://a.example', 'https://b.example']],
  ['http://console.phase.dev', ONE, NOT_SAFE('console.phase.dev')],
  ['http://a.example', ['http://a.example'], NOT_SAFE('a.example')],
  ['ftp://a.example', ONE, NOT_SAFE('a.example')],
  ['https://console.phase.dev.example.com', ONE, NOT_CONFIGURED('console.phase.dev.example.com')],
  ['https://console.phase.dev:8443', ONE, NOT_CONFIGURED('console.phase.dev:8443')],
  ['https://console.phase.dev', [], NOT_CONFIGURED('console.phase.dev')],
  // Neither the name nor the password of such a URL is repeated.
  ['https://console.phase.dev:hunter2@evil.example', ONE, NOT_CONFIGURED('evil.example')],
  ['https://console.phase.dev\\@evil.example', ONE, NOT_CONFIGURED('console.phase.dev')],
  ['https://console.phase.dev/\\..//evil', ONE, NOT_CONFIGURED('console.phase.dev')],
  ['https://console.phase.dev?x', ONE, NOT_CONFIGURED('console.phase.dev')],
  [' https://evil.example', ONE, NOT_CONFIGURED('evil.example')],
  ['https://e\nvil.example', ONE, NOT_CONFIGURED('evil.example')],
  ['https://cоnsole.phase.dev', ONE, NOT_CONFIGURED('xn--cnsole-wqf.phase.dev')],
  ['console.phase.dev', ONE, NO_URL],
  ['hunter2', ONE, NO_URL],
  ['javascript:alert(1)', ONE, NO_URL],
  ['https://', ONE, NO_URL],
]

for (const [host, hosts, message] of rows) {
  test(`${JSON.stringify(host)} where ${hosts.join(' and ') || 'nothing'} is configured`, () => {
    const findings = found('RB044', factsOf(phaseSecret(host), { hosts }))
    assert.deepEqual(
      findings.map((each) => each.message),
      message === undefined ? [] : [message],
    )
    for (const { at, severity } of findings) {
      assert.deepEqual([at?.line, at?.column, severity], [6, 3, undefined])
    }
  })
}

test('the host is put right only if there is but one, and that is safe', () => {
  const fixOf = (hosts: readonly string[]) =>
    found('RB044', factsOf(phaseSecret('https://evil.example'), { hosts }))[0]?.fix
  const fix = fixOf(ONE)
  assert.deepEqual(fix?.operations, [
    { op: 'replace', path: '/spec/phaseHost', value: 'https://console.phase.dev' },
  ])
  assert.equal(fix?.isSafe, true)
  assert.equal(fixOf([...ONE, 'https://b.example']), undefined)
  assert.equal(fixOf(['http://a.example']), undefined)
  assert.equal(fixOf([]), undefined)
})
