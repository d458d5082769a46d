// Things of a namespace in, found again by namespace and name. An object that names no namespace may be of
// any, where nobody says which: it is asked for separately.
import { OPEN_NAMESPACE } from './facts.ts'

/** Things by their name and namespace; several may share one. */
export class ByName<T> {
  readonly #found = new Map<string, Map<string, T[]>>()

  add(namespace: string, name: string, item: T): void {
    const named = this.#found.get(name) ?? new Map<string, T[]>()
    this.#found.set(name, named)
    const items = named.get(namespace)
    if (items === undefined) named.set(namespace, [item])
    else items.push(item)
  }

  /** Those of exactly this namespace; two objects that name none are in one. */
  in(namespace: string, name: string): readonly T[] {
    return this.#found.get(name)?.get(namespace) ?? []
  }

  /** Those that may be in this namespace: of it, or one of the two names none. */
  maybeIn(namespace: string, name: string): readonly T[] {
    const named = this.#found.get(name)
    if (named === undefined) return []
    if (namespace === OPEN_NAMESPACE) return [...named.values()].flat()
    return [...(named.get(namespace) ?? []), ...(named.get(OPEN_NAMESPACE) ?? [])]
  }

  /** The namespaces that have one of the name, sorted. */
  namespacesOf(name: string): readonly string[] {
    return [...(this.#found.get(name)?.keys() ?? [])].sort()
  }
}
