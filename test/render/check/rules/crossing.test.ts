// RB041 and RB042: Secrets and tokens of another namespace, where they are, and when one is moved unasked.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factsOf, found } from '../../../support/check.ts'

interface Sample {
  readonly own?: string
  readonly target?: string
  readonly token?: string
  readonly kind?: string
}

const line = (field: string, value: string | undefined) =>
  value === undefined ? '' : `${field}: ${value}`

const phaseSecret = ({ own, target, token }: Sample) => `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: web
  ${line('namespace', own)}
spec:
  phaseApp: web
  authentication:
    serviceToken:
      serviceTokenSecretReference:
        secretName: token
        ${line('secretNamespace', token)}
  managedSecretReferences:
    - secretName: other
    - secretName: web
      ${line('secretNamespace', target)}
`

const rows: readonly (readonly [
  string,
  Sample,
  namespace: string | undefined,
  expected: readonly (readonly [id: string, severity: string, line: number, message: string])[],
])[] = [
  ['nothing is said', { own: 'web' }, undefined, []],
  ['all is the same', { own: 'web', target: 'web', token: 'web' }, undefined, []],
  ['the namespace is open and nothing is said', {}, undefined, []],
  ['the namespace is given', { target: 'web', token: 'web' }, 'web', []],
  [
    'both are elsewhere',
    { own: 'web', target: 'shop', token: 'platform' },
    undefined,
    [
      [
        'RB041',
        'high',
        16,
        'writes Secret web in namespace shop, not in web where the PhaseSecret is',
      ],
      [
        'RB042',
        'high',
        12,
        'reads Phase with the token token in namespace platform, not in web where the PhaseSecret is',
      ],
    ],
  ],
  [
    'the namespace is given and is another',
    { target: 'shop' },
    'web',
    [
      [
        'RB041',
        'high',
        16,
        'writes Secret web in namespace shop, not in web where the PhaseSecret is',
      ],
    ],
  ],
  [
    'the namespace is open',
    { target: 'shop', token: 'shop' },
    undefined,
    [
      [
        'RB041',
        'low',
        16,
        'writes Secret web in namespace shop, whatever namespace the PhaseSecret is applied to',
      ],
      [
        'RB042',
        'low',
        12,
        'reads Phase with the token token in namespace shop, whatever namespace the PhaseSecret is applied to',
      ],
    ],
  ],
]

for (const [name, sample, namespace, expected] of rows) {
  test(name, () => {
    const facts = factsOf(phaseSecret(sample), namespace === undefined ? {} : { namespace })
    const all = ['RB041', 'RB042'].flatMap((id) =>
      found(id, facts).map(({ severity, at, message }) => [id, severity, at?.line, message]),
    )
    assert.deepEqual(all, expected)
  })
}

const elsewhere = phaseSecret({ own: 'web', target: 'shop' })
const user = `---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec:
  containers: [{name: a, envFrom: [{secretRef: {name: web}}]}]
`
const taken = `---
apiVersion: v1
kind: Secret
metadata: {name: web, namespace: web}
`

test('a Secret comes home unasked only if nobody misses it and its name is free', () => {
  const fixOf = (text: string) => found('RB041', factsOf(text))[0]?.fix
  assert.deepEqual(fixOf(elsewhere)?.operations, [
    { op: 'replace', path: '/spec/managedSecretReferences/1/secretNamespace', value: 'web' },
  ])
  assert.equal(fixOf(elsewhere)?.isSafe, true)
  assert.equal(fixOf(elsewhere + user)?.isSafe, false)
  assert.equal(fixOf(elsewhere + taken)?.isSafe, false)
  assert.equal(fixOf(phaseSecret({ target: 'shop' })), undefined)
})

test('a token is moved only by suggestion', () => {
  const [finding] = found('RB042', factsOf(phaseSecret({ own: 'web', token: 'shop' })))
  assert.equal(finding?.fix?.isSafe, false)
})
