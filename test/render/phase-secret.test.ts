import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PhaseSecret } from '../../render/model.ts'
import { isPhaseObject, readPhaseSecret } from '../../render/phase-secret.ts'
import { manifestObject } from '../support/manifest-object.ts'

const HEAD = 'apiVersion: secrets.phase.dev/v1alpha1\nkind: PhaseSecret\n'

function read(text: string): PhaseSecret {
  const reading = readPhaseSecret(manifestObject(text))
  assert.ok('value' in reading, JSON.stringify(reading))
  return reading.value
}

/** `line:column: message | hint` of each error. */
function errorsOf(text: string): string[] {
  const reading = readPhaseSecret(manifestObject(text))
  assert.ok('problems' in reading)
  return reading.problems.map(({ at, message, hint, severity, fault }) => {
    assert.deepEqual([severity, fault], ['error', 'input'])
    return [`${at?.line}:${at?.column}: ${message}`, hint].filter(Boolean).join(' | ')
  })
}

test('the least that can be written has the defaults of the operator', () => {
  const text = `${HEAD}metadata: {name: a, namespace: b}\nspec:\n  phaseApp: App\n  managedSecretReferences:\n  - secretName: s\n`
  const at = { file: 'app.yaml', line: 7, column: 5 }
  assert.deepEqual(read(text), {
    object: { kind: 'PhaseSecret', namespace: 'b', name: 'a' },
    at: { file: 'app.yaml', line: 1, column: 1 },
    request: {
      app: { id: undefined, name: 'App' },
      environment: 'production',
      path: '/',
      tag: undefined,
      onReferenceError: 'Fail',
    },
    host: undefined,
    tokenReference: undefined,
    fields: {
      app: { file: 'app.yaml', line: 5, column: 3 },
      secrets: { file: 'app.yaml', line: 6, column: 3 },
    },
    targets: [
      {
        at,
        name: 's',
        namespace: 'b',
        type: 'Opaque',
        nameTransformer: 'upper_snake',
        processors: new Map(),
        labels: {},
        annotations: {},
        argocdSecretAt: undefined,
      },
    ],
    redeploySelector: undefined,
    pollingInterval: undefined,
    argocdAnnotations: {},
  })
})

const FULL = `${HEAD}metadata:
  name: a
  namespace: b
  labels: {x: y}
  annotations:
    argocd.argoproj.io/sync-wave: "-1"
    argocd.argoproj.io/hook: PreSync
    argocd.argoproj.io/hook-delete-policy: BeforeHookCreation
    argocd.argoproj.io/sync-options: Prune=false
    argocd.argoproj.io/compare-options: IgnoreExtraneous
    argocd.argoproj.io/tracking-id: other
    example.com/note: stays behind
spec:
  phaseApp: App
  phaseAppId: 4f0d
  phaseAppEnv: Staging
  phaseAppEnvPath: /db
  phaseAppEnvTag: back_end
  phaseHost: https://phase.example
  pollingInterval: 60
  onSecretReferenceError: Warn
  redeployLabelSelector: tier=api
  authentication:
    serviceToken:
      serviceTokenSecretReference:
        secretName: token
        secretNamespace: vault
  managedSecretReferences:
  - secretName: tls
    secretNamespace: c
    secretType: kubernetes.io/tls
    nameTransformer: lower-kebab
    processors:
      CERT: {asName: tls.crt, type: base64}
      KEY: {nameTransformer: camel}
    template:
      metadata:
        labels: {team: x}
        annotations: {Example.com/Owner: "y: z"}
  - secretName: tls
status:
  conditions: []
`

test('every field of 1.4 and 2.0', () => {
  const phaseSecret = read(FULL)
  assert.deepEqual(phaseSecret.request, {
    app: { id: '4f0d', name: 'App' },
    environment: 'Staging',
    path: '/db',
    tag: 'back_end',
    onReferenceError: 'Warn',
  })
  assert.equal(phaseSecret.host, 'https://phase.example')
  assert.deepEqual(
    Object.entries(phaseSecret.fields).map(([field, { line }]) => `${field} ${line}`),
    ['app 17', 'environment 18', 'path 19', 'tag 20', 'host 21', 'token 25', 'secrets 30'],
  )
  const token = { at: { file: 'app.yaml', line: 27, column: 7 }, name: 'token', namespace: 'vault' }
  assert.deepEqual(phaseSecret.tokenReference, token)
  assert.equal(phaseSecret.redeploySelector?.matches({ tier: 'api' }), true)
  assert.equal(phaseSecret.redeploySelector?.matches({}), false)
  assert.deepEqual(phaseSecret.argocdAnnotations, {
    'argocd.argoproj.io/hook': 'PreSync',
    'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
    'argocd.argoproj.io/sync-wave': '-1',
    'argocd.argoproj.io/sync-options': 'Prune=false',
    'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
  })
  const [first, second] = phaseSecret.targets
  assert.deepEqual(first, {
    at: { file: 'app.yaml', line: 31, column: 5 },
    name: 'tls',
    namespace: 'c',
    type: 'kubernetes.io/tls',
    nameTransformer: 'lower-kebab',
    processors: new Map([
      [
        'CERT',
        {
          at: { file: 'app.yaml', line: 36, column: 7 },
          asName: 'tls.crt',
          nameTransformer: undefined,
          type: 'base64',
        },
      ],
      [
        'KEY',
        {
          at: { file: 'app.yaml', line: 37, column: 7 },
          asName: undefined,
          nameTransformer: 'camel',
          type: 'plain',
        },
      ],
    ]),
    labels: { team: 'x' },
    annotations: { 'Example.com/Owner': 'y: z' },
    argocdSecretAt: undefined,
  })
  assert.equal(second?.namespace, 'b')
})

test('a polling interval is for watch, which is a notice', () => {
  const { warnings } = readPhaseSecret(manifestObject(FULL))
  assert.equal(read(FULL).pollingInterval, 60)
  assert.deepEqual(
    warnings.map(({ severity, at, message }) => `${severity} ${at?.line} ${message}`),
    ['notice 22 spec.pollingInterval is for watch only: a render always reads Phase'],
  )
})

for (const seconds of [0, -5, 31_536_001]) {
  test(`a polling interval of ${seconds} is none, which is a notice too`, () => {
    const text = FULL.replace('pollingInterval: 60', `pollingInterval: ${seconds}`)
    const { warnings } = readPhaseSecret(manifestObject(text))
    assert.equal(read(text).pollingInterval, undefined)
    assert.deepEqual(
      warnings.map(({ severity, message }) => `${severity} ${message}`),
      [
        'notice spec.pollingInterval is not from 1 to 31536000 seconds: watch takes its own interval',
      ],
    )
  })
}

/** A PhaseSecret whose spec begins in line 5. */
const withSpec = (spec: string) => `${HEAD}metadata: {name: a}\nspec:\n${spec}`
const TARGET = '  managedSecretReferences: [{secretName: s}]\n'

test('empty texts and nulls are what was not written, as in the operator', () => {
  const empty = ['phaseAppId', 'phaseAppEnv', 'phaseAppEnvPath', 'phaseAppEnvTag', 'phaseHost']
  const spec = [...empty, 'redeployLabelSelector'].map((name) => `  ${name}: ""\n`).join('')
  const plain = read(withSpec(`  phaseApp: x\n${TARGET}`))
  const { request, host, redeploySelector } = read(withSpec(`  phaseApp: x\n${spec}${TARGET}`))
  assert.deepEqual(request, plain.request)
  assert.deepEqual([host, redeploySelector], [undefined, undefined])
  const nulls = spec.replaceAll('""', 'null')
  assert.deepEqual(read(withSpec(`  phaseApp: x\n${nulls}${TARGET}`)).request, plain.request)
})

test('an id needs no name, and without a namespace there is none', () => {
  const { request, targets } = read(withSpec(`  phaseAppId: x\n${TARGET}`))
  assert.deepEqual(request.app, { id: 'x', name: undefined })
  assert.equal(targets[0]?.namespace, undefined)
})

test('a reference to a token has the defaults of the operator', () => {
  const spec = (reference: string) =>
    `${HEAD}metadata: {name: a, namespace: b}\nspec:\n  phaseApp: x\n  authentication: ${reference}\n${TARGET}`
  const { tokenReference } = read(spec('{serviceToken: {serviceTokenSecretReference: {}}}'))
  assert.deepEqual([tokenReference?.name, tokenReference?.namespace], ['phase-service-token', 'b'])
  assert.equal(read(spec('{serviceToken: {}}')).tokenReference, undefined)
})

test('which objects are ours', () => {
  const ours = (apiVersion: string, kind: string) =>
    isPhaseObject(
      manifestObject(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n`),
    )
  assert.ok(ours('secrets.phase.dev/v1alpha1', 'PhaseSecret'))
  assert.ok(ours('secrets.phase.dev/v2', 'Other'))
  assert.ok(ours('secret.phase.dev/v1alpha1', 'PhaseSecret'), 'a misspelt group')
  assert.ok(!ours('v1', 'Secret'))
  assert.ok(!ours('x.secrets.phase.dev/v1', 'Other'))
})

const refused: Record<string, readonly [text: string, ...errors: readonly string[]]> = {
  'another version': [
    'kind: PhaseSecret\napiVersion: secrets.phase.dev/v1\nmetadata: {name: a}\n',
    '2:1: apiVersion is not secrets.phase.dev/v1alpha1, the one version there is | use secrets.phase.dev/v1alpha1',
  ],
  'another kind': [
    'apiVersion: secrets.phase.dev/v1alpha1\nkind: PhaseSecrets\nmetadata: {name: a}\n',
    '2:1: kind is an unknown kind of secrets.phase.dev | its only kind is PhaseSecret',
  ],
  'no spec': [`${HEAD}metadata: {name: a}\n`, '1:1: spec is missing'],
  'a spec that is a list': [
    `${HEAD}metadata: {name: a}\nspec: []\n`,
    '4:1: spec is a list, not a mapping',
  ],
  'an empty spec': [
    `${HEAD}metadata: {name: a}\nspec: {}\n`,
    '4:1: spec.phaseApp is missing | name the app with phaseApp, or its id with phaseAppId',
    '4:1: spec.managedSecretReferences is missing or empty | name at least one Secret',
  ],
  'names that are empty': [
    withSpec('  phaseApp: ""\n  phaseAppId: ""\n  managedSecretReferences: []\n'),
    '5:3: spec.phaseApp is missing | name the app with phaseApp, or its id with phaseAppId',
    '7:3: spec.managedSecretReferences is missing or empty | name at least one Secret',
  ],
  'unknown fields at the top': [
    `${withSpec(`  phaseApp: x\n${TARGET}`)}data: {}\n`,
    '7:1: unknown field data | known here: apiVersion, kind, metadata, spec, status',
  ],
  'an unknown field of the spec': [
    withSpec(`  phaseApp: x\n  phaseAppEnvv: y\n${TARGET}`),
    '6:3: unknown field spec.phaseAppEnvv | did you mean phaseAppEnv?',
  ],
  'YAML that is no string': [
    withSpec(`  phaseApp: 007\n  phaseAppEnv: on\n  phaseAppEnvTag: [a]\n${TARGET}`),
    '5:3: spec.phaseApp is a number, not a string | quote it',
    '6:3: spec.phaseAppEnv is a boolean, not a string | quote it',
    '7:3: spec.phaseAppEnvTag is a list, not a string',
  ],
  'a polling interval in words': [
    withSpec(`  phaseApp: x\n  pollingInterval: 60s\n${TARGET}`),
    '6:3: spec.pollingInterval is a string, not an integer',
  ],
  'a reaction that does not exist': [
    withSpec(`  phaseApp: x\n  onSecretReferenceError: warn\n${TARGET}`),
    '6:3: spec.onSecretReferenceError is none of Fail, Warn | did you mean Warn?',
  ],
  'a broken selector': [
    withSpec(`  phaseApp: x\n  redeployLabelSelector: a in b\n${TARGET}`),
    '6:3: spec.redeployLabelSelector is not a label selector: expected "(" after in or notin',
  ],
  'a selector as an object': [
    withSpec(`  phaseApp: x\n  redeployLabelSelector: {matchLabels: {a: b}}\n${TARGET}`),
    '6:3: spec.redeployLabelSelector is a mapping, not a string',
  ],
  'authentication that was never released': [
    withSpec(`  phaseApp: x\n  authentication:\n    kubernetesAuth: {}\n${TARGET}`),
    '7:5: spec.authentication.kubernetesAuth is not supported: no release of the operator had it | use authentication.serviceToken',
  ],
  'a token reference out of shape': [
    withSpec(
      `  phaseApp: x\n  authentication:\n    serviceToken:\n      serviceTokenSecretReference:\n        secretName: ../token\n        secretNamespace: A\n        key: token\n${TARGET}`,
    ),
    '11:9: unknown field spec.authentication.serviceToken.serviceTokenSecretReference.key | known here: secretName, secretNamespace',
    '9:9: spec.authentication.serviceToken.serviceTokenSecretReference.secretName is not a name: only lower case letters, digits, "-" and ".", each part between letters or digits',
    '10:9: spec.authentication.serviceToken.serviceTokenSecretReference.secretNamespace is not a namespace: only lower case letters, digits and "-" between letters or digits',
  ],
  'a namespace of its own that is none': [
    `${HEAD}metadata: {name: a, namespace: A.b}\nspec:\n  phaseApp: x\n${TARGET}`,
    '3:21: metadata.namespace is not a namespace: only lower case letters, digits and "-" between letters or digits',
  ],
  'a wave that is a number': [
    `${HEAD}metadata:\n  name: a\n  annotations:\n    argocd.argoproj.io/sync-wave: -1\nspec:\n  phaseApp: x\n${TARGET}`,
    '6:5: metadata.annotations.argocd.argoproj.io/sync-wave is a number, not a string | quote it',
  ],
}

for (const [name, [text, ...errors]] of Object.entries(refused)) {
  test(`refused: ${name}`, () => assert.deepEqual(errorsOf(text), errors))
}
