import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretFaults, secretKeyFault } from '../../manifests/secret.ts'
import { pem, selfSigned } from '../support/self-signed.ts'

const own = selfSigned('own.example')
const other = selfSigned('other.example')

const keys: readonly (readonly [key: string, fault: RegExp | undefined])[] = [
  ['A', undefined],
  ['tls.crt', undefined],
  ['.dockerconfigjson', undefined],
  ['-', undefined],
  ['_.-', undefined],
  ['a..b', undefined],
  ['a'.repeat(253), undefined],
  ['a'.repeat(254), /longer than 253/],
  ['', /empty/],
  ['.', /may not be/],
  ['..', /may not be/],
  ['..x', /may not be/],
  ['a b', /may hold only/],
  ['a/b', /may hold only/],
  ['a\n', /may hold only/],
  ['é', /may hold only/],
  ['a:b', /may hold only/],
]

for (const [key, fault] of keys) {
  test(`key ${JSON.stringify(key.slice(0, 20))}: ${fault ?? 'accepted'}`, () => {
    const found = secretKeyFault(key)
    if (fault === undefined) assert.equal(found, undefined)
    else assert.match(found ?? '', fault)
  })
}

interface Case {
  readonly type: string
  readonly data: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  /** Key and message of each fault. */
  readonly faults?: readonly string[]
}

const K8S = 'kubernetes.io'
const needs = (type: string, key: string) => `: a Secret of type ${K8S}/${type} needs key ${key}`

const cases: Record<string, Case> = {
  'Opaque holds anything': { type: 'Opaque', data: {} },
  'a type of another owner holds anything': { type: 'helm.sh/release.v1', data: { a: '' } },
  'a bootstrap token holds anything': { type: 'bootstrap.kubernetes.io/token', data: {} },
  'tls: a pair': {
    type: `${K8S}/tls`,
    data: { 'tls.crt': own.certificate, 'tls.key': pem(own.key), 'ca.crt': 'whatever' },
  },
  'tls: both keys are missing': {
    type: `${K8S}/tls`,
    data: { TLS_CRT: 'x' },
    faults: [needs('tls', 'tls.crt'), needs('tls', 'tls.key')],
  },
  'tls: one key is missing': {
    type: `${K8S}/tls`,
    data: { 'tls.crt': own.certificate },
    faults: [needs('tls', 'tls.key')],
  },
  'tls: another key': {
    type: `${K8S}/tls`,
    data: { 'tls.crt': own.certificate, 'tls.key': pem(other.key) },
    faults: ['tls.key: tls.key is not the private key of the first certificate'],
  },
  'tls: swapped, as in the documentation of the operator': {
    type: `${K8S}/tls`,
    data: { 'tls.crt': pem(own.key), 'tls.key': own.certificate },
    faults: [
      'tls.crt: tls.crt holds no PEM certificate',
      'tls.key: tls.key holds no PEM private key',
    ],
  },
  'dockerconfigjson: auths': {
    type: `${K8S}/dockerconfigjson`,
    data: { '.dockerconfigjson': '{"auths": {}}' },
  },
  'dockerconfigjson: missing': {
    type: `${K8S}/dockerconfigjson`,
    data: { '.dockercfg': '{}' },
    faults: [needs('dockerconfigjson', '.dockerconfigjson')],
  },
  'dockerconfigjson: no JSON': {
    type: `${K8S}/dockerconfigjson`,
    data: { '.dockerconfigjson': '{"auths": {"fake-value' },
    faults: ['.dockerconfigjson: .dockerconfigjson is not a JSON object'],
  },
  'dockerconfigjson: empty': {
    type: `${K8S}/dockerconfigjson`,
    data: { '.dockerconfigjson': '' },
    faults: ['.dockerconfigjson: .dockerconfigjson is not a JSON object'],
  },
  'dockerconfigjson: a list': {
    type: `${K8S}/dockerconfigjson`,
    data: { '.dockerconfigjson': '[]' },
    faults: ['.dockerconfigjson: .dockerconfigjson is not a JSON object'],
  },
  'dockerconfigjson: null': {
    type: `${K8S}/dockerconfigjson`,
    data: { '.dockerconfigjson': 'null' },
    faults: ['.dockerconfigjson: .dockerconfigjson is not a JSON object'],
  },
  'dockerconfigjson: auths is a list': {
    type: `${K8S}/dockerconfigjson`,
    data: { '.dockerconfigjson': '{"auths": []}' },
    faults: ['.dockerconfigjson: .dockerconfigjson has no object "auths"'],
  },
  'dockercfg: an object': { type: `${K8S}/dockercfg`, data: { '.dockercfg': '{}' } },
  'dockercfg: a text': {
    type: `${K8S}/dockercfg`,
    data: { '.dockercfg': '"fake-value"' },
    faults: ['.dockercfg: .dockercfg is not a JSON object'],
  },
  'dockercfg: missing': {
    type: `${K8S}/dockercfg`,
    data: {},
    faults: [needs('dockercfg', '.dockercfg')],
  },
  'basic-auth: a user name is enough': { type: `${K8S}/basic-auth`, data: { username: '' } },
  'basic-auth: a password is enough': { type: `${K8S}/basic-auth`, data: { password: 'x' } },
  'basic-auth: neither': {
    type: `${K8S}/basic-auth`,
    data: { USERNAME: 'x' },
    faults: [needs('basic-auth', 'username or password')],
  },
  'ssh-auth: a key': { type: `${K8S}/ssh-auth`, data: { 'ssh-privatekey': 'x' } },
  'ssh-auth: empty': {
    type: `${K8S}/ssh-auth`,
    data: { 'ssh-privatekey': '' },
    faults: ['ssh-privatekey: ssh-privatekey is empty'],
  },
  'ssh-auth: missing': {
    type: `${K8S}/ssh-auth`,
    data: {},
    faults: [needs('ssh-auth', 'ssh-privatekey')],
  },
  'service-account-token: an account': {
    type: `${K8S}/service-account-token`,
    data: {},
    annotations: { 'kubernetes.io/service-account.name': 'builder' },
  },
  'service-account-token: no account': {
    type: `${K8S}/service-account-token`,
    data: { token: 'x' },
    faults: [
      ': a Secret of type kubernetes.io/service-account-token needs annotation kubernetes.io/service-account.name',
    ],
  },
  'exactly 1 MiB': { type: 'Opaque', data: { a: 'x'.repeat(1024 * 1024 - 1), b: 'y' } },
  'one byte over 1 MiB': {
    type: 'Opaque',
    data: { a: 'x'.repeat(1024 * 1024), b: 'y' },
    faults: [': the Secret holds 1048577 bytes; the API server takes 1048576'],
  },
  'annotations of exactly 256 KiB': {
    type: 'Opaque',
    data: {},
    annotations: { a: 'x'.repeat(256 * 1024 - 1) },
  },
  'one byte over 256 KiB, counted in UTF-8': {
    type: 'Opaque',
    data: {},
    annotations: { a: `é${'x'.repeat(256 * 1024 - 2)}` },
    faults: [': the annotations are larger than 262144 bytes'],
  },
}

for (const [name, { type, data, annotations = {}, faults = [] }] of Object.entries(cases)) {
  test(name, () => {
    const bytes = new Map(Object.entries(data).map(([key, text]) => [key, Buffer.from(text)]))
    const found = secretFaults({ type, annotations, data: bytes })
    assert.deepEqual(
      found.map(({ key = '', message }) => `${key}: ${message}`),
      faults,
    )
    assert.doesNotMatch(JSON.stringify(found), /fake-value/)
  })
}
