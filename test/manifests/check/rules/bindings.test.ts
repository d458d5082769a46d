// RB012 and RB017: ServiceAccounts that are shared, and permissions that nobody needs.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { CheckSetting } from '../../../support/check.ts'
import { factsOf, found } from '../../../support/check.ts'
import {
  account,
  env,
  grant,
  managed,
  reads,
  sa,
  saidOf,
  stream,
  workload,
} from '../../../support/sample-workloads.ts'

type Case = readonly [what: string, text: string, said: readonly string[], setting?: CheckSetting]

const as = (name: string, secret: string, account = 'web') =>
  workload({ name, use: env(secret), pod: [`serviceAccountName: ${account}`] })
const BOTH = managed('db mail')
const BOUND = grant(reads('db'), sa('web'))
const shared = (names: string, secrets: string) =>
  `runs ${names}, which use different Secrets: it may read ${secrets} for all of them`

const RB012: readonly Case[] = [
  [
    'two need different Secrets that both can read',
    stream(
      account('web'),
      BOTH,
      as('a', 'db'),
      as('b', 'mail'),
      grant(reads('db, mail'), sa('web')),
    ),
    [`medium 1 ServiceAccount/web: ${shared('Deployment a and Deployment b', 'db and mail')}`],
  ],
  [
    'one needs none',
    stream(
      account('web'),
      BOTH,
      as('a', 'db'),
      workload({ name: 'b', pod: ['serviceAccountName: web'] }),
      BOUND,
    ),
    [`medium 1 ServiceAccount/web: ${shared('Deployment a and Deployment b', 'db')}`],
  ],
  [
    'the ServiceAccount is not in the manifests: at its binding',
    stream(BOTH, as('a', 'db'), as('b', 'mail'), BOUND),
    [`medium 29 ServiceAccount/web: ${shared('Deployment a and Deployment b', 'db')}`],
  ],
  [
    'default, by a ClusterRoleBinding',
    stream(
      BOTH,
      as('a', 'db', 'default'),
      as('b', 'mail', 'default'),
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: b}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}\nsubjects: [{kind: ServiceAccount, name: default, namespace: keyspace}]\n',
    ),
    [`medium 24 ServiceAccount/default: ${shared('Deployment a and Deployment b', 'db and mail')}`],
  ],
  ['both need the same', stream(BOTH, as('a', 'db'), as('b', 'db'), BOUND), []],
  [
    'they differ only in what neither can read by it',
    stream(
      BOTH,
      as('a', 'db'),
      workload({
        name: 'b',
        pod: ['serviceAccountName: web'],
        use: 'envFrom: [{secretRef: {name: db}}, {secretRef: {name: mail}}]',
      }),
      BOUND,
    ),
    [],
  ],
  ['it may read nothing', stream(BOTH, as('a', 'db'), as('b', 'mail')), []],
  ['one ServiceAccount each', stream(BOTH, as('a', 'db'), as('b', 'mail', 'mail'), BOUND), []],
  [
    'one of the same name in another namespace',
    stream(
      BOTH,
      as('a', 'db'),
      workload({ name: 'b', namespace: 'other', pod: ['serviceAccountName: web'] }),
      BOUND,
    ),
    [],
  ],
  [
    'the platform trusts it',
    stream(BOTH, as('a', 'db'), as('b', 'mail'), BOUND),
    [],
    { isTrusted: () => true },
  ],
]

const needless =
  'lets ServiceAccount keyspace/web read keyspace/db through the API, but their pods get it from the kubelet, which needs no permission of theirs'
const SECRET = managed('db')
const WEB = as('web', 'db')

const RB017: readonly Case[] = [
  ['by envFrom', stream(BOUND, SECRET, WEB), [`info 4 Role/reader: ${needless}`]],
  [
    'by a volume, and all verbs that read',
    stream(
      grant(reads('db', 'get, list, watch'), sa('web')),
      SECRET,
      workload({
        pod: ['serviceAccountName: web', 'volumes: [{name: v, secret: {secretName: db}}]'],
      }),
    ),
    [`info 4 Role/reader: ${needless}`],
  ],
  ['its pods do not use it', stream(BOUND, SECRET, as('web', 'other')), []],
  [
    'imagePullSecrets do not bring it',
    stream(
      BOUND,
      SECRET,
      workload({ pod: ['serviceAccountName: web', 'imagePullSecrets: [{name: db}]'] }),
    ),
    [],
  ],
  ['nobody knows who runs as it', stream(BOUND, SECRET), []],
  [
    'a person may read it too',
    stream(
      grant(
        reads('db'),
        `${sa('web')}, {kind: User, apiGroup: rbac.authorization.k8s.io, name: eve}`,
      ),
      SECRET,
      WEB,
    ),
    [],
  ],
  ['it may write', stream(grant(reads('db', 'get, update'), sa('web')), SECRET, WEB), []],
  ['it may all', stream(grant(reads('db', '"*"'), sa('web')), SECRET, WEB), []],
  [
    'of rules without names RB001 tells',
    stream(grant("{apiGroups: [''], resources: [secrets], verbs: [get]}", sa('web')), SECRET, WEB),
    [],
  ],
  ['one of two Secrets is not brought', stream(grant(reads('db, mail'), sa('web')), BOTH, WEB), []],
]

for (const [id, cases] of Object.entries({ RB012, RB017 })) {
  for (const [what, text, said, setting] of cases) {
    test(`${id}: ${what}`, () => {
      assert.deepEqual(saidOf(id, text, setting), said)
    })
  }
}

const fixes: readonly [what: string, text: string, isThere: boolean][] = [
  ['nothing else is in it and nobody else has it', stream(BOUND, SECRET, WEB), true],
  [
    'the platform has it too',
    stream(grant(reads('db'), `${sa('web')}, ${sa('operator')}`), SECRET, WEB),
    false,
  ],
  [
    'another binding gives it to somebody',
    stream(
      BOUND,
      SECRET,
      WEB,
      (
        grant('', '{kind: User, apiGroup: rbac.authorization.k8s.io, name: eve}').split(
          '---\n',
        )[1] ?? ''
      ).replace('name: reader,', 'name: other,'),
    ),
    false,
  ],
  [
    'there is more in the rule',
    stream(
      grant(reads('db').replace('[secrets]', '[secrets, configmaps]'), sa('web')),
      SECRET,
      WEB,
    ),
    false,
  ],
  [
    'it names a Secret that is not managed',
    stream(grant(reads('db, other'), sa('web')), SECRET, WEB),
    false,
  ],
]

for (const [what, text, isThere] of fixes) {
  test(`RB017 ${isThere ? 'removes' : 'does not remove'} the rule: ${what}`, () => {
    const [finding] = found(
      'RB017',
      factsOf(text, { isTrusted: ({ name }) => name === 'operator' }),
    )
    assert.ok(finding)
    assert.equal(finding.fix !== undefined, isThere)
    assert.notEqual(finding.fix?.isSafe, true)
  })
}

test("the seed's own manifests: what RB017 says is all there is to say", () => {
  const text = ['phasesecret', 'deployment', 'rbac'].map((name) =>
    readFileSync(`fixtures/repos/keyspace/${name}.yaml`, 'utf8'),
  )
  const ids = ['RB012', 'RB017', 'RB020', 'RB021', 'RB022', 'RB023', 'RB024', 'RB025', 'RB026']
  const said = ids.flatMap((id) => saidOf(id, stream(...text)).map(() => id))
  assert.deepEqual(said, ['RB017'])
})
