// The text of a configuration file: what it says, and what is wrong with it and where.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Configuration } from '../../../cmp/config/configuration.ts'
import { readConfiguration } from '../../../cmp/config/read-configuration.ts'

function read(text: string): Configuration {
  const outcome = readConfiguration(Buffer.from(text), 'config.yaml')
  assert.ok('value' in outcome, JSON.stringify(outcome))
  return outcome.value
}

/** `line: message` of each problem. */
function faultsOf(text: string): string[] {
  const outcome = readConfiguration(Buffer.from(text), 'config.yaml')
  assert.ok('problems' in outcome, 'it is refused')
  return outcome.problems.map(({ fault, at, message, object }) => {
    assert.equal(fault, 'usage')
    assert.equal(at?.file, 'config.yaml')
    assert.equal(object, undefined)
    return `${at.line}: ${message}`
  })
}

const FULL = `version: 1
hosts:
  - url: https://console.phase.dev/
  - { url: "https://phase.example:8443/base", caFile: /etc/ca.pem }
sealing:
  keyFile: /run/sealing/key
  certificates:
    prod: { file: /etc/prod.pem, fingerprint: "sha256:${'ab'.repeat(32)}" }
    test: { file: /etc/test.pem }
credentials:
  default: { file: /run/default }
  payments: { file: /run/payments }
tokenSecrets: { directory: /run/tokens, fromCluster: true }
timeout: 30
workloadKinds: [CloneSet.apps.kruise.io]
cacheDir: /cache
cacheMaxAge: 12h
cacheMaxSize: 16Mi
staleIfError: 90m
sources:
  helm: { command: /usr/bin/helm, repositories: ["https://charts.example/**"] }
  kustomize: { command: [kubectl, kustomize], remoteBases: false }
policies:
  - name: payments
    match: { projects: [payments], namespaces: ["payments-*"] }
    allow:
      hosts: [https://phase.example:8443/base/]
      credential: payments
      tokenReferences: [payments/phase-*]
      apps: [payments-*, { id: a-1 }, { name: other }]
      environments: [Production]
      paths: [/, /db/**]
      targetNamespaces: [payments-*]
      secretTypes: [Opaque]
      argocdSecrets: true
      output: sealed
      certificate: prod
      scope: namespace-wide
    redeployByDefault: true
`

test('everything a file can say', () => {
  assert.deepEqual(read(FULL), {
    fields: [
      'version',
      'hosts',
      'sealing',
      'credentials',
      'tokenSecrets',
      'timeout',
      'workloadKinds',
      'cacheDir',
      'cacheMaxAge',
      'cacheMaxSize',
      'staleIfError',
      'sources',
      'policies',
      'tokenSecrets.directory',
      'tokenSecrets.fromCluster',
      'credentials.default',
      'credentials.payments',
    ],
    hosts: [
      { url: 'https://console.phase.dev', caFile: undefined },
      { url: 'https://phase.example:8443/base', caFile: '/etc/ca.pem' },
    ],
    credentials: new Map([
      ['default', '/run/default'],
      ['payments', '/run/payments'],
    ]),
    tokensDirectory: '/run/tokens',
    tokensFromCluster: true,
    policies: [
      {
        name: 'payments',
        match: {
          projects: ['payments'],
          applications: undefined,
          namespaces: ['payments-*'],
          repositories: undefined,
        },
        allow: {
          hosts: ['https://phase.example:8443/base'],
          credential: 'payments',
          tokenReferences: ['payments/phase-*'],
          apps: [{ name: 'payments-*' }, { id: 'a-1' }, { name: 'other' }],
          environments: [{ name: 'Production' }],
          paths: ['/', '/db/**'],
          targetNamespaces: ['payments-*'],
          secretTypes: ['Opaque'],
          argocdSecrets: true,
          sealed: { certificate: 'prod', scope: 'namespace-wide' },
        },
        redeployByDefault: true,
      },
    ],
    timeout: 30,
    allowUserToken: false,
    personalOverrides: false,
    extraKinds: [{ group: 'apps.kruise.io', kind: 'CloneSet' }],
    cache: {
      directory: '/cache',
      maxAge: 43_200_000,
      maxBytes: 16_777_216,
      staleIfError: 5_400_000,
    },
    tools: {
      helm: '/usr/bin/helm',
      kustomize: ['kubectl', 'kustomize'],
      chartRepositories: ['https://charts.example/**'],
      remoteBases: false,
    },
    sealing: {
      keyFile: '/run/sealing/key',
      certificates: new Map([
        ['prod', { file: '/etc/prod.pem', pin: Buffer.alloc(32, 0xab) }],
        ['test', { file: '/etc/test.pem', pin: undefined }],
      ]),
    },
    check: undefined,
    watch: undefined,
  })
})

test('a file may say that nobody may do anything', () => {
  assert.deepEqual(read('version: 1\npolicies: []\n').policies, [])
})

const HEAD = 'version: 1\n'
const policy = (allow: string, match = '{projects: [a]}') =>
  `${HEAD}policies:\n  - name: p\n    match: ${match}\n    allow: ${allow}\n`
const OK = 'apps: [a], environments: [b]'

const faults: Record<string, readonly [text: string, ...faults: RegExp[]]> = {
  nothing: ['', /^1: the configuration is not a mapping$/],
  'not a map': ['- a\n', /^1: the configuration is not a mapping$/],
  'broken YAML': ['a: [', /^2: not valid YAML/],
  'two documents': [
    `${HEAD}policies: []\n---\na: b\n`,
    /^4: the configuration holds a second document$/,
  ],
  'a key twice': [`${HEAD}policies: []\npolicies: []\n`, /^3: not valid YAML: this key is already/],
  'no version': ['policies: []\n', /^1: version is not 1$/],
  'another version': ['version: 2\npolicies: []\n', /^1: version is not 1$/],
  'no policies': [HEAD, /^1: policies is missing$/],
  'an unknown field': [`${HEAD}policies: []\npolicy: []\n`, /^3: unknown field policy$/],
  'an unknown field of allow': [
    policy(`{${OK}, path: [/]}`),
    /^5: unknown field policies\[0\]\.allow\.path$/,
  ],
  'no hosts': [`${HEAD}policies: []\nhosts: []\n`, /^3: hosts is empty$/],
  'a host without TLS': [
    `${HEAD}policies: []\nhosts: [{url: "http://phase.example"}]\n`,
    /uses plain http/,
  ],
  'a host with a password': [
    `${HEAD}policies: []\nhosts: [{url: "https://a:fake-password@b"}]\n`,
    /holds a user name or password$/,
  ],
  'a host twice': [
    `${HEAD}policies: []\nhosts: [{url: "https://a"}, {url: "https://A/"}]\n`,
    /is a host for the second time$/,
  ],
  'a relative path': [
    `${HEAD}policies: []\ncredentials: {default: {file: token}}\n`,
    /^3: credentials.default.file is not an absolute path$/,
  ],
  'a credential without a file': [
    `${HEAD}policies: []\ncredentials: {default: {}}\n`,
    /^3: credentials.default.file is missing$/,
  ],
  'a policy without a name': [
    `${HEAD}policies: [{match: {projects: [a]}, allow: {${OK}}}]\n`,
    /name is not a name$/,
  ],
  'two policies of one name': [
    `${policy(`{${OK}}`)}  - name: p\n    match: {projects: [b]}\n    allow: {${OK}}\n`,
    /^6: policies\[1\]\.name is the name of another policy$/,
  ],
  'a policy for nobody in particular': [policy(`{${OK}}`, '{}'), /match is missing or empty$/],
  'a list that matches nothing': [policy(`{${OK}}`, '{projects: []}'), /projects is empty/],
  'a policy that allows nothing': [policy('{}'), /apps is missing or empty$/, /environments is m/],
  'a host that is not configured': [
    policy(`{${OK}, hosts: ["https://other.example"]}`),
    /names a host that is not configured$/,
  ],
  'a credential that does not exist': [
    policy(`{${OK}, credential: x}`),
    /credential is not the name of a credential$/,
  ],
  'a path that matches nothing': [policy(`{${OK}, paths: [db/]}`), /that no path can match$/],
  'a token reference without a namespace': [
    policy(`{${OK}, tokenReferences: [token]}`),
    /that is not namespace\/name$/,
  ],
  'an app by id and name': [
    policy('{apps: [{id: a, name: b}], environments: [c]}'),
    /apps\[0\]\.id is needed, or name, and not both$/,
  ],
  'an app that is a number': [
    policy('{apps: [1], environments: [c]}'),
    /apps\[0\] is a number, not a string or a mapping$/,
    /apps is missing or empty$/,
  ],
  'an output that does not exist': [
    policy(`{${OK}, output: seeled}`),
    /output is none of plain, sealed$/,
  ],
  'sealed for nobody': [policy(`{${OK}, output: sealed}`), /allow\.certificate is missing$/],
  'sealed for a certificate that there is not': [
    policy(`{${OK}, output: sealed, certificate: prod}`),
    /allow\.certificate is not the name of a certificate$/,
  ],
  'a certificate and a scope for what is not sealed': [
    policy(`{${OK}, output: plain, certificate: prod, scope: strict}`),
    /allow\.certificate needs "output: sealed"$/,
    /allow\.scope needs "output: sealed"$/,
  ],
  'a scope that does not exist': [
    policy(`{${OK}, output: sealed, certificate: prod, scope: wide}`),
    /allow\.scope is none of strict, namespace-wide, cluster-wide$/,
    /allow\.certificate is not the name of a certificate$/,
  ],
  'sealing without a certificate': [
    `${HEAD}policies: []\nsealing: {keyFile: key}\n`,
    /^3: sealing\.certificates is missing$/,
    /^3: sealing\.keyFile is not an absolute path$/,
  ],
  'certificates that are wrong': [
    `${HEAD}policies: []\nsealing: {certificates: {"a b": {file: /a}, c: {fingerprint: "sha1:00"}, d: {file: d.pem}}}\n`,
    /"?a b"? is not a name for a certificate$/,
    /certificates\.c\.fingerprint is not a fingerprint$/,
    /certificates\.c\.file is missing$/,
    /certificates\.d\.file is not an absolute path$/,
  ],
  'a time that is none': [`${HEAD}policies: []\ntimeout: 0\n`, /^3: timeout is no time for a run$/],
  'a cache without a folder': [
    `${HEAD}policies: []\nstaleIfError: 1h\n`,
    /^3: staleIfError needs cacheDir$/,
  ],
  'a time without a unit': [
    `${HEAD}policies: []\ncacheDir: /c\nstaleIfError: "60"\n`,
    /^4: staleIfError is not a time such as 1h$/,
  ],
  'a relative tool': [
    `${HEAD}policies: []\nsources: {helm: {command: ./helm}}\n`,
    /^3: sources.helm.command is neither/,
  ],
  'a kind without a group': [
    `${HEAD}policies: []\nworkloadKinds: [CloneSet]\n`,
    /^3: workloadKinds has an entry that is not Kind.group$/,
  ],
}
for (const [name, [text, ...wanted]] of Object.entries(faults)) {
  test(`refused: ${name}`, () => {
    const found = faultsOf(text)
    assert.equal(found.length, wanted.length, found.join('\n'))
    for (const [index, each] of wanted.entries()) assert.match(found[index] ?? '', each)
    assert.doesNotMatch(found.join('\n'), /fake-password/)
  })
}
