// RB024: Secrets and keys that workloads use and nothing brings about.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckSetting } from '../../../support/check.ts'
import { env, managed, saidOf, stream, workload } from '../../../support/sample-workloads.ts'

const POLICY = { file: '.phase-check.yaml', line: 1, column: 1 }
const none = (name: string) =>
  `uses Secret ${name}, which nothing in the manifests brings about in its namespace`
const noKey = (key: string) => `uses key ${key} of Secret db, which has no such key`
const key = (name: string, more = '') =>
  `env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: ${name}${more}}}}]`
const volume = (source: string) => [`volumes: [{name: v, ${source}}]`]
const custom = (apiVersion: string, kind: string, name: string, spec = '{}') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: keyspace}\nspec: ${spec}\n`
const secret = (fields: string, name = 'db', namespace = 'keyspace') =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: ${namespace}}\n${fields}\n`
const sealed = (spec: string) => custom('bitnami.com/v1alpha1', 'SealedSecret', 'db', spec)
const external = (spec: string, name = 'db') =>
  custom('external-secrets.io/v1', 'ExternalSecret', name, spec)

const WEB = workload({ use: env('db') })
const KEYS = secret('data: {HOST: ""}\nstringData: {PORT: ""}')

type Case = readonly [what: string, text: string, said: readonly string[], setting?: CheckSetting]

const cases: readonly Case[] = [
  ['nothing there', WEB, [`high 7 Deployment/web: ${none('db')}`]],
  [
    'another namespace has it',
    stream(WEB, managed('db', 'other')),
    [`high 7 Deployment/web: ${none('db')}`],
  ],
  [
    'by a volume',
    workload({ pod: volume('secret: {secretName: db}') }),
    [`high 7 Deployment/web: ${none('db')}`],
  ],
  [
    'by a projected volume',
    workload({ pod: volume('projected: {sources: [{secret: {name: db}}]}') }),
    [`high 7 Deployment/web: ${none('db')}`],
  ],
  [
    'by an initContainer',
    workload({ pod: [`initContainers: [{name: i, ${env('db')}}]`] }),
    [`high 7 Deployment/web: ${none('db')}`],
  ],
  [
    'each Secret once',
    workload({ pod: volume('secret: {secretName: db}'), use: env('db') }),
    [`high 8 Deployment/web: ${none('db')}`],
  ],
  [
    'the kubelet goes on without what pulls images',
    workload({ pod: ['imagePullSecrets: [{name: db}]'] }),
    [
      'low 7 Deployment/web: names imagePullSecrets db, which nothing in the manifests brings about in its namespace',
    ],
  ],
  [
    'used and for images',
    workload({ pod: ['imagePullSecrets: [{name: db}]'], use: env('db') }),
    [`high 8 Deployment/web: ${none('db')}`],
  ],
  [
    'a ClusterExternalSecret that makes another',
    stream(
      WEB,
      custom(
        'external-secrets.io/v1',
        'ClusterExternalSecret',
        'db',
        '{externalSecretName: other}',
      ),
    ),
    [`high 7 Deployment/web: ${none('db')}`],
  ],
  [
    'an ExternalSecret that makes none',
    stream(WEB, external('{target: {creationPolicy: None}}')),
    [`high 7 Deployment/web: ${none('db')}`],
  ],
  [
    'an ExternalSecret that makes another',
    stream(WEB, external('{target: {name: other}}')),
    [`high 7 Deployment/web: ${none('db')}`],
  ],
  [
    'a SealedSecret whose template only says db',
    stream(WEB, sealed('{template: {metadata: {name: db}}}').replace('name: db,', 'name: other,')),
    [`high 7 Deployment/web: ${none('db')}`],
  ],
  [
    'what another kind of object is called',
    stream(WEB, custom('apps/v1', 'StatefulSet', 'db')),
    [`high 7 Deployment/web: ${none('db')}`],
  ],
  [
    'a mesh makes no Secrets',
    stream(WEB, custom('networking.istio.io/v1', 'VirtualService', 'db')),
    [`high 7 Deployment/web: ${none('db')}`],
  ],
  [
    'a name close to one that is there, whatever else begins so',
    stream(
      workload({ use: env('db-ap') }),
      managed('db-app'),
      custom('postgresql.cnpg.io/v1', 'Cluster', 'db'),
    ),
    [`high 7 Deployment/web: ${none('db-ap')}`],
  ],
  [
    'a Secret without a key',
    stream(workload({ use: key('PASSWORD') }), KEYS),
    [`high 7 Deployment/web: ${noKey('PASSWORD')}`],
  ],
  [
    'keys are told apart by case',
    stream(workload({ use: key('host') }), KEYS),
    [`high 7 Deployment/web: ${noKey('host')}`],
  ],
  [
    'a key of a volume',
    stream(
      workload({
        pod: volume(
          'secret: {secretName: db, items: [{key: HOST, path: h}, {key: USER, path: u}]}',
        ),
      }),
      KEYS,
    ),
    [`high 7 Deployment/web: ${noKey('USER')}`],
  ],
  [
    'a key of a SealedSecret',
    stream(workload({ use: key('USER') }), sealed('{encryptedData: {HOST: a}}')),
    [`high 7 Deployment/web: ${noKey('USER')}`],
  ],
  [
    'a key of an ExternalSecret',
    stream(workload({ use: key('USER') }), external('{data: [{secretKey: HOST}]}')),
    [`high 7 Deployment/web: ${noKey('USER')}`],
  ],

  ['kube-linter: Phase brings it', stream(WEB, managed('db')), []],
  [
    'another repository brings it, says the policy',
    WEB,
    [],
    { managed: [{ namespace: 'keyspace', name: 'db', at: POLICY }] },
  ],
  [
    'another repository brings all of the namespace',
    WEB,
    [],
    { managed: [{ namespace: 'keyspace', at: POLICY }] },
  ],
  ['Git has it', stream(WEB, secret('')), []],
  ['a SealedSecret', stream(WEB, sealed('{}')), []],
  ['an ExternalSecret', stream(WEB, external('{}')), []],
  ['an ExternalSecret by its target', stream(WEB, external('{target: {name: db}}', 'other')), []],
  [
    'a ClusterExternalSecret, in whichever namespaces',
    stream(
      WEB,
      custom('external-secrets.io/v1', 'ClusterExternalSecret', 'all', '{externalSecretName: db}'),
    ),
    [],
  ],
  [
    'a Certificate',
    stream(WEB, custom('cert-manager.io/v1', 'Certificate', 'web', '{secretName: db}')),
    [],
  ],
  [
    'a copy that a replicator makes of another namespace',
    stream(
      WEB,
      secret('').replace(
        'namespace: keyspace',
        'namespace: other, annotations: {replicator.v1.mittwald.de/replicate-to: keyspace}',
      ),
    ),
    [],
  ],
  [
    "an operator's, by the name of its resource",
    stream(workload({ use: env('db-app') }), custom('postgresql.cnpg.io/v1', 'Cluster', 'db')),
    [],
  ],
  ['a token that old Kubernetes made', workload({ use: env('web-token-x7f2q') }), []],
  ['an optional one', workload({ use: 'envFrom: [{secretRef: {name: db, optional: true}}]' }), []],
  ['an optional key', stream(workload({ use: key('USER', ', optional: true') }), KEYS), []],
  [
    'both name no namespace',
    stream(workload({ use: env('db'), namespace: '' }), managed('db', '')),
    [],
  ],
  [
    'one of both names none',
    stream(workload({ use: env('db'), namespace: '' }), managed('db')),
    [],
  ],
  ['the other names none', stream(WEB, managed('db', '')), []],
  ['keys that are there', stream(workload({ use: key('PORT') }), KEYS), []],
  ['keys that only Phase knows', stream(workload({ use: key('USER') }), managed('db')), []],
  [
    'keys that Phase may bring too',
    stream(workload({ use: key('USER') }), managed('db'), KEYS),
    [],
  ],
  ['a Secret that somebody else fills', stream(workload({ use: key('USER') }), secret('')), []],
  [
    'an ExternalSecret that takes all there is',
    stream(
      workload({ use: key('USER') }),
      external('{data: [{secretKey: HOST}], dataFrom: [{extract: {key: a}}]}'),
    ),
    [],
  ],
  [
    'an ExternalSecret with a template',
    stream(
      workload({ use: key('USER') }),
      external('{data: [{secretKey: HOST}], target: {template: {data: {USER: a}}}}'),
    ),
    [],
  ],
  [
    'an ExternalSecret that adds to another',
    stream(
      workload({ use: key('USER') }),
      external('{data: [{secretKey: HOST}], target: {creationPolicy: Merge}}'),
    ),
    [],
  ],
  [
    'a SealedSecret with all in one',
    stream(workload({ use: key('USER') }), sealed('{data: abc}')),
    [],
  ],
  [
    'a SealedSecret with a template',
    stream(
      workload({ use: key('USER') }),
      sealed('{encryptedData: {HOST: a}, template: {data: {USER: a}}}'),
    ),
    [],
  ],
]

for (const [what, text, said, setting] of cases) {
  test(`RB024: ${what}`, () => {
    assert.deepEqual(saidOf('RB024', text, setting), said)
  })
}
