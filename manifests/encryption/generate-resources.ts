// Resources as they go into a file in; those that an API server would accept and never encrypt, or that its
// version does not know, out. What it refuses is found by reading the finished file.
import type { Problem } from '../problem.ts'
import { usageError } from '../problem.ts'
import { parseGroupResource } from './group-resource.ts'
import { resourceDoubt } from './known-resource.ts'
import { shownIdentifier } from './shown.ts'

/** What is wrong with them: errors, and warnings where nobody can be sure. */
export function resourceFaults(resources: readonly string[], minor: number): Problem[] {
  return resources.flatMap((resource): Problem[] => {
    const gate = gateFault(resource, minor)
    if (gate !== undefined) return [gate]
    const doubt = resourceDoubt(resource)
    if (doubt === undefined) return []
    const { message, hint, isSure } = doubt
    return [{ severity: isSure ? 'error' : 'warning', fault: 'usage', message, hint }]
  })
}

/** Custom resources from 1.26, wildcards from 1.27 (k8s.io/apiserver pkg/server/options/encryptionconfig). */
function gateFault(resource: string, minor: number): Problem | undefined {
  const shown = shownIdentifier(resource)
  if (minor < 27 && resource.includes('*')) {
    const message = `the wildcard ${shown} needs Kubernetes 1.27, not 1.${minor}`
    return usageError(message, 'list the resources one by one')
  }
  const { group } = parseGroupResource(resource)
  // Groups of Kubernetes have no dot, or are of its own domain.
  const isCustom = group.includes('.') && !group.endsWith('.k8s.io')
  if (minor >= 26 || !isCustom) return undefined
  const message = `the custom resource ${shown} needs Kubernetes 1.26, not 1.${minor}`
  return usageError(message, 'leave it out')
}
