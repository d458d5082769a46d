// Random questions to an API server about a world of roles and bindings.
import fc from 'fast-check'
import type { RbacObject, World } from './rbac-worlds.ts'
import {
  ACCOUNTS,
  effective,
  GROUPS,
  GROUPS_OF_USERS,
  isOf,
  listIn,
  NAMESPACES,
  plainMap,
  USERS,
  VERBS,
} from './rbac-worlds.ts'

/** The attributes of a SubjectAccessReview. */
export interface Review {
  readonly user: string
  readonly groups: readonly string[]
  readonly request:
    | {
        readonly verb: string
        readonly group: string
        readonly resource: string
        readonly subresource: string
        readonly name: string
        readonly namespace: string
      }
    | { readonly verb: string; readonly url: string }
}

const resourceRequest = fc.record({
  verb: fc.constantFrom(...VERBS, 'get', 'list', '*', 'use', 'impersonate'),
  group: fc.constantFrom(...GROUPS, 'core'),
  resource: fc.constantFrom('secrets', 'pods', 'deployments', 'nodes', 'secret', '*'),
  subresource: fc.constantFrom('', '', '', 'exec', 'scale', '*'),
  name: fc.constantFrom('', 's1', 's2', '*'),
  namespace: fc.constantFrom('', ...NAMESPACES, 'rbac-none'),
})
const urlRequest = fc.record({
  verb: fc.constantFrom('get', 'post', 'head', '*'),
  url: fc.constantFrom(
    '/metrics',
    '/healthz',
    '/healthz/etcd',
    '/healthzx',
    '/a',
    '/ab',
    '/api/v1/x',
  ),
})
const request = fc.oneof(
  { weight: 7, arbitrary: resourceRequest },
  { weight: 1, arbitrary: urlRequest },
)
const person = fc.record({
  user: fc.constantFrom(...USERS, 'nobody'),
  groups: fc.subarray([...GROUPS_OF_USERS, 'system:masters'], { maxLength: 2 }),
})
const account = fc
  .record({ name: fc.constantFrom(...ACCOUNTS), namespace: fc.constantFrom(...NAMESPACES) })
  .map(({ name, namespace }) => ({
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: [
      'system:serviceaccounts',
      `system:serviceaccounts:${namespace}`,
      'system:authenticated',
    ],
  }))

const anything: fc.Arbitrary<Review> = fc
  .record({ who: fc.oneof(person, account), request })
  .map(({ who, request: asked }) => ({ ...who, request: asked }))

/** Who asks for what: by chance, or close to what somebody was given. */
export function reviewOf(made: World): fc.Arbitrary<Review> {
  const { roles, bindings } = effective(made)
  const close = fc
    .record({
      base: anything,
      binding: fc.constantFrom(...bindings),
      pick: fc.nat(),
      // One part is left to chance.
      chance: fc.constantFrom('subject', 'verb', 'group', 'resource', 'name', 'namespace', 'none'),
    })
    .map(({ base, binding: bound, pick, chance }): Review => {
      const rules = listIn(roles.find((role) => isOf(bound, role))?.rules)
      const chosen = plainMap(rules[pick % rules.length])
      const fitting = { ...requestFor(chosen, pick), ...namespaceOf(bound) }
      const asked =
        'url' in fitting || 'url' in base.request
          ? fitting
          : { ...fitting, ...(chance in base.request ? only(base.request, chance) : {}) }
      const who = chance === 'subject' ? base : requesterFor(bound, pick)
      return { ...who, request: asked as Review['request'] }
    })
  return fc.oneof({ weight: 1, arbitrary: anything }, { weight: 2, arbitrary: close })
}

type PlainMap = ReturnType<typeof plainMap>

function only(map: PlainMap, key: string): PlainMap {
  return { [key]: map[key] }
}

function requestFor(rule: PlainMap, pick: number): PlainMap {
  const of = (field: string): string => {
    const list = listIn(rule[field])
    return list.length === 0 ? '' : String(list[pick % list.length])
  }
  const verb = of('verbs') === '*' ? 'get' : of('verbs')
  const url = of('nonResourceURLs')
  if (url !== '') return { verb, url: url.replace(/\*+$/, 'x').replace(/^x$/, '/x') }
  const [resource = '', subresource = ''] = of('resources').replace(/^\*/, 'pods').split('/')
  const group = of('apiGroups') === '*' ? 'apps' : of('apiGroups')
  return { verb, group, resource, subresource, name: of('resourceNames'), namespace: '' }
}

function namespaceOf({ metadata: { namespace } }: RbacObject): PlainMap {
  return namespace === undefined ? {} : { namespace }
}

function requesterFor(bound: RbacObject, pick: number): Pick<Review, 'user' | 'groups'> {
  const subjects = listIn(bound.subjects)
  const { kind, name, namespace } = plainMap(subjects[pick % subjects.length])
  if (kind === 'Group') return { user: 'nobody', groups: [String(name)] }
  if (kind === 'User') return { user: String(name), groups: [] }
  const home = namespace ?? bound.metadata.namespace
  return { user: `system:serviceaccount:${home}:${name}`, groups: [] }
}
