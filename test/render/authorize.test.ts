// What a PhaseSecret may ask for: hosts and target namespaces that Git chose.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { authorize } from '../../render/authorize.ts'
import { sampleGrants as grants, problemsOf } from '../support/sample-grants.ts'
import { line, samplePhaseSecret, sampleTarget } from '../support/sample-phase-secret.ts'

const HOST = 'https://console.phase.dev'
const BASED = 'https://phase.example:8443/base/'

function isAllowed(host: string, configured: string): boolean {
  return 'value' in authorize(samplePhaseSecret({ host }), grants({ hosts: [configured] }))
}

const allowed: readonly (readonly [host: string, configured: string])[] = [
  ['https://console.phase.dev', HOST],
  ['https://console.phase.dev/', HOST],
  ['https://console.phase.dev//', HOST],
  ['https://console.phase.dev:443', HOST],
  ['HTTPS://Console.Phase.DEV', HOST],
  ['https://console.phase.dev', ` ${HOST}/\n`],
  ['https://phase.example:8443/base', BASED],
  ['https://phase.example:8443/other/../base', BASED],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['https://[::1]:8443', 'https://[0:0::1]:8443'],
  // The text of an administrator who writes the name in its own letters.
  ['https://phäse.example', 'https://phäse.example'],
  ['https://xn--phse-moa.example', 'https://phäse.example'],
]
for (const [host, configured] of allowed) {
  test(`${JSON.stringify(host)} is ${JSON.stringify(configured)}`, () => {
    assert.ok(isAllowed(host, configured))
  })
}

const refused: readonly (readonly [host: string, configured?: string])[] = [
  [''],
  ['console.phase.dev'],
  ['//console.phase.dev'],
  ['http://console.phase.dev'],
  ['https:console.phase.dev'],
  ['https:///console.phase.dev'],
  ['https:/console.phase.dev'],
  ['https://console.phase.dev:8443'],
  ['https://console.phase.dev.'],
  ['https://console.phase.dev.evil.example'],
  ['https://evil.example/console.phase.dev'],
  ['https://evil.example#https://console.phase.dev'],
  ['https://evil.example?https://console.phase.dev'],
  ['https://console.phase.dev#evil'],
  ['https://console.phase.dev?evil'],
  ['https://console.phase.dev/service'],
  ['https://console.phase.dev@evil.example'],
  ['https://user:fake@console.phase.dev'],
  ['https://@console.phase.dev'],
  ['https://evil.example\\@console.phase.dev'],
  ['https:\\\\console.phase.dev'],
  ['https://console.phase.dev\\'],
  ['https://console.phase%2Edev'],
  ['https://%63onsole.phase.dev'],
  ['https://console.phase.dev/%2e'],
  ['https://con\tsole.phase.dev'],
  ['https://console.phase.dev\n'],
  [' https://console.phase.dev'],
  ['https://console。phase.dev'],
  ['https://conſole.phase.dev'],
  ['https://сonsole.phase.dev'],
  ['https://console\u200b.phase.dev'],
  ['https://[::1'],
  ['https://phase.example:8443', BASED],
  ['https://phase.example:8443/Base', BASED],
  ['https://phase.example:8443/base/../..', BASED],
  ['https://phase.example:8443//base', BASED],
  ['not a url', 'also not a url'],
  ['https://:bad', 'https://:worse'],
]
for (const [host, configured = HOST] of refused) {
  test(`${JSON.stringify(host)} is not ${JSON.stringify(configured)}`, () => {
    assert.ok(!isAllowed(host, configured))
  })
}

test('whatever is allowed leads to the configured host', () => {
  const piece = fc.constantFrom(
    'https:',
    'http:',
    '/',
    '//',
    '\\',
    '@',
    'console.phase.dev',
    ':',
    '443',
    '.',
    '%2e',
    '#',
    '?',
    'evil.example',
    ' ',
    '\t',
    '[',
    ']',
    '。',
    'base',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
      const host = pieces.join('')
      if (!isAllowed(host, HOST)) return
      assert.equal(new URL(host).origin, HOST)
      assert.match(new URL(host).pathname, /^\/*$/)
    }),
  )
})

test('a Secret that would be a cluster of Argo CD is refused at its label', () => {
  const targets = [{ ...sampleTarget(), argocdSecretAt: line(13) }]
  for (const application of [undefined, { name: 'app', namespace: 'argocd' }]) {
    const problems = problemsOf(samplePhaseSecret({ targets }), grants({ application }))
    assert.deepEqual(
      problems.map(({ at, message }) => [at?.line, message.slice(0, 50)]),
      [[13, 'label argocd.argoproj.io/secret-type is refused: i']],
    )
  }
})

test('no host in Git asks for the default', () => {
  const outcome = authorize(samplePhaseSecret(), grants())
  assert.ok('value' in outcome)
  assert.equal(outcome.value.host, HOST)
  assert.deepEqual(outcome.value.token, { credential: undefined })
  assert.ok(!outcome.value.access.isLimited)
})

test('a refused host is reported at its line and not quoted', () => {
  const host = 'https://user:fake-password@evil.example'
  assert.deepEqual(problemsOf(samplePhaseSecret({ host }), grants()), [
    {
      severity: 'error',
      fault: 'input',
      at: line(5),
      object: { kind: 'PhaseSecret', namespace: 'payments', name: 'app' },
      message: 'spec.phaseHost is not the configured Phase host',
      hint: 'remove spec.phaseHost, or have the administrator set PHASE_HOST',
    },
  ])
})

const targets: readonly {
  readonly name: string
  readonly application?: { namespace?: string }
  readonly namespace?: string
  readonly isAllowed: boolean
}[] = [
  { name: 'a local run, another namespace', namespace: 'kube-system', isAllowed: true },
  { name: 'a local run, no namespace', isAllowed: true },
  {
    name: 'the destination',
    application: { namespace: 'payments' },
    namespace: 'payments',
    isAllowed: true,
  },
  { name: 'no namespace', application: { namespace: 'payments' }, isAllowed: true },
  {
    name: 'another namespace',
    application: { namespace: 'payments' },
    namespace: 'argocd',
    isAllowed: false,
  },
  {
    name: 'the destination in capitals',
    application: { namespace: 'payments' },
    namespace: 'Payments',
    isAllowed: false,
  },
  {
    name: 'an empty namespace',
    application: { namespace: 'payments' },
    namespace: '',
    isAllowed: false,
  },
  { name: 'no destination, a namespace', application: {}, namespace: 'payments', isAllowed: false },
  { name: 'no destination, no namespace', application: {}, isAllowed: true },
]
for (const { name, application, namespace, isAllowed } of targets) {
  test(`target: ${name}: ${isAllowed ? 'allowed' : 'refused'}`, () => {
    const phaseSecret = samplePhaseSecret({ targets: [sampleTarget(namespace)] })
    const inside = application && { name: 'app', ...application }
    const problems = problemsOf(phaseSecret, grants({ application: inside }))
    assert.equal(problems.length, isAllowed ? 0 : 1)
  })
}

test('every fault is reported, each at its line', () => {
  const phaseSecret = samplePhaseSecret({
    host: 'https://evil.example',
    targets: [sampleTarget('argocd'), sampleTarget('payments'), sampleTarget('kube-system')],
  })
  const inside = grants({ application: { name: 'app', namespace: 'payments' } })
  assert.deepEqual(
    problemsOf(phaseSecret, inside).map(({ at, message }) => [at?.line, message]),
    [
      [5, 'spec.phaseHost is not the configured Phase host'],
      [9, "Secret argocd/app-secret is outside the Application's destination namespace"],
      [9, "Secret kube-system/app-secret is outside the Application's destination namespace"],
    ],
  )
})
