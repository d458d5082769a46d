// What a cluster tells objects apart by in: group, kind, namespace and name; one text for the four out.

/** `apps` for `apps/v1`; the core group, `v1`, is the empty string. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

/** The namespace of an object or a Secret; as the API server sees it, an empty one is none. */
export function namespaceOf(
  { namespace }: { readonly namespace?: string | undefined },
  appNamespace: string | undefined,
): string {
  return namespace || appNamespace || ''
}

/**
 * Equal exactly for one object, whatever the version of its API.
 * @param appNamespace the namespace of objects that name none.
 */
export function objectKey(
  object: {
    readonly apiVersion: string
    readonly kind: string
    readonly namespace?: string | undefined
    readonly name: string
  },
  appNamespace?: string,
): string {
  const { apiVersion, kind, name } = object
  return JSON.stringify([groupOf(apiVersion), kind, namespaceOf(object, appNamespace), name])
}
