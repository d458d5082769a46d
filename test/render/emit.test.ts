import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { secretKeyFault } from '../../manifests/secret.ts'
import { SecretValue } from '../../manifests/secret-value.ts'
import { emitSecrets } from '../../render/emit.ts'
import { NAME_TRANSFORMERS } from '../../render/key-names.ts'
import type { ManagedSecret, PhaseSecret, Processor } from '../../render/model.ts'
import type { SourceResult } from '../../render/source.ts'
import { pem, selfSigned } from '../support/self-signed.ts'

const at = (line: number) => ({ file: 'app.yaml', line, column: 1 })

const TARGET: ManagedSecret = {
  at: at(10),
  name: 's',
  namespace: 'n',
  type: 'Opaque',
  nameTransformer: 'upper_snake',
  processors: new Map(),
  labels: { team: 'x' },
  annotations: {},
}

function phaseSecret(
  targets: readonly Partial<ManagedSecret>[],
  argocdAnnotations: Readonly<Record<string, string>> = {},
): PhaseSecret {
  return {
    object: { kind: 'PhaseSecret', namespace: 'n', name: 'a' },
    at: at(1),
    request: {
      app: { name: 'App' },
      environment: 'production',
      path: '/',
      onReferenceError: 'Fail',
    },
    fields: {},
    targets: targets.map((target) => ({ ...TARGET, ...target })),
    argocdAnnotations,
  }
}

function processors(
  entries: Readonly<Record<string, Partial<Processor>>>,
): ReadonlyMap<string, Processor> {
  return new Map(
    Object.entries(entries).map(([key, processor], index) => [
      key,
      { at: at(20 + index), type: 'plain', ...processor },
    ]),
  )
}

function phase(values: Readonly<Record<string, string>>): SourceResult {
  return {
    host: 'https://phase.example',
    appId: 'app-id',
    environmentId: 'environment-id',
    referencedEnvironmentIds: [],
    path: '/db',
    checksumKey: Buffer.alloc(32, 7),
    sealingKey: Buffer.alloc(32, 8),
    secrets: Object.keys(values)
      .sort()
      .map((key) => ({ key, value: SecretValue.ofText(values[key] ?? '') })),
    warnings: [],
  }
}

/** Each Secret's data as text. */
function dataOf(target: Partial<ManagedSecret>, values: Readonly<Record<string, string>>) {
  const { secrets, problems } = emitSecrets(phaseSecret([target]), phase(values))
  assert.deepEqual(problems, [])
  return [...(secrets[0]?.data ?? [])].map(([key, value]) => [key, value.revealText()])
}

function problemsOf(target: Partial<ManagedSecret>, values: Readonly<Record<string, string>>) {
  const { secrets, problems } = emitSecrets(phaseSecret([target]), phase(values))
  assert.deepEqual(secrets, [])
  return problems.map((problem) => {
    assert.deepEqual([problem.severity, problem.fault], ['error', 'input'])
    assert.equal(problem.object?.name, 'a')
    return [`${problem.at?.line}: ${problem.message}`, problem.hint].filter(Boolean).join(' | ')
  })
}

const NAME_IT = 'give it another name with processors.<KEY>.asName'

test('a Secret has the names and labels of its reference and where it came from', () => {
  const { secrets } = emitSecrets(phaseSecret([{}]), phase({ B: '2', A: '1' }))
  assert.deepEqual(secrets, [
    {
      at: at(10),
      name: 's',
      namespace: 'n',
      type: 'Opaque',
      labels: { team: 'x' },
      annotations: {
        'argocd.argoproj.io/sync-options': 'ServerSideApply=true',
        'secrets.phase.dev/host': 'https://phase.example',
        'secrets.phase.dev/app-id': 'app-id',
        'secrets.phase.dev/environment-id': 'environment-id',
        'secrets.phase.dev/path': '/db',
        'secrets.phase.dev/fields': 'c6a1e0c801368303',
      },
      data: new Map([
        ['A', SecretValue.ofText('1')],
        ['B', SecretValue.ofText('2')],
      ]),
      environmentId: 'environment-id',
      isPlaceholder: false,
      checksumKey: Buffer.alloc(32, 7),
      sealingKey: Buffer.alloc(32, 8),
      sealed: undefined,
      redeploySelector: undefined,
    },
  ])
})

test('a digest of names changes with every name, and with nothing else', () => {
  const digestOf = (target: Partial<ManagedSecret>, values: Record<string, string>) =>
    emitSecrets(phaseSecret([target]), phase(values)).secrets[0]?.annotations[
      'secrets.phase.dev/fields'
    ]
  const first = digestOf({}, { A: '1', B: '2' })
  assert.match(first ?? '', /^[0-9a-f]{16}$/)
  assert.equal(digestOf({ labels: { team: 'y' } }, { B: '3', A: '' }), first)
  const others = [
    digestOf({}, { A: '1' }),
    digestOf({}, { A: '1', C: '2' }),
    digestOf({ labels: {} }, { A: '1', B: '2' }),
    digestOf({ annotations: { note: 'x' } }, { A: '1', B: '2' }),
  ]
  assert.equal(new Set([first, ...others]).size, 5)
})

test('annotations: the template wins over the PhaseSecret, that over the default', () => {
  const wave = 'argocd.argoproj.io/sync-wave'
  const options = 'argocd.argoproj.io/sync-options'
  const cases: readonly (readonly [Record<string, string>, Record<string, string>, string[]])[] = [
    [{}, {}, ['ServerSideApply=true', '']],
    [{ [options]: 'Prune=false', [wave]: '1' }, {}, ['Prune=false', '1']],
    [{ [options]: 'Prune=false', [wave]: '1' }, { [wave]: '2' }, ['Prune=false', '2']],
    [{ [options]: 'Prune=false' }, { [options]: 'Replace=true' }, ['Replace=true', '']],
    [{}, { [options]: '' }, ['', '']],
  ]
  for (const [carried, annotations, expected] of cases) {
    const { secrets } = emitSecrets(phaseSecret([{ annotations }], carried), phase({ A: '1' }))
    const found = secrets[0]?.annotations ?? {}
    assert.deepEqual([found[options], found[wave] ?? ''], expected)
  }
})

test('names: asName over the transformer of the key, that over the one of the Secret', () => {
  const target: Partial<ManagedSecret> = {
    nameTransformer: 'lower-kebab',
    processors: processors({
      TLS_CERT: { asName: 'tls.crt', nameTransformer: 'camel' },
      DB_HOST: { nameTransformer: 'upper-camel' },
    }),
  }
  assert.deepEqual(dataOf(target, { DB_HOST: 'h', DB_PORT: 'p', TLS_CERT: 'c' }), [
    ['DbHost', 'h'],
    ['db-port', 'p'],
    ['tls.crt', 'c'],
  ])
})

test('values: kept as they are, empty ones too; base64 becomes its bytes', () => {
  const target = { processors: processors({ B: { type: 'base64' } }) }
  assert.deepEqual(dataOf(target, { A: '', B: 'w6k=\r\n', C: ' é\n' }), [
    ['A', ''],
    ['B', 'é'],
    ['C', ' é\n'],
  ])
})

test('every reference becomes a Secret of its own', () => {
  const { secrets } = emitSecrets(
    phaseSecret([{ name: 'one' }, { name: 'two', nameTransformer: 'camel' }]),
    phase({ DB_HOST: 'h' }),
  )
  assert.deepEqual(
    secrets.map(({ name, data }) => [name, ...data.keys()]),
    [
      ['one', 'DB_HOST'],
      ['two', 'dbHost'],
    ],
  )
})

test('keys that would become one', () => {
  const kebab: Partial<ManagedSecret> = { nameTransformer: 'lower-kebab' }
  assert.deepEqual(problemsOf(kebab, { A_B: '1', a_b: '2', 'A-B': '3', C: '4' }), [
    `10: keys A-B, A_B, a_b would all become key a-b of Secret n/s | ${NAME_IT}`,
  ])
  assert.deepEqual(
    problemsOf({ processors: processors({ A: { asName: 'B' } }) }, { A: '', B: '' }),
    [`20: keys A, B would all become key B of Secret n/s | ${NAME_IT}`],
  )
})

test('keys that no Secret may have name their source', () => {
  assert.deepEqual(problemsOf({ nameTransformer: 'camel' }, { __: '1' }), [
    `10: key __ would become "", which is no key of a Secret: it is empty | ${NAME_IT}`,
  ])
  assert.deepEqual(problemsOf({}, { 'a b': '1', '..x': '2', é: '3' }), [
    `10: key ..x is no key of a Secret: it may not be "." nor begin with ".." | ${NAME_IT}`,
    `10: key "a b" is no key of a Secret: it may hold only letters, digits, "-", "_" and "." | ${NAME_IT}`,
    `10: key "é" is no key of a Secret: it may hold only letters, digits, "-", "_" and "." | ${NAME_IT}`,
  ])
  assert.deepEqual(
    dataOf({ processors: processors({ 'a b': { asName: 'ab' } }) }, { 'a b': '1' }),
    [['ab', '1']],
  )
})

test('processors for keys that Phase did not return', () => {
  const target = { processors: processors({ TLS_CRT: {}, api_key: {}, OTHER: {} }) }
  assert.deepEqual(problemsOf(target, { TLS_CERT: '1', API_KEY: '2' }), [
    '20: there is a processor for key TLS_CRT, but Phase returned no such key | did you mean TLS_CERT?',
    '21: there is a processor for key api_key, but Phase returned no such key | did you mean API_KEY?',
    '22: there is a processor for key OTHER, but Phase returned no such key | keys are case-sensitive; check the environment, the path and the tag',
  ])
})

test('base64 that is none names the key, never the value', () => {
  const target = { processors: processors({ A: { type: 'base64' }, B: { type: 'base64' } }) }
  assert.deepEqual(problemsOf(target, { A: 'fake-value', B: 'QR==', C: 'fake' }), [
    '20: key A has a processor of type base64, but its value in Phase is not base64 | store it in the standard alphabet with its padding, or drop "type: base64"',
    '21: key B has a processor of type base64, but its value in Phase is not base64 | store it in the standard alphabet with its padding, or drop "type: base64"',
  ])
})

test('keys that collide are each decoded, so that every problem is told at once', () => {
  const target = { processors: processors({ A: { asName: 'B', type: 'base64' } }) }
  assert.deepEqual(
    problemsOf(target, { A: 'fake-value', B: '' }).map((text) => text.split(' | ')[0]),
    [
      '20: keys A, B would all become key B of Secret n/s',
      '20: key A has a processor of type base64, but its value in Phase is not base64',
    ],
  )
})

test('content of a type: at the processor, with the source key', () => {
  const own = selfSigned('own.example')
  const tls = (entries: Readonly<Record<string, Partial<Processor>>>) => ({
    type: 'kubernetes.io/tls',
    processors: processors(entries),
  })
  const named = tls({ CERT: { asName: 'tls.crt' }, KEY: { asName: 'tls.key' } })
  const values = { CERT: own.certificate, KEY: pem(own.key) }
  assert.equal(dataOf(named, values).length, 2)
  const hint = 'tls.crt is the PEM certificate chain, leaf first, and tls.key its PEM private key'
  assert.deepEqual(problemsOf(named, { ...values, KEY: 'fake-value' }), [
    `21: Secret n/s: tls.key holds no PEM private key (from KEY) | ${hint}`,
  ])
  assert.deepEqual(problemsOf(tls({}), values), [
    '10: Secret n/s: a Secret of type kubernetes.io/tls needs key tls.crt | name the key with asName, or choose another secretType',
    '10: Secret n/s: a Secret of type kubernetes.io/tls needs key tls.key | name the key with asName, or choose another secretType',
  ])
})

test('problems of all Secrets are collected', () => {
  const { secrets, problems } = emitSecrets(
    phaseSecret([
      { name: 'one', processors: processors({ X: {} }) },
      { name: 'two' },
      { type: 'kubernetes.io/tls' },
    ]),
    phase({ A: '1' }),
  )
  assert.deepEqual([secrets.length, problems.length], [1, 3])
})

const keys = fc.string({ unit: fc.constantFrom(...'aAbB_-.é '), minLength: 1, maxLength: 6 })
const values = fc.uuid().map((id) => `fake-${id}`)
const types = fc.constantFrom(
  ...['Opaque', 'kubernetes.io/tls', 'kubernetes.io/dockerconfigjson', 'kubernetes.io/ssh-auth'],
)

test('a Secret or problems, never both, never a value in a message, and always the same', () => {
  fc.assert(
    fc.property(
      fc.dictionary(keys, values, { minKeys: 1 }),
      fc.constantFrom(...NAME_TRANSFORMERS),
      types,
      fc.dictionary(keys, fc.record({ type: fc.constantFrom('plain', 'base64') })),
      (stored, nameTransformer, type, wanted) => {
        const target = { nameTransformer, type, processors: processors(wanted) }
        const run = () => emitSecrets(phaseSecret([target]), phase(stored))
        const { secrets, problems } = run()
        assert.equal(secrets.length === 0, problems.length > 0)
        assert.deepEqual(run(), { secrets, problems })
        for (const { data } of secrets) {
          assert.equal(data.size, Object.keys(stored).length)
          assert.deepEqual([...data.keys()], [...data.keys()].sort())
          assert.ok([...data.keys()].every((key) => secretKeyFault(key) === undefined))
        }
        const said = JSON.stringify({ secrets, problems }) + inspect({ secrets, problems })
        for (const value of Object.values(stored)) assert.ok(!said.includes(value))
      },
    ),
    { numRuns: 300 },
  )
})
