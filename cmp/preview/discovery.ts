// In: an apiVersion and a kind. Out: the resource that the cluster has for it, as its discovery says. Each
// group and version is asked for once.
import { groupOf } from '../../manifests/object-key.ts'
import { isPlainMap, itemsAt } from '../../manifests/plain-value.ts'
import type { Answer } from './kubernetes-get.ts'

/** Where objects of a kind are. */
export interface Resource {
  /** `/api/v1` or `/apis/apps/v1`. */
  readonly root: string
  /** Plural, such as `secrets`. */
  readonly name: string
  /** Empty for the core group. */
  readonly group: string
  readonly isNamespaced: boolean
}

/** `missing`: the cluster has no such API. */
export type Discovered = Resource | Exclude<Answer, { readonly status: 200 }>

const GROUP = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/
const VERSION = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** @param get what GET answers at a path. */
export function discovery(get: (path: string) => Promise<Answer>) {
  const answers = new Map<string, Promise<Answer>>()
  return async (apiVersion: string, kind: string): Promise<Discovered> => {
    const root = rootOf(apiVersion)
    if (root === undefined) return { status: 'missing' }
    const asked = answers.get(root) ?? get(root)
    answers.set(root, asked)
    const answer = await asked
    return answer.status === 200 ? resourceIn(answer.body, root, apiVersion, kind) : answer
  }
}

/** Undefined for what no cluster can have; it never gets into a path. */
function rootOf(apiVersion: string): string | undefined {
  const [first = '', second, ...more] = apiVersion.split('/')
  if (more.length > 0) return undefined
  if (second === undefined) return VERSION.test(first) ? `/api/${first}` : undefined
  return GROUP.test(first) && VERSION.test(second) ? `/apis/${first}/${second}` : undefined
}

/** In an APIResourceList. */
function resourceIn(body: unknown, root: string, apiVersion: string, kind: string): Discovered {
  for (const item of itemsAt(body, 'resources')) {
    if (!isPlainMap(item) || item.kind !== kind || typeof item.name !== 'string') continue
    // `deployments/status` and the like have the same kind.
    if (!/^[a-z0-9.-]+$/.test(item.name) || /^\.+$/.test(item.name)) continue
    const group = groupOf(apiVersion)
    return { root, name: item.name, group, isNamespaced: item.namespaced === true }
  }
  return { status: 'missing' }
}
