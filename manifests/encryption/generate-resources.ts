// Resources as they go into a file in; those that an API server would accept and never encrypt, or that its
// version does not know, out. What it refuses is found by reading the finished file.
import { nearest } from '../did-you-mean.ts'
import { shownName } from '../names.ts'
import type { Problem } from '../problem.ts'
import { usageError } from '../problem.ts'
import { findResource } from '../rbac/resources.ts'

/** Often encrypted ones, to tell what a misspelt one was meant to be. */
const COMMON = ['secrets', 'configmaps', 'serviceaccounts', 'pods', 'services', 'events', 'nodes']

/** What is wrong, as errors of usage. */
export function resourceFaults(resources: readonly string[], minor: number): Problem[] {
  return resources.flatMap((resource) => {
    const fault = resource.includes('*')
      ? wildcardFault(resource, minor)
      : nameFault(resource, minor)
    return fault === undefined ? [] : [fault]
  })
}

/** From 1.27 (pkg/server/options/encryptionconfig). */
function wildcardFault(resource: string, minor: number): Problem | undefined {
  if (minor >= 27) return undefined
  const message = `${shownName(resource)} needs Kubernetes 1.27, not 1.${minor}`
  return usageError(message, 'list the resources one by one')
}

function nameFault(resource: string, minor: number): Problem | undefined {
  if (resource.includes('/')) {
    const message = `${shownName(resource)} is a subresource: nothing of it is stored`
    return usageError(message, `use ${shownName(resource.split('/')[0] ?? '')}`)
  }
  // Capitals, empty parts and the like are the API server's to refuse.
  if (resource !== resource.toLowerCase()) return undefined
  const dot = resource.indexOf('.')
  const name = dot === -1 ? resource : resource.slice(0, dot)
  const group = dot === -1 ? '' : resource.slice(dot + 1)
  if (isBuiltIn(group)) {
    return findResource(name, group)?.name === name ? undefined : unknown(resource, name, group)
  }
  if (minor >= 26) return undefined
  const message = `custom resources such as ${shownName(resource)} need Kubernetes 1.26, not 1.${minor}`
  return usageError(message, 'leave it out')
}

/** Groups of Kubernetes have no dot, or end in its own domain; those of others need one. */
function isBuiltIn(group: string): boolean {
  return !group.includes('.') || findGroup(group)
}

const GROUPS = [
  ...['admissionregistration', 'apiextensions', 'apiregistration', 'certificates', 'coordination'],
  ...['discovery', 'events', 'flowcontrol.apiserver', 'networking', 'node', 'rbac.authorization'],
  ...['resource', 'scheduling', 'storage', 'storagemigration'],
].map((name) => `${name}.k8s.io`)

function findGroup(group: string): boolean {
  return GROUPS.includes(group)
}

function unknown(resource: string, name: string, group: string): Problem {
  const message = `Kubernetes stores no ${shownName(resource)}: nothing would be encrypted`
  const found =
    findResource(name, group)?.name ?? (group === '' ? nearest(name, COMMON) : undefined)
  const hint =
    found === undefined
      ? 'name the plural, with the group if it has one: secrets, deployments.apps'
      : `did you mean ${group === '' ? found : `${found}.${group}`}?`
  return usageError(message, hint)
}
