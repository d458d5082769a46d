// Which token Secret a PhaseSecret may be read with, whatever its author writes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Outcome } from '../../manifests/document.ts'
import { authorize } from '../../render/authorize.ts'
import type { PhaseSecret, TokenKey } from '../../render/model.ts'
import { sampleGrants } from '../support/sample-grants.ts'
import { line, samplePhaseSecret } from '../support/sample-phase-secret.ts'

/** The token Secret that a PhaseSecret is read with where all tokens are looked up. */
function authorizeToken(
  phaseSecret: PhaseSecret,
  { application }: { application?: { namespace?: string | undefined } | undefined },
): Outcome<TokenKey> {
  const inside = application && { name: 'app', ...application }
  const grants = sampleGrants({ application: inside, looksUpTokens: true, hasDefaultToken: false })
  const outcome = authorize(phaseSecret, grants)
  if ('problems' in outcome) return outcome
  assert.ok('key' in outcome.value.token)
  return { value: outcome.value.token.key }
}

interface TokenCase {
  readonly name: string
  /** `null`: inside Argo CD, without a destination namespace. */
  readonly destination?: string | null
  readonly own?: string | undefined
  readonly reference?: { name: string; namespace?: string }
  /** `namespace/name`, or what is said of it. */
  readonly want: string | RegExp
}

const tokens: readonly TokenCase[] = [
  { name: 'the operator’s default name', own: 'payments', want: 'payments/phase-service-token' },
  { name: 'a name', own: 'payments', reference: { name: 'token' }, want: 'payments/token' },
  {
    name: 'its own namespace',
    own: 'payments',
    reference: { name: 'token', namespace: 'payments' },
    want: 'payments/token',
  },
  {
    name: 'another namespace',
    own: 'payments',
    reference: { name: 'token', namespace: 'billing' },
    want: /^the token Secret is in namespace billing, not in the PhaseSecret's own$/,
  },
  { name: 'no namespace at all', want: /has no namespace$/ },
  {
    name: 'only the reference’s',
    reference: { name: 'token', namespace: 'billing' },
    want: 'billing/token',
  },
  { name: 'the destination', destination: 'payments', want: 'payments/phase-service-token' },
  {
    name: 'the destination, spelled out',
    destination: 'payments',
    own: 'payments',
    reference: { name: 'a.b-c', namespace: 'payments' },
    want: 'payments/a.b-c',
  },
  {
    name: 'a PhaseSecret that claims another namespace',
    destination: 'payments',
    own: 'billing',
    want: /namespace billing, not in the Application's destination$/,
  },
  {
    name: 'a PhaseSecret and a reference that agree on another',
    destination: 'payments',
    own: 'billing',
    reference: { name: 'token', namespace: 'billing' },
    want: /namespace billing, not in/,
  },
  {
    name: 'a reference to another',
    destination: 'payments',
    own: 'payments',
    reference: { name: 'token', namespace: 'billing' },
    want: /namespace billing, not in/,
  },
  {
    name: 'no destination: Git does not choose one',
    destination: null,
    own: 'billing',
    want: /^no token can be chosen/,
  },
  {
    name: 'no destination, a reference',
    destination: null,
    reference: { name: 'token', namespace: 'billing' },
    want: /^no token can be chosen/,
  },
  { name: 'nothing anywhere', destination: null, want: /^no token can be chosen/ },
]
for (const { name, destination, own, reference, want } of tokens) {
  test(`token: ${destination === undefined ? 'a local run' : 'Argo CD'}, ${name}`, () => {
    const application =
      destination === undefined ? undefined : { namespace: destination ?? undefined }
    const phaseSecret = samplePhaseSecret({
      object: { kind: 'PhaseSecret', namespace: own, name: 'app' },
      tokenReference: reference && { at: line(7), ...reference },
    })
    const answer = authorizeToken(phaseSecret, { application })
    if (typeof want === 'string') {
      const [namespace, name] = want.split('/')
      assert.deepEqual(answer, { value: { namespace, name } })
    } else {
      assert.ok('problems' in answer)
      assert.deepEqual(
        answer.problems.map(({ at }) => at),
        [line(reference ? 7 : 1)],
      )
      assert.match(answer.problems[0]?.message ?? '', want)
    }
  })
}

const traversals = [
  '..',
  '.',
  '',
  'a/../b',
  '../billing',
  'a/b',
  'a\\b',
  'A',
  '-a',
  'a-',
  'a..b',
  '.a',
  'a\0',
  'a\n',
  'ä',
  'a'.repeat(254),
  '%2e%2e',
]
for (const name of traversals) {
  test(`token: ${JSON.stringify(name).slice(0, 20)} is not a name`, () => {
    const named = samplePhaseSecret({ tokenReference: { at: line(7), name } })
    assert.ok('problems' in authorizeToken(named, { application: { namespace: 'payments' } }))
    assert.ok('problems' in authorizeToken(named, {}))
    // Even if everything that is trusted says so.
    const object = { kind: 'PhaseSecret', namespace: name, name: 'app' }
    assert.ok(
      'problems' in
        authorizeToken(samplePhaseSecret({ object }), { application: { namespace: name } }),
    )
    assert.ok('problems' in authorizeToken(samplePhaseSecret({ object }), {}))
  })
}

test('a key never leads elsewhere', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '.', '/', '-', '\\', '\0') }), (name) => {
      const answer = authorizeToken(
        samplePhaseSecret({ tokenReference: { at: line(7), name } }),
        {},
      )
      if ('value' in answer)
        assert.match(answer.value.name, /^[a-z]([a-z-]*[a-z])?(\.[a-z]([a-z-]*[a-z])?)*$/)
    }),
  )
})
