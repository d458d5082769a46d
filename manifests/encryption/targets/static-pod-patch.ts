// The plain value of a kube-apiserver pod in; what has to change in it, as an RFC 6902 patch, out. What is
// there already is left alone: the second time the patch is empty.

import type { Operation } from '../../diff/operations.ts'
import { pointerOf } from '../../fix/pointer.ts'
import { itemsAt, valueAt } from '../../plain-value.ts'
import type { Flag, Folder } from './api-server.ts'
import { CONFIG_FLAG, flagsFor, foldersFor } from './api-server.ts'
import type { WrapRequest } from './target.ts'

/** What stands in the way of a patch. */
export interface Obstacle {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly hint: string
}

/** The operations in their order, or what a person has to decide. */
export function patchOf(pod: unknown, request: WrapRequest): readonly Operation[] | Obstacle {
  const index = itemsAt(pod, 'spec', 'containers').findIndex(isApiServer)
  if (valueAt(pod, 'kind') !== 'Pod' || index === -1) {
    const message = 'there is no pod with a container kube-apiserver in it'
    const hint = "name the API server's own manifest, such as a copy of kube-apiserver.yaml"
    return { path: [], message, hint }
  }
  const operations: Operation[] = []
  for (const flag of flagsFor(request)) {
    const found = flagOperations(pod, index, flag)
    if ('message' in found) return found
    operations.push(...found)
  }
  const lists = new Lists(pod, index)
  for (const folder of foldersFor(request)) {
    const obstacle = lists.mount(folder, request.nodePath)
    if (obstacle !== undefined) return obstacle
  }
  return [...operations, ...lists.operations]
}

function isApiServer(container: unknown): boolean {
  const [program] = itemsAt(container, 'command')
  return (
    valueAt(container, 'name') === 'kube-apiserver' ||
    (typeof program === 'string' && /(^|\/)kube-apiserver$/.test(program))
  )
}

/** Flags stand in `command` or in `args`. The last one of a name counts for the API server, and is the one here. */
function flagOperations(
  pod: unknown,
  index: number,
  { name, value }: Flag,
): readonly Operation[] | Obstacle {
  const base = ['spec', 'containers', index] as const
  const container = itemsAt(pod, 'spec', 'containers')[index]
  const lists = (['args', 'command'] as const).filter(
    (field) => itemsAt(container, field).length > 0,
  )
  for (const field of lists) {
    const items = itemsAt(container, field)
    const place = items.findLastIndex(
      (item) => item === `--${name}` || String(item).startsWith(`--${name}=`),
    )
    if (place === -1) continue
    const written = String(items[place])
    if (written === `--${name}=${value}`) return []
    // A flag without a value is true, or has it in the next item.
    const isBare = !written.includes('=')
    if (isBare && (name === CONFIG_FLAG ? items[place + 1] === value : value === 'true')) return []
    if (name !== CONFIG_FLAG) {
      return [
        { op: 'replace', path: pointerOf([...base, field, place]), value: `--${name}=${value}` },
      ]
    }
    const message = `--${CONFIG_FLAG} names another file already`
    const hint =
      'objects may be encrypted with its keys: go on from it with encryption rotate, or name it with --node-path'
    return { path: [...base, field, place], message, hint }
  }
  const field = lists.find((each) => itemsAt(container, each).some(isFlag))
  if (field === undefined) {
    const message = 'the container does not start kube-apiserver with a list of flags'
    return {
      path: [...base],
      message,
      hint: 'write out its command, one flag an item, without a shell',
    }
  }
  return [{ op: 'add', path: pointerOf([...base, field, '-']), value: `--${name}=${value}` }]
}

function isFlag(item: unknown): boolean {
  return typeof item === 'string' && item.startsWith('--')
}

/** The volumes of the pod and their mounts, with what was added to them. */
class Lists {
  readonly operations: Operation[] = []
  readonly #volumes: unknown[]
  readonly #mounts: unknown[]
  readonly #index: number

  constructor(pod: unknown, index: number) {
    this.#index = index
    this.#volumes = [...itemsAt(pod, 'spec', 'volumes')]
    const container = itemsAt(pod, 'spec', 'containers')[index]
    this.#mounts = [...itemsAt(container, 'volumeMounts')]
  }

  /** Makes the folder seen, unless it is. */
  mount(folder: Folder, nodePath: string): Obstacle | undefined {
    const { path, isReadOnly } = folder
    const place = this.#mounts.findLastIndex((mount) => {
      const at = valueAt(mount, 'mountPath')
      return typeof at === 'string' && (at === nodePath || isInside(path, at))
    })
    if (place === -1) {
      this.#add(folder)
      return undefined
    }
    const at = ['spec', 'containers', this.#index, 'volumeMounts', place] as const
    const mount = this.#mounts[place]
    const mountPath = valueAt(mount, 'mountPath')
    const volume = this.#volumes.findIndex(
      (each) => valueAt(each, 'name') === valueAt(mount, 'name'),
    )
    const source = this.#volumes[volume]
    const isFolder = mountPath !== nodePath && valueAt(mount, 'subPath') === undefined
    if (!isFolder || trimmed(valueAt(source, 'hostPath', 'path')) !== trimmed(mountPath)) {
      const message = `${path} is not seen as the folder that it is on the node`
      const hint = `mount the folder ${path} itself, under the same path and without subPath`
      return { path: [...at], message, hint }
    }
    if (isReadOnly && trimmed(mountPath) === path && valueAt(mount, 'readOnly') !== true) {
      this.#set([...at, 'readOnly'], true, valueAt(mount, 'readOnly'))
    }
    if (
      valueAt(source, 'hostPath', 'type') === 'DirectoryOrCreate' &&
      trimmed(mountPath) === path
    ) {
      this.#set(['spec', 'volumes', volume, 'hostPath', 'type'], 'Directory', true)
    }
    return undefined
  }

  #set(path: readonly (string | number)[], value: unknown, before: unknown): void {
    const op = before === undefined ? 'add' : 'replace'
    this.operations.push({ op, path: pointerOf(path), value })
  }

  #add({ name: wanted, path, isReadOnly }: Folder): void {
    const taken = this.#volumes.map((volume) => valueAt(volume, 'name'))
    let name = wanted
    for (let count = 2; taken.includes(name); count += 1) name = `${wanted}-${count}`
    const mount = { name, mountPath: path, ...(isReadOnly ? { readOnly: true } : {}) }
    const volume = { name, hostPath: { path, type: 'Directory' } }
    this.#append(this.#mounts, ['spec', 'containers', this.#index, 'volumeMounts'], mount)
    this.#append(this.#volumes, ['spec', 'volumes'], volume)
  }

  #append(list: unknown[], path: readonly (string | number)[], item: unknown): void {
    const isNew = list.length === 0
    list.push(item)
    this.operations.push({
      op: 'add',
      path: isNew ? pointerOf(path) : pointerOf([...path, '-']),
      value: isNew ? [item] : item,
    })
  }
}

/** Whether a path is a folder or below it. */
function isInside(path: string, folder: string): boolean {
  const base = trimmed(folder)
  return path === base || path.startsWith(base === '/' ? '/' : `${base}/`)
}

function trimmed(path: unknown): string {
  return typeof path === 'string' ? path.replace(/(.)\/+$/, '$1') : ''
}
