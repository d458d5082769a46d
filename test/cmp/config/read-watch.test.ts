// The section `watch` of a configuration: what it says, and what is wrong with it and where.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readConfiguration } from '../../../cmp/config/read-configuration.ts'
import type { WatchSection } from '../../../cmp/watch/section.ts'
import { DEFAULT_TUNING } from '../../../cmp/watch/section.ts'

const HEAD = 'version: 1\npolicies: []\n'
const read = (text: string) => readConfiguration(Buffer.from(`${HEAD}${text}`), 'c.yaml')

function sectionOf(text: string): WatchSection {
  const outcome = read(text)
  assert.ok('value' in outcome, JSON.stringify(outcome))
  assert.ok(outcome.value.watch !== undefined)
  return outcome.value.watch
}

test('everything the section can say', () => {
  const section = sectionOf(`hosts: [{ url: "https://a.example" }, { url: "https://b.example" }]
watch:
  argocd:
    server: https://argocd-server.argocd.svc/
    caFile: /etc/argocd/ca.crt
    tokenFile: /run/argocd/token
    projects: [payments, shop]
    selector: "team=payments,env in (dev,prod)"
  phase:
    - { host: "https://b.example/", tokenFile: /run/phase/token }
    - { directory: /run/phase/tokens }
  interval: { standard: 30, shortest: 5, longest: 120 }
  requestsPerMinute: 100
  spread: 0
  concurrency: 32
  sync: true
  state: { configMap: argocd/phase-watch-state }
  lease: phase-watch
`)
  assert.deepEqual(section, {
    argocd: {
      server: 'https://argocd-server.argocd.svc',
      caFile: '/etc/argocd/ca.crt',
      tokenFile: '/run/argocd/token',
      projects: ['payments', 'shop'],
      selector: 'team=payments,env in (dev,prod)',
    },
    phase: [
      { host: 'https://b.example', token: { file: '/run/phase/token' } },
      { host: undefined, token: { directory: '/run/phase/tokens' } },
    ],
    tuning: {
      interval: { standard: 30_000, shortest: 5000, longest: 120_000 },
      requestsPerMinute: 100,
      spread: 0,
      concurrency: 32,
      sync: true,
    },
    state: { configMap: { namespace: 'argocd', name: 'phase-watch-state' } },
    lease: { namespace: undefined, name: 'phase-watch' },
  })
})

test('what docs/watch.md shows is a configuration, with every field and the defaults', () => {
  const [, text = ''] =
    /^```yaml\n(version: 1\n.*?)^```$/ms.exec(readFileSync('docs/watch.md', 'utf8')) ?? []
  const outcome = readConfiguration(Buffer.from(text), 'docs/watch.md')
  assert.ok('value' in outcome, JSON.stringify(outcome))
  const { watch } = outcome.value
  assert.deepEqual(watch?.tuning, DEFAULT_TUNING)
  for (const value of Object.values({ ...watch, ...watch?.argocd })) assert.ok(value !== undefined)
})

test('nothing said: the defaults', () => {
  const none = { phase: undefined, state: undefined, lease: undefined }
  assert.deepEqual(sectionOf('watch: {}'), { argocd: {}, tuning: DEFAULT_TUNING, ...none })
})

test('a state in a file', () => {
  assert.deepEqual(sectionOf('watch: { state: { file: /s/a.json } }').state, { file: '/s/a.json' })
})

/** Seconds: standard, shortest, longest. */
const intervals: Record<string, readonly [number, number, number]> = {
  '{}': [60, 15, 3600],
  '{ standard: 30 }': [30, 15, 3600],
  '{ standard: 10 }': [10, 10, 3600],
  '{ standard: 7200 }': [7200, 15, 7200],
  '{ shortest: 90 }': [90, 90, 3600],
  '{ longest: 20 }': [20, 15, 20],
  '{ longest: 10 }': [10, 10, 10],
  '{ standard: 5, shortest: 5, longest: 5 }': [5, 5, 5],
}
for (const [text, expected] of Object.entries(intervals)) {
  test(`interval ${text}`, () => {
    const { standard, shortest, longest } = sectionOf(`watch: { interval: ${text} }`).tuning
      .interval
    assert.deepEqual(
      [standard, shortest, longest],
      expected.map((seconds) => seconds * 1000),
    )
  })
}

const servers: Record<string, string> = {
  'argocd.example.com': 'https://argocd.example.com',
  'argocd.example.com:8443': 'https://argocd.example.com:8443',
  'localhost:8080': 'https://localhost:8080',
  'HTTPS://Argocd.Example.com/root/': 'https://argocd.example.com/root',
  'http://argocd-server.argocd.svc': 'http://argocd-server.argocd.svc',
}
for (const [text, expected] of Object.entries(servers)) {
  test(`server ${text}`, () => {
    assert.equal(sectionOf(`watch: { argocd: { server: "${text}" } }`).argocd.server, expected)
  })
}

const EMPTY = /a field or an entry without a value$/
const faults: Record<string, readonly [text: string, ...faults: RegExp[]]> = {
  'no section after all': ['watch:', EMPTY],
  'a limit without a value': ['watch: { argocd: { projects: } }', EMPTY],
  'a list': ['watch: []', /^3: watch is a list, not a mapping$/],
  'an unknown field': ['watch:\n  intervall: {}', /^4: unknown field watch\.intervall$/],
  'an unknown field of argocd': [
    'watch: { argocd: { token: x } }',
    /unknown field watch\.argocd\.token/,
  ],
  'a server with a password': [
    'watch: { argocd: { server: "https://a:pw@b" } }',
    /server holds a user name/,
  ],
  'a server with a query': [
    'watch: { argocd: { server: "https://a/?b" } }',
    /server holds a query/,
  ],
  'a server of another kind': [
    'watch: { argocd: { server: "ftp://a" } }',
    /server is neither https nor/,
  ],
  'a server that is none': [
    'watch: { argocd: { server: "https://" } }',
    /server is not an address/,
  ],
  'a server with spaces': ['watch: { argocd: { server: "a b" } }', /server holds white space/],
  'a server with one slash': [
    'watch: { argocd: { server: "https:/a" } }',
    /server is not an address/,
  ],
  'a server with three slashes': [
    'watch: { argocd: { server: "https:///a" } }',
    /server is not an address/,
  ],
  'no server': ['watch: { argocd: { server: "" } }', /server is not an address/],
  'an authority for a plain server': [
    'watch: { argocd: { server: "http://a", caFile: /ca } }',
    /caFile checks nothing of a server without TLS$/,
  ],
  'a relative file': [
    'watch: { argocd: { tokenFile: token } }',
    /tokenFile is not an absolute path$/,
  ],
  'no projects': ['watch: { argocd: { projects: [] } }', /projects is empty$/],
  'a pattern of projects': [
    'watch: { argocd: { projects: ["pay-*"] } }',
    /projects\[0\] is not a name/,
  ],
  'a selector that is none': [
    'watch: { argocd: { selector: "a in" } }',
    /selector is not a label sel/,
  ],
  'an empty selector': ['watch: { argocd: { selector: "" } }', /selector is not a label selector$/],
  'no tokens': ['watch: { phase: [] }', /watch\.phase names no token$/],
  'a place without a token': ['watch: { phase: [{}] }', /phase\[0\]\.tokenFile is missing$/],
  'a place with two': [
    'watch: { phase: [{ tokenFile: /a, directory: /b }] }',
    /phase\[0\]\.directory stands beside tokenFile$/,
  ],
  'a host that no one configured': [
    'hosts: [{ url: "https://a.example" }]\nwatch:\n  phase:\n    - { host: "https://b.example", tokenFile: /a }',
    /^6: watch\.phase\[0\]\.host is a host that is not configured$/,
  ],
  'a host that is none': [
    'watch: { phase: [{ host: b.example, tokenFile: /a }] }',
    /phase\[0\]\.host is refused: the Phase host does not begin with https:/,
  ],
  'an interval that is too short': ['watch: { interval: { standard: 4 } }', /from 5 to 86400$/],
  'shorter than the shortest': [
    'watch: { interval: { standard: 10, shortest: 20 } }',
    /standard is shorter than shortest$/,
  ],
  'longer than the longest': [
    'watch: { interval: { standard: 30, longest: 20 } }',
    /standard is longer than longest$/,
  ],
  'bounds in the wrong order': [
    'watch: { interval: { shortest: 30, longest: 20 } }',
    /shortest is longer than longest$/,
  ],
  'a text for a number': ['watch: { spread: 60s }', /spread is a string, not an integer$/],
  'a spread that is too long': [
    'watch: { spread: 3601 }',
    /spread is not a whole number from 0 to/,
  ],
  'too many at once': [
    'watch: { concurrency: 33 }',
    /concurrency is not a whole number from 1 to 32$/,
  ],
  'no requests': ['watch: { requestsPerMinute: 0 }', /requestsPerMinute is not a whole number/],
  'a text for a flag': ['watch: { sync: "true" }', /sync is a string, not a boolean$/],
  'two states': ['watch: { state: { configMap: a, file: /b } }', /file stands beside configMap$/],
  'no state': ['watch: { state: {} }', /watch\.state says neither configMap nor file$/],
  'a state with three parts': [
    'watch: { state: { configMap: a/b/c } }',
    /is neither a name nor name/,
  ],
  'a lease in no namespace': [
    'watch: { lease: /a }',
    /watch\.lease is neither a name nor namespace/,
  ],
  'a lease of any name': [
    'watch: { lease: "../a" }',
    /watch\.lease is neither a name nor namespace/,
  ],
}
for (const [name, [text, ...wanted]] of Object.entries(faults)) {
  test(`refused: ${name}`, () => {
    const outcome = read(text)
    assert.ok('problems' in outcome, 'it is refused')
    const found = outcome.problems.map(({ fault, at, message, hint }) => {
      assert.equal(fault, 'usage')
      assert.doesNotMatch(`${message} ${hint}`, /pw/)
      return `${at?.line}: ${message}`
    })
    assert.equal(found.length, wanted.length, found.join('\n'))
    for (const [index, each] of wanted.entries()) assert.match(found[index] ?? '', each)
  })
}
