// Random roles and bindings about Secrets, and about what is as good as reading them, for the list that
// `check` makes of who gets at which Secret.
import fc from 'fast-check'
import type { Power } from '../../../manifests/check/powers.ts'
import type { RbacObject } from './rbac-worlds.ts'
import { NAMESPACES, ROUND } from './rbac-worlds.ts'

/** The Secrets that are managed: two in one namespace, one of the same name in another. */
export const MANAGED = [
  { namespace: NAMESPACES[0], name: 's1' },
  { namespace: NAMESPACES[0], name: 's2' },
  { namespace: NAMESPACES[1], name: 's1' },
] as const

/** What rules may limit themselves to; no request has any other name but one that no rule knows. */
export const NAMES = ['s1', 's2', '*']
export const FRESH = 'no-rule-knows-it'

export const SUBJECTS = [
  { kind: 'User', name: 'alice' },
  { kind: 'User', name: 'bob' },
  { kind: 'Group', name: 'dev' },
  { kind: 'Group', name: 'system:authenticated' },
  { kind: 'Group', name: `system:serviceaccounts:${NAMESPACES[0]}` },
  { kind: 'ServiceAccount', name: 'app', namespace: NAMESPACES[0] },
  { kind: 'ServiceAccount', name: 'app', namespace: NAMESPACES[1] },
] as const

const API = 'rbac.authorization.k8s.io'
const TEAM = { team: 'shop' }

const names = fc.oneof(
  { weight: 3, arbitrary: fc.constant<string[]>([]) },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom(...NAMES, ''), { minLength: 1, maxLength: 2 }),
  },
)
const secretRule = fc.record({
  verbs: fc.subarray(
    ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', '*', 'Get'],
    { minLength: 1, maxLength: 4 },
  ),
  apiGroups: fc.constantFrom([''], [''], ['', 'apps'], ['*'], ['core'], ['apps']),
  resources: fc.constantFrom(['secrets'], ['secrets'], ['secrets', 'pods'], ['*'], ['secret']),
  resourceNames: names,
})
/** About one power, with something beside it that may not fit. */
const powerRule = (powers: readonly Power[]) =>
  fc
    .record({
      power: fc.constantFrom(...powers),
      other: fc.constantFrom('get', 'patch', 'create', '*', 'use'),
      group: fc.constantFrom('', '*', 'apps'),
      star: fc.constantFrom('', '', '', '*', '*/', 'res/*'),
      resourceNames: names,
      isOther: fc.boolean(),
    })
    .map(({ power, other, group, star, resourceNames, isOther }) => {
      const { resource, subresource } = power
      const written = subresource === undefined ? resource : `${resource}/${subresource}`
      const wide = {
        '*': '*',
        '*/': `*/${subresource ?? ''}`,
        'res/*': `${resource}/*`,
        '': written,
      }
      return {
        verbs: isOther ? [other] : [power.verb, other],
        apiGroups: [power.group, group],
        resources: [wide[star as keyof typeof wide]],
        resourceNames,
      }
    })

const object = (kind: string, name: string, namespace: string | undefined, rest: object) => {
  const { labels = {}, ...fields }: { labels?: Record<string, string> } = { ...rest }
  const scope = namespace === undefined ? {} : { namespace }
  const metadata = { name, ...scope, labels: { ...ROUND, ...labels } }
  return { apiVersion: `${API}/v1`, kind, metadata, ...fields } satisfies RbacObject
}

const rulesOf = (powers: readonly Power[]) =>
  fc.array(fc.oneof(secretRule, powerRule(powers)), { minLength: 1, maxLength: 3 })

/** Some of them are what the aggregated one is made of. */
const clusterRole = (index: number, powers: readonly Power[]) =>
  fc
    .record({ rules: rulesOf(powers), isOfTeam: fc.boolean() })
    .map(({ rules, isOfTeam }) =>
      object('ClusterRole', `c${index}`, undefined, { rules, labels: isOfTeam ? TEAM : {} }),
    )
const role = (index: number, powers: readonly Power[]) =>
  fc
    .record({ rules: rulesOf(powers), namespace: fc.constantFrom(...NAMESPACES) })
    .map(({ rules, namespace }) => object('Role', `r${index}`, namespace, { rules }))
const aggregated = fc
  .constantFrom(
    { matchLabels: { ...ROUND, ...TEAM } },
    {
      matchLabels: ROUND,
      matchExpressions: [{ key: 'team', operator: 'In', values: ['shop', 'bank'] }],
    },
  )
  .map((selector) =>
    object('ClusterRole', 'all', undefined, {
      aggregationRule: { clusterRoleSelectors: [selector] },
      rules: [],
    }),
  )
const binding = (index: number) =>
  fc
    .record({
      namespace: fc.option(fc.constantFrom(...NAMESPACES), { freq: 3 }),
      target: fc.constantFrom('c0', 'c1', 'c2', 'all', 'r0', 'r1', 'r2', 'r3', 'view', 'edit'),
      subjects: fc.subarray([...SUBJECTS], { minLength: 1, maxLength: 2 }),
    })
    .map(({ namespace, target, subjects }) => {
      const isLocal = target.startsWith('r') && namespace !== null
      // A ClusterRoleBinding cannot have a Role: it gets one of the others, which may not be there.
      const roleRef = { apiGroup: API, kind: isLocal ? 'Role' : 'ClusterRole', name: target }
      const kind = namespace === null ? 'ClusterRoleBinding' : 'RoleBinding'
      return object(kind, `b${index}`, namespace ?? undefined, { roleRef, subjects })
    })

const many = (count: number, make: (index: number) => fc.Arbitrary<RbacObject>) =>
  fc.tuple(...Array.from({ length: count }, (_, index) => make(index)))

/** The objects of one round. @param powers what rules may be about, beside Secrets. */
export function checkWorld(powers: readonly Power[]): fc.Arbitrary<readonly RbacObject[]> {
  return fc
    .tuple(
      many(3, (index) => clusterRole(index, powers)),
      many(4, (index) => role(index, powers)),
      many(1, () => aggregated),
      many(9, binding),
    )
    .map((parts) => parts.flat())
}
