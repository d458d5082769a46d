// Slightly broken roles and bindings: a good one, with one or two of its fields made into something that
// may still be right, or may not. What the API server says of each is the test's to find out.
import fc from 'fast-check'
import type { RbacObject } from './rbac-worlds.ts'
import { NAMESPACES } from './rbac-worlds.ts'

type Plain = { [key: string]: Value }
type Value = string | number | boolean | null | Value[] | Plain

const API_GROUP = 'rbac.authorization.k8s.io'
const namespace = NAMESPACES[0]
const rule = { verbs: ['get'], apiGroups: [''], resources: ['secrets'] }
const named = { ...rule, resourceNames: ['s1'] }
const subjects = [
  { kind: 'User', name: 'alice', apiGroup: API_GROUP },
  { kind: 'Group', name: 'dev' },
  { kind: 'ServiceAccount', name: 'app', namespace },
]

const GOOD: readonly Plain[] = [
  { kind: 'Role', metadata: { name: 'good', namespace }, rules: [rule, named] },
  {
    kind: 'ClusterRole',
    metadata: { name: 'good', labels: { a: 'b' }, annotations: { 'c/d': 'e' } },
    rules: [named, { verbs: ['get'], nonResourceURLs: ['/metrics'] }],
  },
  {
    kind: 'ClusterRole',
    metadata: { name: 'good' },
    aggregationRule: {
      clusterRoleSelectors: [
        {
          matchLabels: { a: 'b' },
          matchExpressions: [
            { key: 'x/y', operator: 'In', values: ['v'] },
            { key: 'z', operator: 'Exists' },
          ],
        },
      ],
    },
    rules: [rule],
  },
  {
    kind: 'RoleBinding',
    metadata: { name: 'good', namespace },
    roleRef: { apiGroup: API_GROUP, kind: 'Role', name: 'good' },
    subjects: [...subjects, { kind: 'ServiceAccount', name: 'app' }],
  },
  {
    kind: 'ClusterRoleBinding',
    metadata: { name: 'good' },
    roleRef: { apiGroup: API_GROUP, kind: 'ClusterRole', name: 'good' },
    subjects,
  },
]

/** What a field may become; it may also go, and a list or map may gain one of these. */
const VALUES: readonly Value[] = [
  ...[null, '', ' ', 1, 0, true, [], {}, [null], [''], ['x'], [1], [[]], 'x', '*', 'A', '.', '..'],
  ...['a/b', 'a%b', 'a:b', '__proto__', 'x'.repeat(64), 'x'.repeat(254), 'a.b', '-a', 'a-', 'ä'],
  ...['User', 'Group', 'ServiceAccount', 'Role', 'ClusterRole', 'In', 'NotIn', 'DoesNotExist'],
  ...[API_GROUP, 'apps', 'rbac', { verbs: ['get'], nonResourceURLs: ['/x'] }, { a: 'b' }],
  ...[{ 'a b': 'c' }, { a: 'b c' }, { 'A/B': 'c' }, { '/a': 'b' }, { a: null }, { a: true }],
]
/** Names that a field may get: known ones where they do not belong, and an unknown one. */
const FIELDS = [
  ...['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs', 'namespace'],
  ...['apiGroup', 'kind', 'name', 'labels', 'values', 'matchLabels', 'unknown', 'generateName'],
  ...['rules', 'aggregationRule', 'roleRef', 'subjects', 'annotations'],
]

interface Change {
  readonly place: number
  readonly how: 'remove' | 'replace' | 'add'
  readonly value: Value
  readonly field: string
}

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('remove', 'replace', 'replace', 'add'),
  value: fc.constantFrom(...VALUES),
  field: fc.constantFrom(...FIELDS),
})

/** Objects with one or two changes. */
export const broken: fc.Arbitrary<RbacObject> = fc
  .record({
    good: fc.constantFrom(...GOOD),
    changes: fc.array(change, { minLength: 1, maxLength: 2 }),
  })
  .map(({ good, changes }) => {
    const object = structuredClone(good)
    for (const each of changes) apply(object, each)
    return { apiVersion: `${API_GROUP}/v1`, ...object } as unknown as RbacObject
  })

function apply(object: Plain, { place, how, value, field }: Change): void {
  const places = placesIn(object)
  const [holder, key] = places[place % places.length] ?? [object, 'metadata']
  const own = structuredClone(value)
  if (how === 'add') add(holder, key, field, own)
  else if (how === 'replace') set(holder, key, own)
  else if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
}

function add(holder: Value[] | Plain, key: string | number, field: string, value: Value): void {
  const target = get(holder, key)
  if (Array.isArray(target)) target.push(value)
  else if (typeof target === 'object' && target !== null) target[field] = value
  else set(holder, key, value)
}

function get(holder: Value[] | Plain, key: string | number): Value | undefined {
  return Array.isArray(holder) ? holder[Number(key)] : holder[key]
}

function set(holder: Value[] | Plain, key: string | number, value: Value): void {
  if (Array.isArray(holder)) holder[Number(key)] = value
  else holder[key] = value
}

/** Every field and item but those that say where the object goes. */
function placesIn(value: Value, path = ''): (readonly [Value[] | Plain, string | number])[] {
  if (typeof value !== 'object' || value === null) return []
  const entries: [string | number, Value][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value)
  return entries.flatMap(([key, child]) => {
    const here = `${path}/${key}`
    if (here === '/kind' || here === '/metadata/namespace') return []
    return [[value, key] as const, ...placesIn(child, here)]
  })
}
