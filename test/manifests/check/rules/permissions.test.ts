// RB022 and RB023: what is bound to a workload's ServiceAccount, and what its token is good for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CheckSetting } from '../../../support/check.ts'
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

const SECRET = managed('db')
const USES = { use: env('db') }
const as = (name: string) => ({ ...USES, pod: [`serviceAccountName: ${name}`] })
const BOUND = grant(reads('db'), sa('reader'))
const notBound =
  'uses Secret db and runs as ServiceAccount web, but it is reader that is bound to read it and runs nothing'

const RB022: readonly Case[] = [
  [
    'another is bound and runs nothing',
    stream(workload(as('web')), SECRET, BOUND),
    [`high 7 Deployment/web: ${notBound}`],
  ],
  [
    'a RoleBinding to a ClusterRole counts',
    stream(
      workload(as('web')),
      SECRET,
      BOUND.replace('kind: Role\n', 'kind: ClusterRole\n')
        .replace('kind: Role,', 'kind: ClusterRole,')
        .replace('{name: reader, namespace: keyspace}', '{name: reader}'),
    ),
    [`high 7 Deployment/web: ${notBound}`],
  ],
  ['it is the bound one', stream(workload(as('reader')), SECRET, BOUND), []],
  [
    'the User of the same ServiceAccount is the bound one',
    stream(
      workload(as('web')),
      SECRET,
      grant(
        reads('db'),
        `${sa('reader')}, {kind: User, apiGroup: rbac.authorization.k8s.io, name: 'system:serviceaccount:keyspace:web'}`,
      ),
    ),
    [],
  ],
  [
    'the bound one runs something else: the kubelet asks for no permission',
    stream(
      workload(as('web')),
      SECRET,
      BOUND,
      workload({ name: 'sync', ...as('reader'), use: '' }),
    ),
    [],
  ],
  [
    'a rule that names no Secrets is meant for none',
    stream(
      workload(as('web')),
      SECRET,
      grant("{apiGroups: [''], resources: [secrets], verbs: [get]}", sa('reader')),
    ),
    [],
  ],
  [
    'a rule that only writes',
    stream(workload(as('web')), SECRET, grant(reads('db', 'patch'), sa('reader'))),
    [],
  ],
  ['of those that run as default RB020 tells', stream(workload(USES), SECRET, BOUND), []],
  [
    'somebody from another namespace is bound',
    stream(
      workload(as('web')),
      SECRET,
      grant(reads('db'), '{kind: ServiceAccount, name: reader, namespace: other}'),
    ),
    [],
  ],
  [
    'the platform trusts the bound one',
    stream(workload(as('web')), SECRET, BOUND),
    [],
    { isTrusted: ({ name }) => name === 'reader' },
  ],
]

const mounts = (name: string) =>
  `mounts the token of ServiceAccount ${name}, for which the manifests have no permission`

const RB023: readonly Case[] = [
  [
    'nobody says anything',
    stream(workload(as('web')), SECRET),
    [`low 6 Deployment/web: ${mounts('web')}`],
  ],
  [
    'it is switched on',
    stream(workload({ ...USES, pod: ['automountServiceAccountToken: true'] }), SECRET),
    [`low 7 Deployment/web: ${mounts('default')}`],
  ],
  [
    'it may only read what the kubelet brings',
    stream(workload(as('reader')), SECRET, BOUND),
    [
      'low 6 Deployment/web: mounts the token of ServiceAccount reader, which may only read Secrets that its pods get from the kubelet',
    ],
  ],
  [
    'the pod has none',
    stream(workload({ ...USES, pod: ['automountServiceAccountToken: false'] }), SECRET),
    [],
  ],
  [
    'peers look at the pod alone: its ServiceAccount says no',
    stream(workload(as('web')), SECRET, account('web', 'automountServiceAccountToken: false')),
    [],
  ],
  [
    'it may do something else',
    stream(
      workload(as('web')),
      SECRET,
      grant("{apiGroups: [''], resources: [configmaps], verbs: [get]}", sa('web')),
    ),
    [],
  ],
  [
    'it may read another Secret',
    stream(workload(as('web')), SECRET, grant(reads('db, other'), sa('web'))),
    [],
  ],
  [
    'what its role may do is not known',
    stream(workload(as('web')), SECRET, grant(reads('db'), sa('web')).split('---\n')[1] ?? ''),
    [],
  ],
  [
    'its group may do something',
    stream(
      workload(as('web')),
      SECRET,
      grant(
        "{apiGroups: [''], resources: [configmaps], verbs: [get]}",
        "{kind: Group, apiGroup: rbac.authorization.k8s.io, name: 'system:serviceaccounts:keyspace'}",
      ),
    ),
    [],
  ],
  [
    'the pod asks for a token as a volume',
    stream(
      workload({
        ...USES,
        pod: ['volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}]}}]'],
      }),
      SECRET,
    ),
    [],
  ],
  [
    "Vault's agent signs in with it",
    stream(
      workload({
        ...as('web'),
        template: "annotations: {vault.hashicorp.com/agent-inject: 'true'}",
      }),
      SECRET,
    ),
    [],
  ],
  ['it uses no Secret that Phase manages', stream(workload({ use: env('other') }), SECRET), []],
]

for (const [id, cases] of Object.entries({ RB022, RB023 })) {
  for (const [what, text, said, setting] of cases) {
    test(`${id}: ${what}`, () => {
      assert.deepEqual(saidOf(id, text, setting), said)
    })
  }
}
