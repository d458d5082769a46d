// A resource as the file names it in; why nothing would ever be encrypted by that name out. Upstream takes
// any name.
import { nearest } from '../did-you-mean.ts'
import { findResource, RESOURCE_NAMES } from '../rbac/resources.ts'
import { nameOfGroupResource, parseGroupResource } from './group-resource.ts'
import { shownIdentifier } from './shown.ts'

/** What is wrong with a name, and what was probably meant. */
export interface ResourceDoubt {
  readonly message: string
  readonly hint: string
  /** Whether it is sure that nothing has this name. */
  readonly isSure: boolean
}

/** Requests that are answered and not stored. */
const NOT_STORED = new Set([
  'bindings',
  'componentstatuses',
  'tokenreviews.authentication.k8s.io',
  'selfsubjectreviews.authentication.k8s.io',
  'localsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
  'subjectaccessreviews.authorization.k8s.io',
  'users',
  'groups',
])

/** Gone from Kubernetes 1.37, and real before. */
const FORMER = new Set(['podsecuritypolicies.policy'])

const PLURAL = 'name the plural, with the group behind a dot if it has one'

const BUILT_IN_GROUPS = new Set(
  // Those that only rules know, and those of custom resources, are none of the API server's.
  RESOURCE_NAMES.map((name) => parseGroupResource(name).group).filter(
    (group) => group !== 'argoproj.io' && group !== 'secrets.phase.dev',
  ),
)

/** Whether a group is one of Kubernetes itself. */
export function isBuiltInGroup(group: string): boolean {
  return BUILT_IN_GROUPS.has(group)
}

/** Why a name is no resource; undefined if it is one, or a custom one, which nobody here knows. */
export function resourceDoubt(name: string): ResourceDoubt | undefined {
  const parsed = parseGroupResource(name)
  const { resource, group } = parsed
  const full = nameOfGroupResource(parsed)
  const shown = shownIdentifier(name)
  if (resource === '*' || FORMER.has(full)) return undefined
  if (name.includes('/')) {
    return doubt(
      `${shown} is a subresource, which is stored with its resource`,
      'name the resource',
    )
  }
  if (resource === '') return doubt('an empty name stands for no resource', 'remove it')
  if (NOT_STORED.has(full)) return doubt(`${shown} is never stored`, 'remove it')
  if (findResource(resource, group)?.name === resource && isExactGroup(resource, group)) {
    return undefined
  }
  const elsewhere = group === '' ? findResource(resource, undefined) : undefined
  const meant =
    elsewhere === undefined
      ? nearest(full, RESOURCE_NAMES)
      : nameOfGroupResource({ resource: elsewhere.name, group: elsewhere.group })
  if (isBuiltInGroup(group)) {
    const hint = meant === undefined ? PLURAL : `did you mean ${meant}?`
    const isSure = group === '' || meant !== undefined
    return {
      ...doubt(`${shown} is no resource of Kubernetes: nothing is encrypted by it`, hint),
      isSure,
    }
  }
  return undefined
}

/** `findResource` takes the beginning of a group too. */
function isExactGroup(resource: string, group: string): boolean {
  return RESOURCE_NAMES.includes(nameOfGroupResource({ resource, group }))
}

function doubt(message: string, hint: string): ResourceDoubt {
  return { message, hint, isSure: true }
}
