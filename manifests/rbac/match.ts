// A rule and a request in; whether the rule allows it out. The comparisons are exactly those of
// kubernetes/pkg/apis/rbac/v1/evaluation_helpers.go and plugin/pkg/auth/authorizer/rbac: case counts,
// there are no patterns, and a list of names that holds '' fits a request without a name.
import type { AccessRequest, ResourceRequest, Rule } from './model.ts'

const ALL = '*'

/** Whether a rule allows a request. Where the rule applies is the binding's matter. */
export function allows(rule: Rule, request: AccessRequest): boolean {
  if (!includesOrAll(rule.verbs, request.verb)) return false
  if ('url' in request) return rule.nonResourceURLs.some((url) => urlFits(url, request.url))
  return (
    includesOrAll(rule.apiGroups, request.group) &&
    resourceFits(rule.resources, request) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(request.name ?? ''))
  )
}

/** The same rule if its list of names were absent. */
export function allowsAnyName(rule: Rule, request: ResourceRequest): boolean {
  return allows({ ...rule, resourceNames: [] }, request)
}

function includesOrAll(list: readonly string[], wanted: string): boolean {
  return list.includes(ALL) || list.includes(wanted)
}

function resourceFits(
  resources: readonly string[],
  { resource, subresource = '' }: ResourceRequest,
): boolean {
  if (resources.includes(ALL)) return true
  if (subresource === '') return resources.includes(resource)
  return resources.includes(`${resource}/${subresource}`) || resources.includes(`*/${subresource}`)
}

function urlFits(pattern: string, url: string): boolean {
  if (pattern === ALL || pattern === url) return true
  return pattern.endsWith(ALL) && url.startsWith(pattern.replace(/\*+$/, ''))
}
