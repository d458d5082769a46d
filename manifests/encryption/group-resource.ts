// A resource as the file names it in; its name and group out. Wildcards are names too.
// Source: k8s.io/apimachinery pkg/runtime/schema ParseGroupResource.

export interface GroupResource {
  readonly resource: string
  /** `''` is the core group. */
  readonly group: string
}

/** `secrets` and `secrets.` are of the core group; `*.` is all of it, `*.*` is everything. */
export function parseGroupResource(text: string): GroupResource {
  const dot = text.indexOf('.')
  if (dot === -1) return { resource: text, group: '' }
  return { resource: text.slice(0, dot), group: text.slice(dot + 1) }
}

/** Whether it is `*.*`. */
export function isAnything({ resource, group }: GroupResource): boolean {
  return resource === '*' && group === '*'
}

/** Whether a pattern is this resource, or a wildcard for it. */
export function covers(pattern: GroupResource, { resource, group }: GroupResource): boolean {
  if (isAnything(pattern)) return true
  return pattern.group === group && (pattern.resource === '*' || pattern.resource === resource)
}

/** As the file would name it: `secrets`, `deployments.apps`, `*.`. */
export function nameOfGroupResource({ resource, group }: GroupResource): string {
  return group === '' && resource !== '*' ? resource : `${resource}.${group}`
}
