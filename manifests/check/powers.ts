// What somebody may do that is as good as reading the Secrets of a namespace: one table, from which the
// list of who gets at a Secret and the rules about escalation are made.
// Facts: kubernetes.io/docs/concepts/security/rbac-good-practices, and the API server's own checks.
import type { Holder } from '../rbac/evaluate.ts'
import type { Rule } from '../rbac/model.ts'
import type { Policy } from '../rbac/policy.ts'
import type { Question } from '../rbac/question.ts'
import { whoCan } from '../rbac/question.ts'
import { getIsEnoughToExec, hasConstrainedImpersonation } from '../rbac/versions.ts'
import type { Reach } from './report.ts'

/** The rule that tells of a power. */
export type PowerRule = 'RB030' | 'RB031' | 'RB032' | 'RB033' | 'RB034' | 'RB035' | 'RB036'

/** Something that may be done. */
export interface Power {
  readonly rule: PowerRule
  readonly reach: Reach
  /** `create pods/exec`. */
  readonly text: string
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string | undefined
  /** Whether a request for it is in a namespace. */
  readonly isNamespaced: boolean
  /** Whether it is as good for one object as for all: a rule limited to names counts too. */
  readonly byName: boolean
}

type Row = readonly [rule: PowerRule, reach: Reach, verbs: string, resources: string, how?: string]

/** Verbs and resources are separated by blanks; a resource is `NAME[/SUB][.GROUP]`. `names`: see `byName`. */
const NAMESPACED: readonly Row[] = [
  [
    'RB030',
    'pod',
    'create update patch',
    'pods replicationcontrollers deployments.apps daemonsets.apps statefulsets.apps replicasets.apps jobs.batch cronjobs.batch rollouts.argoproj.io',
    'names',
  ],
  ['RB031', 'pod', 'create', 'pods/exec pods/attach', 'names'],
  ['RB031', 'pod', 'update patch', 'pods/ephemeralcontainers', 'names'],
  ['RB032', 'become', 'create', 'serviceaccounts/token', 'names'],
  ['RB033', 'become', 'impersonate', 'serviceaccounts', 'names'],
  ['RB034', 'become', 'escalate bind', 'roles.rbac.authorization.k8s.io', 'names'],
  ['RB034', 'become', 'bind', 'clusterroles.rbac.authorization.k8s.io', 'names'],
  ['RB035', 'become', 'create update patch', 'phasesecrets.secrets.phase.dev', 'names'],
]

const CLUSTER_WIDE: readonly Row[] = [
  ['RB033', 'become', 'impersonate', 'users groups', 'names'],
  ['RB034', 'become', 'escalate', 'clusterroles.rbac.authorization.k8s.io', 'names'],
  ['RB036', 'become', 'get create', 'nodes/proxy', 'names'],
  [
    'RB036',
    'become',
    'create update patch',
    'mutatingwebhookconfigurations.admissionregistration.k8s.io validatingwebhookconfigurations.admissionregistration.k8s.io mutatingadmissionpolicies.admissionregistration.k8s.io',
    'names',
  ],
  ['RB036', 'become', 'update patch', 'certificatesigningrequests/approval.certificates.k8s.io'],
]

/** Below 1.35 a WebSocket needs only `get`. */
const BY_GET: Row = ['RB031', 'pod', 'get', 'pods/exec pods/attach', 'names']

const AS_ACCOUNT: Row = [
  'RB033',
  'become',
  'impersonate:serviceaccount',
  'serviceaccounts.authentication.k8s.io',
  'names',
]

/** Ways to the ports of pods: no way to what they hold, unless what listens there hands it out. */
const PORTS: readonly Row[] = [
  ['RB031', 'pod', 'create', 'pods/portforward', 'names'],
  ['RB031', 'pod', 'get create update patch delete', 'pods/proxy services/proxy', 'names'],
]

const PORTS_BY_GET: Row = ['RB031', 'pod', 'get', 'pods/portforward', 'names']

/** Those that reach the ports of pods. They are told, and count for no row of who gets at a Secret. */
export function portPowersOf(minor: number): readonly Power[] {
  const rows = getIsEnoughToExec(minor) ? [...PORTS, PORTS_BY_GET] : PORTS
  return rows.flatMap((row) => expand(row, true))
}

/** From 1.36: the verb for the identity, on the resources of authentication.k8s.io. */
const CONSTRAINED: readonly Row[] = [
  AS_ACCOUNT,
  ['RB033', 'become', 'impersonate:user-info', 'users.authentication.k8s.io', 'names'],
  [
    'RB033',
    'become',
    'impersonate:serviceaccount',
    'serviceaccounts.authentication.k8s.io',
    'names',
  ],
]

/** All powers of a version, in the order of the table. */
export function powersOf(minor: number): readonly Power[] {
  const rows = [...NAMESPACED, ...(getIsEnoughToExec(minor) ? [BY_GET] : [])]
  const later = hasConstrainedImpersonation(minor) ? CONSTRAINED : []
  return [
    ...rows.flatMap((row) => expand(row, true)),
    ...CLUSTER_WIDE.flatMap((row) => expand(row, false)),
    ...later.flatMap((row) => expand(row, row === AS_ACCOUNT)),
  ]
}

function expand([rule, reach, verbs, resources, how]: Row, isNamespaced: boolean): Power[] {
  return resources.split(' ').flatMap((written) => {
    const [, resource = '', subresource, group = ''] =
      /^([^/.]+)(?:\/([^.]+))?(?:\.(.+))?$/.exec(written) ?? []
    return verbs.split(' ').map((verb) => ({
      ...{ rule, reach, verb, group, resource, subresource, isNamespaced },
      text: `${verb} ${written}`,
      byName: how === 'names',
    }))
  })
}

/** Everybody who has a power in a namespace, with their ways. */
export function holdersOfPower(policy: Policy, power: Power, namespace: string): Holder[] {
  const { verb, group, resource, subresource, isNamespaced, byName } = power
  const scope: Question['scope'] = isNamespaced ? { namespace } : 'no namespace'
  const answer = whoCan({ verb, group, resource, subresource, scope }, policy)
  const holders = hasNoName(power) ? answer.holders : answer.holders.flatMap(ofSomething)
  return [...holders, ...(byName ? answer.byName : [])]
}

/** Whether a request for it has no name: a POST has none, but a subresource's has the name of its parent. */
export function hasNoName({ verb, subresource }: Power): boolean {
  return verb === 'create' && subresource === undefined
}

/** Whether a rule is about no object at all: an empty name fits only requests that have none. */
export function isAboutNothing({ resourceNames }: Rule): boolean {
  return resourceNames.length > 0 && resourceNames.every((name) => name === '')
}

/** A holder with those ways that are about some object; nobody without one. */
function ofSomething({ subject, paths }: Holder): Holder[] {
  const left = paths.filter(({ grants }) => grants.some(({ rule }) => !isAboutNothing(rule)))
  return left.length === 0 ? [] : [{ subject, paths: left }]
}
