// SS001 to SS005: what is wrong with a Secret that is written out. No value is ever said.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RULES } from '../../../../render/check/catalogue.ts'
import type { CheckSetting } from '../../../support/check.ts'
import { factsOf } from '../../../support/check.ts'
import { managed, saidOf, stream } from '../../../support/sample-workloads.ts'
import { pem, selfSigned } from '../../../support/self-signed.ts'

type Case = readonly [what: string, text: string, said: readonly string[], setting?: CheckSetting]

const secret = (fields: string, metadata = '') =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: db${metadata}}\n${fields}\n`
const VALUE = 'correct horse battery staple'
const ENCODED = Buffer.from(VALUE).toString('base64')
const IN_GIT =
  'has values in the manifests: whoever can read the repository or its history has them'

const SS001: readonly Case[] = [
  ['data', secret(`data:\n  A: ''\n  B: ${ENCODED}`), [`high 6 Secret/db: ${IN_GIT}`]],
  ['stringData', secret(`stringData: {A: ${VALUE}}`), [`high 4 Secret/db: ${IN_GIT}`]],
  ['what is not even base64', secret(`data: {A: ${VALUE}}`), [`high 4 Secret/db: ${IN_GIT}`]],
  ['a number', secret('stringData: {A: 1234}'), [`high 4 Secret/db: ${IN_GIT}`]],
  [
    'an annotation of ours that nothing rendered',
    secret(`data: {A: ${ENCODED}}`, ', annotations: {secrets.phase.dev/redeploy: "true"}'),
    [`high 4 Secret/db: ${IN_GIT}`],
  ],
  [
    'in a List',
    `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n    metadata: {name: db}\n    data: {A: ${ENCODED}}\n`,
    [`high 7 Secret/db: ${IN_GIT}`],
  ],
  ['no values', secret("data: {A: '', B: null}"), []],
  ['nothing at all', secret(''), []],
  [
    'an annotation of this program in a file, which anybody can write',
    secret(`data: {A: ${ENCODED}}`, ', annotations: {secrets.phase.dev/environment-id: a}'),
    [`high 4 Secret/db: ${IN_GIT}`],
  ],
  [
    'rendered by this program, and piped in',
    secret(`data: {A: ${ENCODED}}`, ', annotations: {secrets.phase.dev/environment-id: a}'),
    [],
    { file: '-' },
  ],
  [
    'a token, of which RB025 tells',
    secret(`type: kubernetes.io/service-account-token\ndata: {token: ${ENCODED}}`),
    [],
  ],
  ['another kind', secret(`data: {A: ${ENCODED}}`).replace('Secret', 'ConfigMap'), []],
  ['a PhaseSecret', managed('db'), []],
]

const own = selfSigned('own.example')
const other = selfSigned('other.example')
const indented = (text: string) => `|\n    ${text.trimEnd().replaceAll('\n', '\n    ')}`
const tls = (key: string) =>
  secret(
    `type: kubernetes.io/tls\nstringData:\n  tls.key: ${indented(key)}\n  tls.crt: ${indented(own.certificate)}`,
  )
const needs = (type: string, key: string) =>
  `a Secret of type kubernetes.io/${type} needs key ${key}`

const SS002: readonly Case[] = [
  [
    'tls',
    secret('type: kubernetes.io/tls\ndata: {tls.crt: ""}'),
    [`high 4 Secret/db: ${needs('tls', 'tls.key')}`],
  ],
  [
    'a registry',
    secret('type: kubernetes.io/dockerconfigjson'),
    [`high 4 Secret/db: ${needs('dockerconfigjson', '.dockerconfigjson')}`],
  ],
  [
    'basic-auth with neither',
    secret('type: kubernetes.io/basic-auth\ndata: {user: ""}'),
    [`high 4 Secret/db: ${needs('basic-auth', 'username or password')}`],
  ],
  [
    'what is no registry',
    secret('type: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: "[]"'),
    ['high 6 Secret/db: .dockerconfigjson is not a JSON object'],
  ],
  [
    'a key of another certificate',
    tls(pem(other.key)),
    ['high 6 Secret/db: tls.key is not the private key of the first certificate'],
  ],
  ['its own key', tls(pem(own.key)), []],
  ['basic-auth with one', secret('type: kubernetes.io/basic-auth\ndata: {username: ""}'), []],
  [
    'stringData counts as well',
    secret('type: kubernetes.io/tls\ndata: {tls.crt: ""}\nstringData: {tls.key: ""}'),
    [],
  ],
  [
    'what somebody else fills',
    secret('type: kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: ""}'),
    [],
  ],
  [
    'what cannot be read, of which SS005 tells',
    secret('type: kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: "%"}'),
    [],
  ],
  ['Opaque', secret(''), []],
  ['a type of another owner', secret('type: helm.sh/release.v1'), []],
]

const bad = 'may hold only letters, digits, "-", "_" and "."'

const SS003: readonly Case[] = [
  [
    'data',
    secret(`data:\n  A: ""\n  "${VALUE}": ""`),
    [`high 6 Secret/db: a key of its data ${bad}`],
  ],
  [
    'stringData',
    secret('stringData: {"a/b": ""}'),
    [`high 4 Secret/db: a key of its stringData ${bad}`],
  ],
  [
    'two of them',
    secret('data: {"a/b": "", "c/d": ""}'),
    [`high 4 Secret/db: a key of its data ${bad}`, `high 4 Secret/db: a key of its data ${bad}`],
  ],
  [
    'a name that Linux keeps',
    secret('data: {"..": ""}'),
    ['high 4 Secret/db: a key of its data may not be "." nor begin with ".."'],
  ],
  ['all that is allowed', secret('data: {a.B-c_1: "", .dockercfg: "", _: ""}'), []],
]

const MIB = 1024 * 1024
const large = 'its values are larger than 1 MiB together, which the API server refuses'
const bytes = (count: number) => Buffer.alloc(count, 'a')

const SS004: readonly Case[] = [
  [
    'one byte too many',
    secret(`stringData: {A: ${bytes(MIB)}, B: b}`),
    [`high 4 Secret/db: ${large}`],
  ],
  [
    'decoded bytes',
    secret(`data: {A: ${bytes(MIB + 1).toString('base64')}}`),
    [`high 4 Secret/db: ${large}`],
  ],
  ['exactly as many', secret(`data: {A: ${bytes(MIB).toString('base64')}}`), []],
  ['bytes, not letters', secret(`stringData: {A: ${'é'.repeat(MIB / 2)}}`), []],
  [
    'of two values of one key, the second',
    secret(`data: {A: ${bytes(MIB).toString('base64')}}\nstringData: {A: b}`),
    [],
  ],
]

const SS005: readonly Case[] = [
  ['words', secret(`data:\n  A: ''\n  B: ${VALUE}`), ['high 6 Secret/db: data.B is not base64']],
  ['without padding', secret('data: {A: YQ}'), ['high 4 Secret/db: data.A is not base64']],
  ['for URLs', secret('data: {A: "-_-_"}'), ['high 4 Secret/db: data.A is not base64']],
  [
    'a number',
    secret('stringData: {PORT: 5432}'),
    ['high 4 Secret/db: stringData.PORT is a number, not text'],
  ],
  [
    'a boolean as YAML 1.1 has it',
    secret('stringData: {A: on}'),
    ['high 4 Secret/db: stringData.A is a boolean, not text'],
  ],
  ['a map', secret('data: {A: {b: c}}'), ['high 4 Secret/db: data.A is a mapping, not text']],
  [
    'under a key that may be a value',
    secret(`data: {"${VALUE}": "%"}`),
    ['high 4 Secret/db: a value of its data is not base64'],
  ],
  [
    'in several lines, as Go reads it',
    secret(`data:\n  A: |\n    ${ENCODED.slice(0, 8)}\n    ${ENCODED.slice(8)}`),
    [],
  ],
  ['nothing', secret('data: {A: "", B: null}\nstringData: {C: null}'), []],
  ['any text', secret(`stringData: {A: ${VALUE}, B: "5432"}`), []],
]

for (const [id, cases] of Object.entries({ SS001, SS002, SS003, SS004, SS005 })) {
  for (const [what, text, said, setting] of cases) {
    test(`${id}: ${what}`, () => {
      assert.deepEqual(saidOf(id, text, setting), said)
    })
  }
}

/** All that a rule says, but for the objects themselves that its fixes are for. */
function allSaid(text: string, base?: string): string {
  const facts = factsOf(text, base === undefined ? {} : { base })
  return JSON.stringify(
    RULES.flatMap(({ find }) => [...find(facts)]),
    (key, value: unknown) => (key === 'object' && isManifest(value) ? undefined : value),
  )
}

function isManifest(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'parsed' in value
}

test('no value is said by any rule', () => {
  const shapes = ['data', 'stringData'].flatMap((field) =>
    [VALUE, ENCODED].flatMap((value) =>
      [
        'Opaque',
        'kubernetes.io/tls',
        'kubernetes.io/dockerconfigjson',
        'kubernetes.io/ssh-auth',
      ].map((type) =>
        secret(
          `type: ${type}\nimmutable: true\n${field}: {tls.crt: ${value}, tls.key: ${value}, .dockerconfigjson: ${value}, ssh-privatekey: ${value}, "${value}": ${value}}`,
        ),
      ),
    ),
  )
  for (const shape of shapes) {
    const said = allSaid(stream(shape, managed('db', '')), shape.replaceAll('staple', 'stable'))
    assert.ok(said.includes('SS') || said.length > 100)
    for (const part of [VALUE, ENCODED, ...VALUE.split(' '), ENCODED.slice(0, 12)]) {
      assert.ok(!said.includes(part), `${part} in ${said}`)
    }
  }
})
