// One object of rbac.authorization.k8s.io/v1 in, the role or binding out, or why the API server refuses
// it. The rules are those of pkg/apis/rbac/validation/validation.go (1.31 to 1.37: unchanged), after
// the defaults of pkg/apis/rbac/v1/defaults.go; test/argocd/rbac-validation.test.ts asks a real one.
import type { ManifestObject } from '../document.ts'
import {
  annotationKeyFault,
  labelKeyFault,
  labelValueFault,
  namespaceFault,
  objectNameFault,
} from '../names.ts'
import { isPlainMap } from '../plain-value.ts'
import type { Position } from '../problem.ts'
import type { Binding, BoundSubject, Role, RoleSelector, Rule } from './model.ts'
import { itemPlaces } from './places.ts'
import { readSelector } from './selector.ts'
import type { Spend } from './shape.ts'
import {
  listIn,
  mapIn,
  pathSegmentFault,
  RefusedError,
  stringIn,
  stringsIn,
  textsIn,
} from './shape.ts'

/** The API group. */
export const GROUP = 'rbac.authorization.k8s.io'

/** Why an object is refused, and where. */
export interface Refusal {
  readonly at: Position
  readonly reason: string
}

/** What is read, or everything that is wrong with it. */
export type Reading<T> = { readonly value: T } | { readonly refusals: readonly Refusal[] }

/** Collects the refusals of one object: each part is read whatever is wrong with the others. */
class Reader {
  readonly refusals: Refusal[] = []

  attempt<T>(at: Position, read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      this.refusals.push({ at, reason: error.message })
      return undefined
    }
  }
}

/** Reads a Role or ClusterRole. @param namespace of a Role that names none. */
export function readRole(
  object: ManifestObject,
  kind: Role['kind'],
  namespace: string | undefined,
  spend: Spend,
): Reading<Role> {
  const reader = new Reader()
  const { at, value } = object
  const labels = reader.attempt(at, () => readMetadata(object))
  const place = itemPlaces(object, 'rules')
  const list = reader.attempt(at, () => listIn(value.rules, 'rules')) ?? []
  const rules = list.flatMap((item, index): Rule[] => {
    const where = place(index)
    const rule = reader.attempt(where, () => readRule(item, kind, index, where, spend))
    return rule === undefined ? [] : [rule]
  })
  const selectors =
    kind === 'Role' ? undefined : reader.attempt(at, () => readAggregation(value, spend))
  if (reader.refusals.length > 0 || labels === undefined) return { refusals: reader.refusals }
  const name = nameOf(object)
  const scope = kind === 'Role' ? { namespace: object.object.namespace ?? namespace } : {}
  return { value: { kind, ...scope, name, at, labels, rules, selectors } }
}

/** Reads a RoleBinding or ClusterRoleBinding. @param namespace of a RoleBinding that names none. */
export function readBinding(
  object: ManifestObject,
  kind: Binding['kind'],
  namespace: string | undefined,
  spend: Spend,
): Reading<Binding> {
  const reader = new Reader()
  const { at, value } = object
  reader.attempt(at, () => readMetadata(object))
  const role = reader.attempt(at, () => readRoleRef(value.roleRef, kind))
  const scope = kind === 'RoleBinding' ? { namespace: object.object.namespace ?? namespace } : {}
  const place = itemPlaces(object, 'subjects')
  const list = reader.attempt(at, () => listIn(value.subjects, 'subjects')) ?? []
  spend(list.length)
  const subjects = list.flatMap((item, index): BoundSubject[] => {
    const where = place(index)
    const subject = reader.attempt(where, () => readSubject(item, kind, scope.namespace, index))
    return subject === undefined ? [] : [{ ...subject, at: where }]
  })
  if (reader.refusals.length > 0 || role === undefined) return { refusals: reader.refusals }
  return { value: { kind, ...scope, name: nameOf(object), at, role, subjects } }
}

/** What is called by a prefix gets a name that nobody knows yet; no path can hold a `*`-ended one of ours. */
function nameOf({ object, value }: ManifestObject): string {
  const metadata = isPlainMap(value.metadata) ? value.metadata : {}
  return object.name ?? `${String(metadata.generateName)}*`
}

/** @returns the labels. @throws RefusedError */
function readMetadata({ value, object }: ManifestObject): Readonly<Record<string, string>> {
  const metadata = mapIn(value.metadata, 'metadata')
  for (const field of ['name', 'generateName']) {
    const name = stringIn(metadata[field], `metadata.${field}`)
    refuse(`metadata.${field}`, pathSegmentFault(name))
  }
  if (object.namespace !== undefined && !object.kind.startsWith('Cluster')) {
    refuse('metadata.namespace', namespaceFault(object.namespace))
  }
  const labels = stringsIn(metadata.labels, 'metadata.labels')
  for (const [key, text] of Object.entries(labels)) {
    refuse('a key in metadata.labels', labelKeyFault(key))
    refuse('a value in metadata.labels', labelValueFault(text))
  }
  for (const key of Object.keys(stringsIn(metadata.annotations, 'metadata.annotations'))) {
    refuse('a key in metadata.annotations', annotationKeyFault(key))
  }
  return labels
}

function readRule(
  item: unknown,
  kind: Role['kind'],
  index: number,
  at: Position,
  spend: Spend,
): Rule {
  const where = `rules[${index}]`
  const map = mapIn(item, where)
  const read = (field: string): readonly string[] => {
    const texts = textsIn(map[field], `${where}.${field}`)
    spend(1 + texts.length)
    return texts
  }
  const verbs = read('verbs')
  const apiGroups = read('apiGroups')
  const resources = read('resources')
  const resourceNames = read('resourceNames')
  const nonResourceURLs = read('nonResourceURLs')
  if (verbs.length === 0) throw new RefusedError(`${where} has no verbs`)
  if (nonResourceURLs.length > 0) {
    if (kind === 'Role') throw new RefusedError(`${where}: a Role cannot have nonResourceURLs`)
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      throw new RefusedError(`${where} has both resources and nonResourceURLs`)
    }
  } else if (apiGroups.length === 0) throw new RefusedError(`${where} has no apiGroups`)
  else if (resources.length === 0) throw new RefusedError(`${where} has no resources`)
  return { index, at, verbs, apiGroups, resources, resourceNames, nonResourceURLs }
}

function readAggregation(value: ManifestObject['value'], spend: Spend): RoleSelector[] | undefined {
  const { aggregationRule } = value
  if (aggregationRule === undefined || aggregationRule === null) return undefined
  const where = 'aggregationRule.clusterRoleSelectors'
  const list = listIn(mapIn(aggregationRule, 'aggregationRule').clusterRoleSelectors, where)
  if (list.length === 0) throw new RefusedError(`${where} is empty`)
  spend(list.length)
  return list.map((item, index) => readSelector(item, `${where}[${index}]`, spend))
}

function readRoleRef(value: unknown, binding: Binding['kind']): Binding['role'] {
  const map = mapIn(value, 'roleRef')
  const group = stringIn(map.apiGroup, 'roleRef.apiGroup')
  const kind = stringIn(map.kind, 'roleRef.kind')
  const name = stringIn(map.name, 'roleRef.name')
  if (group !== '' && group !== GROUP) throw new RefusedError(`roleRef.apiGroup is not ${GROUP}`)
  if (kind !== 'ClusterRole' && (kind !== 'Role' || binding === 'ClusterRoleBinding')) {
    const may = binding === 'RoleBinding' ? 'neither Role nor ClusterRole' : 'not ClusterRole'
    throw new RefusedError(`roleRef.kind is ${may}`)
  }
  if (name === '') throw new RefusedError('roleRef.name is missing')
  refuse('roleRef.name', pathSegmentFault(name))
  return { kind, name }
}

function readSubject(
  item: unknown,
  binding: Binding['kind'],
  namespace: string | undefined,
  index: number,
): BoundSubject {
  const where = `subjects[${index}]`
  const map = mapIn(item, where)
  const read = (field: string): string => stringIn(map[field], `${where}.${field}`)
  const [kind, group, name, own] = [read('kind'), read('apiGroup'), read('name'), read('namespace')]
  if (name === '') throw new RefusedError(`${where} has no name`)
  if (kind === 'ServiceAccount') {
    refuse(`${where}.name`, objectNameFault(name))
    if (group !== '') throw new RefusedError(`${where}: a ServiceAccount has no apiGroup`)
    if (own !== '') return { kind, namespace: own, name }
    if (binding === 'RoleBinding') return { kind, namespace, name }
    throw new RefusedError(`${where} has no namespace`)
  }
  if (kind !== 'User' && kind !== 'Group') {
    throw new RefusedError(`${where}.kind is none of ServiceAccount, User, Group`)
  }
  if (group !== '' && group !== GROUP) throw new RefusedError(`${where}.apiGroup is not ${GROUP}`)
  return { kind, name }
}

function refuse(what: string, fault: string | undefined): void {
  if (fault !== undefined) throw new RefusedError(`${what} ${fault}`)
}
