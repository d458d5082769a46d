// The resource names of one entry in; what the API server's validation says against them out.
import type { WrittenEntry } from './decode.ts'
import type { GroupResource } from './group-resource.ts'
import { isAnything, parseGroupResource } from './group-resource.ts'
import { shownIdentifier } from './shown.ts'

/** Stored in etcd, and no resource of the API. */
const WITHOUT_API = ['apiserveripinfo', 'serviceipallocations', 'servicenodeportallocations']

export function validateResources({ place, resources }: WrittenEntry): void {
  if (resources.length === 0) {
    const path = `${place.path}.resources`
    place.add(`${path} is empty: at least one ${path} is required`, 'list what to encrypt')
  }
  const parsed = resources.map(({ name }) => parseGroupResource(name))
  const distinct = new Map(parsed.map((each) => [`${each.resource}.${each.group}`, each]))
  if (distinct.size < parsed.length) {
    place.add(
      `${place.path}.resources names a resource twice: the same resource cannot be specified multiple times`,
      'remove one of them; "secrets" and "secrets." are the same',
    )
  }
  if (overlap([...distinct.values()])) {
    place.add(
      `${place.path}.resources is overlapping: a wildcard masks other resources of the same list`,
      'put what the wildcard covers into an entry before it, or leave it out',
    )
  }
  for (const resource of resources) {
    const fault = resourceFault(resource.name)
    if (fault !== undefined)
      resource.place.refuse(`${shownIdentifier(resource.name)} ${fault[0]}`, fault[1])
  }
}

/** Whether one of them is a wildcard for another. */
function overlap(distinct: readonly GroupResource[]): boolean {
  if (distinct.length > 1 && distinct.some(isAnything)) return true
  const ofWildcards = new Set(
    distinct.filter(({ resource }) => resource === '*').map(({ group }) => group),
  )
  return distinct.some(({ resource, group }) => resource !== '*' && ofWildcards.has(group))
}

/** What is wrong with a name, and what to write. */
function resourceFault(name: string): readonly [string, string] | undefined {
  const { resource, group } = parseGroupResource(name)
  if (name.toLowerCase() !== name) {
    return ['should not contain capital letters', 'write the plural in lower case']
  }
  if (name === '*') {
    return ["is no wildcard here: use '*.' for the core API group, or '*.*' for all", "write '*.'"]
  }
  if (WITHOUT_API.includes(name)) {
    return ['is a resource which does not have a REST API and cannot be encrypted', 'remove it']
  }
  if (group === 'events.k8s.io') {
    return ["is stored using the 'events' API group in etcd: use 'events' instead", 'write events']
  }
  if (group === 'extensions') {
    return [
      "is in the 'extensions' group, which has been removed and cannot be used",
      'name the group that it moved to, such as apps or networking.k8s.io',
    ]
  }
  if (group === '*' && resource !== '*') {
    return [
      'is refused: encrypting the same resource across groups is not supported',
      'name the group',
    ]
  }
  return undefined
}
