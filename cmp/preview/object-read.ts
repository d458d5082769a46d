// In: what a cluster answered to the GET of one object. Out: the object, that there is none, or in our own
// words why it was not read.
import type { PlainMap } from '../../manifests/plain-value.ts'
import { isPlainMap, itemsAt, stringsAt, valueAt } from '../../manifests/plain-value.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { Resource } from './discovery.ts'
import type { Answer } from './kubernetes-get.ts'

export interface Wanted {
  readonly apiVersion: string
  readonly kind: string
  /** Left out of account for kinds that have none; absent: the cluster's own. */
  readonly namespace?: string | undefined
  readonly name: string
}

export type Live =
  | { readonly object: PlainMap }
  /** `notice`: the cluster does not even know the kind; the same one for all objects of the kind. */
  | { readonly missing: true; readonly notice?: Problem | undefined }
  /** What concerns the whole cluster is one problem, the same for each object that was not read. */
  | { readonly problem: Problem }

const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** Where the object is. Undefined for a name that no object can have: it never gets into a path. */
export function pathOf(
  { root, name: resource, isNamespaced }: Resource,
  { namespace, name }: Wanted,
  standard: string,
): string | undefined {
  // As the API server checks them (validation.IsValidPathSegmentName).
  if (name === '' || /^\.{1,2}$|[/%]/.test(name) || !name.isWellFormed()) return undefined
  const object = `${resource}/${encodeURIComponent(name)}`
  if (!isNamespaced) return `${root}/${object}`
  const home = namespace ?? standard
  return NAMESPACE.test(home) ? `${root}/namespaces/${home}/${object}` : undefined
}

/** @param resource absent if it was the discovery that was answered so. */
export function liveOf(
  answer: Answer,
  wanted: Wanted,
  host: string,
  resource?: Resource,
  namespace?: string,
): Live {
  switch (answer.status) {
    case 200: {
      // Any program may answer 200.
      return isWanted(answer.body, wanted)
        ? { object: answer.body }
        : { problem: broken(wanted, `${host} answers with another object`) }
    }
    case 'missing':
      return { missing: true }
    case 'forbidden':
      return { problem: forbidden(wanted, resource, wanted.namespace ?? namespace) }
    case 'broken':
      return { problem: broken(wanted, `${host} ${answer.why}`) }
    default:
      return { problem: answer.problem }
  }
}

/** For objects of which the cluster does not know the kind. */
export function unknownKind({ apiVersion, kind }: Wanted): Problem {
  // What nobody would take for a kind is not repeated.
  const isPlain = [apiVersion, kind].every((text) => /^[\w./-]{1,320}$/.test(text))
  const what = isPlain ? `${kind} of ${apiVersion}` : 'a kind that the manifests name'
  return {
    severity: 'notice',
    fault: 'outside',
    message: `the cluster does not know ${what}: its objects count as missing`,
    hint: 'install its CustomResourceDefinition before objects of it are applied',
  }
}

/** The objects in an Application's `status.resources`; whatever is not written out is left out. */
export function managedIn(application: PlainMap): readonly Wanted[] {
  return itemsAt(application, 'status', 'resources').flatMap((item) => {
    const { group = '', version = '', kind = '', namespace, name = '' } = stringsAt(item)
    if (version === '' || kind === '' || name === '') return []
    return [{ apiVersion: group === '' ? version : `${group}/${version}`, kind, namespace, name }]
  })
}

/** What is not known without the Application is not an error: the preview tells less. */
export function notManaged(namespace: string, name: string, live: Live): Problem {
  const what = `Application ${namespace}/${name}`
  const untold = 'objects that are no longer rendered are not shown as removed'
  const object = { kind: 'Application', namespace, name }
  const why =
    'problem' in live ? `cannot be read: ${live.problem.message}` : 'is not in the cluster'
  return {
    severity: 'notice',
    fault: 'outside',
    object,
    message: `${what} ${why}: ${untold}`,
    hint:
      'problem' in live ? live.problem.hint : 'name the cluster and namespace that Argo CD runs in',
  }
}

function isWanted(body: unknown, { kind, name }: Wanted): body is PlainMap {
  return isPlainMap(body) && body.kind === kind && valueAt(body, 'metadata', 'name') === name
}

function forbidden(
  { kind, name, apiVersion }: Wanted,
  resource: Resource | undefined,
  namespace: string | undefined,
): Problem {
  if (resource === undefined) {
    return outside(
      { kind, namespace, name },
      `asking for the kinds of ${apiVersion} is forbidden`,
      'grant it with the ClusterRole system:discovery',
    )
  }
  const { name: plural, group, isNamespaced } = resource
  const full = group === '' ? plural : `${plural}.${group}`
  const [where, flag] = isNamespaced ? [` in namespace ${namespace}`, ` -n ${namespace}`] : ['', '']
  return outside(
    { kind, namespace: isNamespaced ? namespace : undefined, name },
    `the verb get on ${full}${where} is forbidden`,
    `kubectl auth can-i get ${full}${flag} says no: grant it, or use another context`,
  )
}

function broken({ kind, namespace, name }: Wanted, message: string): Problem {
  return outside({ kind, namespace, name }, message, 'look at the API server')
}

function outside(object: Problem['object'], message: string, hint: string): Problem {
  return { severity: 'error', fault: 'outside', object, message, hint }
}
