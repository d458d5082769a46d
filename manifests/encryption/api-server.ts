// Objects in; the API servers that they run out: static pods, and the control planes of Cluster API, with their
// flags and mounts. Sources: k8s.io/api core/v1 PodSpec; cluster-api bootstrap/kubeadm api, v1beta1 and v1beta2.
import type { FieldPath } from '../check/places.ts'
import { placeOf } from '../check/places.ts'
import type { ManifestObject } from '../document.ts'
import { itemsAt, valueAt } from '../plain-value.ts'
import type { Position } from '../problem.ts'
import { bootstrapPath } from './carried.ts'

/** What an API server sees of its node. */
export interface Mount {
  /** Normalised: no slash at the end. */
  readonly mountPath: string
  readonly isReadOnly: boolean
  readonly hasSubPath: boolean
  readonly hostPath?: string | undefined
  /** `type` of hostPath: `Directory`, `File`, `DirectoryOrCreate`, …; empty if it says none. */
  readonly hostPathType: string
  readonly at: Position
  /** Where the type is written, or the volume. */
  readonly typeAt: Position
}

export interface ApiServer {
  readonly object: ManifestObject
  readonly kind: 'static pod' | 'control plane'
  readonly at: Position
  /** The flags by name, without dashes; the last of several counts. */
  readonly flags: ReadonlyMap<string, string>
  readonly configAt?: Position | undefined
  readonly reloadAt?: Position | undefined
  readonly mounts: readonly Mount[]
}

const CONFIG = 'encryption-provider-config'
const RELOAD = 'encryption-provider-config-automatic-reload'

/** The file that an API server is told to read. */
export function configPath({ flags }: ApiServer): string | undefined {
  return flags.get(CONFIG) || undefined
}

/** Whether it reads the file again when it changes. */
export function reloads({ flags }: ApiServer): boolean {
  return /^(?:true|t|1)$/i.test(flags.get(RELOAD) ?? '')
}

/** All API servers among objects. */
export function apiServersOf(objects: readonly ManifestObject[]): ApiServer[] {
  return objects.flatMap((object) => [...podServers(object), ...controlPlanes(object)])
}

/** The mount that a path of the API server is under, the longest. */
export function mountOf({ mounts }: ApiServer, path: string): Mount | undefined {
  return mounts
    .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0]
}

interface Argument {
  readonly text: string
  readonly path: FieldPath
}

function podServers(object: ManifestObject): ApiServer[] {
  const { value, apiVersion } = object
  if (apiVersion !== 'v1' || object.object.kind !== 'Pod') return []
  return itemsAt(value, 'spec', 'containers').flatMap((container, index): ApiServer[] => {
    const path = ['spec', 'containers', index]
    const words = ['command', 'args'].flatMap((field) =>
      itemsAt(container, field).flatMap((text, at): Argument[] =>
        typeof text === 'string' ? [{ text, path: [...path, field, at] }] : [],
      ),
    )
    if (!words.some(({ text }) => /(?:^|[/\s])kube-apiserver(?:\s|$)/.test(text))) return []
    const mounts = podMounts(object, container, path)
    return [{ ...server(object, 'static pod', flagsOf(words)), mounts }]
  })
}

/** `--name=value`, `--name value`, and `--name`, which is true. */
function flagsOf(words: readonly Argument[]): (Argument & { readonly name: string })[] {
  return words.flatMap(({ text, path }, index) => {
    const [, name, value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(text) ?? []
    if (name === undefined) return []
    const next = words[index + 1]?.text
    const isApart = value === undefined && name === CONFIG && next !== undefined
    return [{ name, text: value ?? (isApart ? next : 'true'), path }]
  })
}

function server(
  object: ManifestObject,
  kind: ApiServer['kind'],
  flags: readonly (Argument & { readonly name: string })[],
): Omit<ApiServer, 'mounts'> {
  const at = (wanted: string): Position | undefined => {
    const flag = flags.findLast(({ name }) => name === wanted)
    return flag && placeOf(object, flag.path)
  }
  return {
    object,
    kind,
    at: object.at,
    flags: new Map(flags.map(({ name, text }) => [name, text])),
    configAt: at(CONFIG),
    reloadAt: at(RELOAD),
  }
}

function podMounts(object: ManifestObject, container: unknown, path: FieldPath): Mount[] {
  const volumes = itemsAt(object.value, 'spec', 'volumes')
  return itemsAt(container, 'volumeMounts').flatMap((mount, index): Mount[] => {
    const mountPath = valueAt(mount, 'mountPath')
    if (typeof mountPath !== 'string') return []
    const name = valueAt(mount, 'name')
    const volume = volumes.findIndex((each) => valueAt(each, 'name') === name)
    const hostPath = valueAt(volumes[volume], 'hostPath', 'path')
    const subPath = valueAt(mount, 'subPath') ?? valueAt(mount, 'subPathExpr') ?? ''
    return [
      {
        mountPath: normalized(mountPath),
        isReadOnly: valueAt(mount, 'readOnly') === true,
        hasSubPath: subPath !== '',
        hostPath: typeof hostPath === 'string' ? normalized(hostPath) : undefined,
        hostPathType: String(valueAt(volumes[volume], 'hostPath', 'type') ?? ''),
        at: placeOf(object, [...path, 'volumeMounts', index]),
        typeAt: placeOf(object, ['spec', 'volumes', volume, 'hostPath', 'type']),
      },
    ]
  })
}

function controlPlanes(object: ManifestObject): ApiServer[] {
  const bootstrap = bootstrapPath(object)
  if (bootstrap === undefined) return []
  const path = [...bootstrap, 'clusterConfiguration', 'apiServer']
  const apiServer = valueAt(object.value, ...path)
  if (apiServer === undefined) return []
  const flags = extraArguments(apiServer, path)
  return [
    { ...server(object, 'control plane', flags), mounts: extraMounts(object, apiServer, path) },
  ]
}

/** A map, or from v1beta2 on a list of name and value. */
function extraArguments(apiServer: unknown, path: FieldPath) {
  const written = valueAt(apiServer, 'extraArgs')
  if (!Array.isArray(written)) {
    return Object.entries(valueAt(apiServer, 'extraArgs') ?? {}).map(([name, text]) => ({
      name,
      text: String(text),
      path: [...path, 'extraArgs', name],
    }))
  }
  return written.flatMap((item: unknown, index) => {
    const name = valueAt(item, 'name')
    const text = valueAt(item, 'value')
    if (typeof name !== 'string') return []
    return [{ name, text: String(text ?? ''), path: [...path, 'extraArgs', index] }]
  })
}

function extraMounts(object: ManifestObject, apiServer: unknown, path: FieldPath): Mount[] {
  return itemsAt(apiServer, 'extraVolumes').flatMap((volume, index): Mount[] => {
    const mountPath = valueAt(volume, 'mountPath')
    const hostPath = valueAt(volume, 'hostPath')
    if (typeof mountPath !== 'string' || typeof hostPath !== 'string') return []
    const at = [...path, 'extraVolumes', index]
    return [
      {
        mountPath: normalized(mountPath),
        isReadOnly: valueAt(volume, 'readOnly') === true,
        hasSubPath: false,
        hostPath: normalized(hostPath),
        hostPathType: String(valueAt(volume, 'pathType') ?? ''),
        at: placeOf(object, at),
        typeAt: placeOf(object, [...at, 'pathType']),
      },
    ]
  })
}

function normalized(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '')
}
