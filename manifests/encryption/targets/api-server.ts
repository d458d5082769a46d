// What an API server has to be started with, to read the file: the same for all that start it themselves.
import { posix } from 'node:path'
import type { PlainMap } from '../../plain-value.ts'
import { socketPath } from '../endpoint.ts'
import type { EncryptionConfiguration } from '../model.ts'
import type { WrapRequest } from './target.ts'

export const CONFIG_FLAG = 'encryption-provider-config'
const RELOAD_FLAG = 'encryption-provider-config-automatic-reload'

/** A folder of the node that the API server's pod sees under the same path. */
export interface Folder {
  readonly name: string
  readonly path: string
  readonly isReadOnly: boolean
}

/** A flag without its dashes. */
export interface Flag {
  readonly name: string
  readonly value: string
}

/** The flags; automatic reload exists from 1.26. */
export function flagsFor({ nodePath, minor }: WrapRequest): readonly Flag[] {
  const config = { name: CONFIG_FLAG, value: nodePath }
  return minor < 26 ? [config] : [config, { name: RELOAD_FLAG, value: 'true' }]
}

/**
 * The folders: that of the file, never the file alone (a mount of one file keeps showing the old one after
 * it was replaced, and nothing is reloaded), and those of the sockets of KMS plugins.
 */
export function foldersFor({ nodePath, configuration }: WrapRequest): readonly Folder[] {
  const own = { name: 'encryption-config', path: posix.dirname(nodePath), isReadOnly: true }
  const sockets = [...new Set(socketFolders(configuration))].filter((path) => path !== own.path)
  return [
    own,
    ...sockets.map((path, index) => ({
      name: index === 0 ? 'kms-plugin' : `kms-plugin-${index + 1}`,
      path,
      isReadOnly: false,
    })),
  ]
}

/** As kubeadm and Cluster API write volumes. `Directory`: an empty one made on the fly helps nobody. */
export function extraVolumes(request: WrapRequest): PlainMap[] {
  return foldersFor(request).map(({ name, path, isReadOnly }) => ({
    name,
    hostPath: path,
    mountPath: path,
    readOnly: isReadOnly ? true : undefined,
    pathType: 'Directory',
  }))
}

/** Flags as a map, as older APIs have them. */
export function argsMap(request: WrapRequest): PlainMap {
  return Object.fromEntries(flagsFor(request).map(({ name, value }) => [name, value]))
}

function socketFolders(configuration: EncryptionConfiguration | undefined): string[] {
  const providers = configuration?.entries.flatMap((entry) => entry.providers) ?? []
  const paths = providers.flatMap((provider) => {
    const path = provider.kind === 'kms' ? socketPath(provider.endpoint) : undefined
    return path === undefined ? [] : [path]
  })
  return paths.map((path) => posix.dirname(path))
}

/** Folders whose other contents have nothing to do with it: one of them mounted hides or shows too much. */
const SHARED = ['/', '/etc', '/etc/kubernetes', '/etc/kubernetes/manifests', '/etc/kubernetes/pki']

/** Why the file cannot be there on a node; undefined if it can. */
export function nodePathFault(path: string): string | undefined {
  if (!/^(\/[-\w][-.\w]{0,99}){1,20}$/.test(path)) {
    return 'is no absolute path of letters, digits, "-", "_" and "."'
  }
  return SHARED.includes(posix.dirname(path)) ? 'is not in a folder of its own' : undefined
}
