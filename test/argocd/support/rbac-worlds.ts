// Random roles and bindings: few names, so that they meet, and many spellings that look as if
// they meant something. A world is what one round of the oracle test creates.
import fc from 'fast-check'

export interface RbacObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Record<string, string>
  }
  readonly [field: string]: unknown
}

export interface World {
  readonly objects: readonly RbacObject[]
}

export const NAMESPACES = ['rbac-a', 'rbac-b', 'rbac-c'] as const
/** Everything of a round has it, and is removed by it. */
export const ROUND = { round: 'yes' }

export const VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
]
const ODD_VERBS = ['*', 'Get', 'get*', '', 'use', 'impersonate']
export const GROUPS = ['', '', 'apps', 'batch', 'rbac.authorization.k8s.io']
const ODD_GROUPS = ['*', 'core', 'v1', 'apps/v1', 'ap*']
const RESOURCES = ['secrets', 'pods', 'pods/exec', 'deployments', 'deployments/scale', 'nodes']
const ODD_RESOURCES = ['*', '*/exec', '*/*', '*/', 'pods/*', 'secret', 'Secrets', 'secrets/', '']
const NAMES = ['s1', 's2', 's1', '', '*', 's*']
const URLS = [
  '/metrics',
  '/healthz',
  '/healthz/*',
  '/healthz*',
  '*',
  '/a**',
  '/*',
  '/METRICS',
  '/api/*/x',
]
export const USERS = [
  'alice',
  'bob',
  'Alice',
  'system:serviceaccount:rbac-a:app',
  'system:anonymous',
]
export const GROUPS_OF_USERS = [
  'dev',
  'ops',
  'system:serviceaccounts',
  'system:serviceaccounts:rbac-b',
  'system:authenticated',
]
export const ACCOUNTS = ['app', 'robot']

const listOf = (usual: readonly string[], odd: readonly string[], most = 3) =>
  fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...usual) },
      { weight: 2, arbitrary: fc.constantFrom(...odd) },
    ),
    { minLength: 1, maxLength: most },
  )

const resourceRule = fc.record(
  {
    verbs: listOf(VERBS, ODD_VERBS),
    apiGroups: listOf(GROUPS, ODD_GROUPS, 2),
    resources: listOf(RESOURCES, ODD_RESOURCES),
    resourceNames: fc.array(fc.constantFrom(...NAMES), { maxLength: 2 }),
  },
  { requiredKeys: ['verbs', 'apiGroups', 'resources'] },
)
const urlRule = fc.record({
  verbs: listOf(['get', 'post', 'head'], ['*', 'GET']),
  nonResourceURLs: fc.array(fc.constantFrom(...URLS), { minLength: 1, maxLength: 2 }),
})
const ruleOf = (kind: string) =>
  kind === 'Role'
    ? resourceRule
    : fc.oneof({ weight: 4, arbitrary: resourceRule }, { weight: 1, arbitrary: urlRule })

const metadata = (name: string, namespace?: string, labels = {}): RbacObject['metadata'] => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  labels: { ...ROUND, ...labels },
})
const object = (kind: string, meta: RbacObject['metadata'], rest: object): RbacObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: meta,
  ...rest,
})

const labels = fc.dictionary(fc.constantFrom('tier', 'team'), fc.constantFrom('one', 'two', ''))
const selector = fc.record(
  {
    matchLabels: fc.dictionary(fc.constantFrom('tier', 'team'), fc.constantFrom('one', 'two')),
    matchExpressions: fc.array(
      fc.oneof(
        fc.record({
          key: fc.constantFrom('tier', 'team'),
          operator: fc.constantFrom('In', 'NotIn'),
          values: fc.array(fc.constantFrom('one', 'two', ''), { minLength: 1, maxLength: 2 }),
        }),
        fc.record({
          key: fc.constantFrom('tier', 'team'),
          operator: fc.constantFrom('Exists', 'DoesNotExist'),
        }),
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
)
/** Not all roles of the cluster, the built-in ones with them: of this round. */
const ofRound = selector.map((each) => ({
  ...each,
  matchLabels: { ...ROUND, ...each.matchLabels },
}))

const clusterRole = (index: number) =>
  fc
    .record({
      labels,
      rules: fc.array(ruleOf('ClusterRole'), { maxLength: 3 }),
      aggregates: fc.option(fc.array(ofRound, { minLength: 1, maxLength: 2 }), { freq: 3 }),
    })
    .map(({ labels: own, rules, aggregates }) =>
      object(
        'ClusterRole',
        metadata(`cluster-${index}`, undefined, own),
        // What an aggregated role of a cycle is created with may stay or go: a matter of timing.
        aggregates === null
          ? { rules }
          : { aggregationRule: { clusterRoleSelectors: aggregates }, rules: [] },
      ),
    )
const role = (index: number) =>
  fc
    .record({
      namespace: fc.constantFrom(...NAMESPACES),
      rules: fc.array(ruleOf('Role'), { maxLength: 3 }),
    })
    .map(({ namespace, rules }) =>
      object('Role', metadata(`role-${index % 4}`, namespace), { rules }),
    )

const subjectIn = (isNamespaced: boolean) =>
  fc.oneof(
    fc.record({ kind: fc.constant('User'), name: fc.constantFrom(...USERS) }),
    fc.record({ kind: fc.constant('Group'), name: fc.constantFrom(...GROUPS_OF_USERS) }),
    fc.record(
      {
        kind: fc.constant('ServiceAccount'),
        name: fc.constantFrom(...ACCOUNTS),
        namespace: fc.constantFrom(...NAMESPACES),
      },
      { requiredKeys: isNamespaced ? ['kind', 'name'] : ['kind', 'name', 'namespace'] },
    ),
  )
const binding = (index: number) =>
  fc
    .record({
      namespace: fc.option(fc.constantFrom(...NAMESPACES), { freq: 4 }),
      local: fc.boolean(),
      target: fc.nat(7),
      shared: fc.array(subjectIn(false), { maxLength: 2 }),
      own: fc.array(subjectIn(true), { maxLength: 2 }),
    })
    .map(({ namespace, local, target, shared, own }) => {
      const isLocal = namespace !== null && local
      // Some of them do not exist.
      const name = isLocal ? `role-${target % 5}` : `cluster-${target}`
      const roleRef = {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: isLocal ? 'Role' : 'ClusterRole',
        name,
      }
      return namespace === null
        ? object('ClusterRoleBinding', metadata(`binding-${index}`), { roleRef, subjects: shared })
        : object('RoleBinding', metadata(`binding-${index}`, namespace), {
            roleRef,
            subjects: [...shared, ...own],
          })
    })

const many = (count: number, make: (index: number) => fc.Arbitrary<RbacObject>) =>
  fc.tuple(...Array.from({ length: count }, (_, index) => make(index)))

/** One round's objects; of several with one name, the first. */
export const world: fc.Arbitrary<World> = fc
  .tuple(many(7, clusterRole), many(8, role), many(16, binding))
  .map(([clusterRoles, roles, bindings]) => {
    const seen = new Set<string>()
    const objects = [...clusterRoles, ...roles, ...bindings].filter(({ kind, metadata: meta }) => {
      const key = [kind, meta.namespace, meta.name].join(' ')
      return !seen.has(key) && seen.add(key)
    })
    return { objects }
  })
  .filter((made) => effective(made).bindings.length > 2)

/** The roles of a world that have rules of their own, and the bindings that give them to somebody. */
export function effective({ objects }: World) {
  const roles = objects.filter(({ rules }) => listIn(rules).length > 0)
  const bindings = objects.filter((each) => {
    return listIn(each.subjects).length > 0 && roles.some((role) => isOf(each, role))
  })
  return { roles, bindings }
}

/** Whether a binding is to a role. */
export function isOf({ roleRef, metadata }: RbacObject, role: RbacObject): boolean {
  const { name, kind } = plainMap(roleRef)
  if (kind !== role.kind || name !== role.metadata.name) return false
  return kind === 'ClusterRole' || role.metadata.namespace === metadata.namespace
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function plainMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** The objects as a stream of manifests, in JSON: no text in it can be taken for something else. */
export function manifestsOf(objects: readonly object[]): string {
  return objects.map((each) => `---\n${JSON.stringify(each, undefined, 1)}\n`).join('')
}
