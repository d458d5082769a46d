// A Kubernetes version in; the roles and bindings that its API server creates at its first start out.
// The table holds all of them, for 1.31 to 1.37 with feature gates at their defaults, and nothing of
// what distributions, add-ons and kubeadm add. The slow suite compares 1.34 and 1.37 with real servers.
import table from './built-in.json' with { type: 'json' }
import type { Binding, BoundSubject, RbacObjects, Role, Rule, Subject } from './model.ts'

/** The minor versions that the table covers. */
export const OLDEST_MINOR: number = table.oldest
export const NEWEST_MINOR: number = table.newest

/** Every built-in role and binding has it. */
const BOOTSTRAPPED = 'kubernetes.io/bootstrapping=rbac-defaults'

/** The built-in objects of a minor version; of the nearest one that the table covers. */
export function builtIn(minor: number): RbacObjects {
  const covered = Math.min(Math.max(minor, OLDEST_MINOR), NEWEST_MINOR)
  const isThere = ({ versions }: { versions?: string }) => isWithin(covered, versions)
  return {
    roles: table.roles.filter(isThere).map((row) => roleOf(row, covered)),
    bindings: table.bindings.filter(isThere).map(bindingOf),
  }
}

/** @param range such as `34-`, `-35` or `33-35`; none: all versions. */
function isWithin(minor: number, range = '-'): boolean {
  const [from = '', to = ''] = range.split('-')
  return minor >= Number(from) && (to === '' || minor <= Number(to))
}

type RoleRow = Partial<Record<'namespace' | 'labels' | 'aggregates', string>> & {
  readonly kind: string
  readonly name: string
  readonly rules: readonly string[]
}

function roleOf(
  { kind, namespace, name, labels, aggregates, rules }: RoleRow,
  minor: number,
): Role {
  const own = [BOOTSTRAPPED, ...(labels === undefined ? [] : [labels])].map(pair)
  const [key, wanted] = pair(aggregates ?? '')
  return {
    kind: kind === 'Role' ? 'Role' : 'ClusterRole',
    namespace,
    name,
    labels: Object.fromEntries(own),
    rules: rules.flatMap((text) => ruleOf(text, minor)).map((rule, index) => ({ ...rule, index })),
    selectors:
      aggregates === undefined ? undefined : [{ size: 1, matches: (all) => all[key] === wanted }],
  }
}

/** `VERBS GROUPS RESOURCES [NAMES]` or `VERBS URLS`, then perhaps `@` and the versions; `core` is the group ''. */
function ruleOf(text: string, minor: number): Omit<Rule, 'index'>[] {
  const [words = '', versions] = text.split(' @')
  if (!isWithin(minor, versions)) return []
  const [verbs = [], second = [], resources, names = []] = words
    .split(' ')
    .map((word) => word.split(','))
  if (resources === undefined) return [ruleWith({ verbs, nonResourceURLs: second })]
  const apiGroups = second.map((group) => (group === 'core' ? '' : group))
  return [ruleWith({ verbs, apiGroups, resources, resourceNames: names })]
}

function ruleWith(lists: Partial<Rule>): Omit<Rule, 'index'> {
  const none = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] }
  return { ...none, ...lists }
}

type BindingRow = (typeof table.bindings)[number]

function bindingOf(row: BindingRow): Binding {
  const [kind, name = ''] = row.role.split(/\/(.*)/)
  return {
    kind: row.kind === 'RoleBinding' ? 'RoleBinding' : 'ClusterRoleBinding',
    namespace: 'namespace' in row ? row.namespace : undefined,
    name: row.name,
    role: { kind: kind === 'Role' ? 'Role' : 'ClusterRole', name },
    subjects: row.subjects.map(subjectOf),
  }
}

/** `User NAME`, `Group NAME` or `ServiceAccount NAMESPACE/NAME`. */
function subjectOf(text: string): BoundSubject {
  const [kind = '', rest = ''] = text.split(' ')
  if (kind !== 'ServiceAccount') return { kind: kind === 'Group' ? 'Group' : 'User', name: rest }
  const [namespace, name = ''] = rest.split('/')
  return { kind, namespace, name } satisfies Subject
}

function pair(text: string): readonly [string, string] {
  const [key = '', value = ''] = text.split('=')
  return [key, value]
}
