// EN015, EN016 and EN019: whether the file, and the socket of a KMS plugin, get to the API server.
import type { Found, Rule } from '../../check/model.ts'
import type { FieldPath } from '../../check/places.ts'
import { placeOf } from '../../check/places.ts'
import { itemsAt, valueAt } from '../../plain-value.ts'
import type { ApiServer } from '../api-server.ts'
import { apiServersOf, configPath, mountOf, reloads } from '../api-server.ts'
import { bootstrapPath } from '../carried.ts'
import { socketPath } from '../endpoint.ts'
import type { EncryptionFacts, EncryptionFile } from '../facts.ts'
import { shownIdentifier } from '../shown.ts'
import { apiServerPod, configurationOf, keyed, kms, MOUNT, VOLUME } from './example-parts.ts'

const SINGLE_FILE = '{name: enc, mountPath: /etc/kubernetes/enc/enc.yaml, readOnly: true}'
const FILE_VOLUME = '{name: enc, hostPath: {path: /etc/kubernetes/enc/enc.yaml, type: File}}'

export const brokenMount: Rule<EncryptionFacts> = {
  id: 'EN015',
  name: 'encryption-mount',
  chapter: 'encryption',
  severity: 'high',
  summary: 'the EncryptionConfiguration does not get to the API server, or its changes do not',
  why: 'A mount of a single file keeps showing the old one when it is replaced, so automatic reload never happens. `DirectoryOrCreate` makes an empty folder on a node that missed the file, and the API server does not start. Without the flag nothing is encrypted at all.',
  fix: 'Mount the folder of the file, read-only, with a hostPath of type `Directory`, and pass `--encryption-provider-config` with a path in it.',
  fixable: 'no',
  example: {
    bad: apiServerPod({ mounts: [SINGLE_FILE], volumes: [FILE_VOLUME] }),
    good: apiServerPod(),
  },
  *find(facts): Iterable<Found> {
    const servers = apiServersOf(facts.objects)
    for (const server of servers) yield* mountFaults(server)
    if (facts.files.length === 0) return
    for (const server of servers.filter(({ kind }) => kind === 'static pod')) {
      if (configPath(server) !== undefined) continue
      const hint = 'add --encryption-provider-config and a mount of its folder'
      yield on(server, server.at, 'is not told of the EncryptionConfiguration', { hint })
    }
  },
}

function* mountFaults(server: ApiServer): Iterable<Found> {
  const { configAt, reloadAt } = server
  const path = configPath(server)
  if (path === undefined) {
    const message = 'automatic reload needs --encryption-provider-config, and is refused without'
    if (reloadAt !== undefined && reloads(server)) yield on(server, reloadAt, message)
    return
  }
  const mount = mountOf(server, path)
  if (mount === undefined) {
    const hint = 'mount the folder that the file is in'
    yield on(server, configAt, 'the file of --encryption-provider-config is in no mount', { hint })
    return
  }
  const isSingle = mount.mountPath === path || mount.hasSubPath
  if (isSingle && reloads(server)) {
    const message = 'a single file is mounted, so automatic reload does not see that it is replaced'
    yield on(server, mount.at, message, { hint: 'mount the folder, without subPath' })
  }
  if (mount.hostPathType.endsWith('OrCreate')) {
    const message = `the hostPath is of type ${shownIdentifier(mount.hostPathType)}: a node without the file gets an empty one`
    yield on(server, mount.typeAt, message, { hint: 'write type: Directory' })
  }
  if (!mount.isReadOnly) {
    const hint = 'write readOnly: true'
    yield on(server, mount.at, 'the keys are mounted writable', { severity: 'medium', hint })
  }
}

/** 0600, 0400, or nothing for others and the group. */
const PRIVATE = /^0?[0-7]00$/

export const openPermissions: Rule<EncryptionFacts> = {
  id: 'EN016',
  name: 'encryption-permissions',
  chapter: 'encryption',
  severity: 'medium',
  summary: 'the file with the keys can be read by others on the node',
  why: 'Everybody who can read the file can read etcd and all of its backups. Only the API server has to, and it runs as root, or as an account of its own.',
  fix: "Write `permissions: '0600'`, and an owner.",
  fixable: 'no',
  example: {
    bad: controlPlane("'0644'"),
    good: controlPlane("'0600'"),
  },
  *find(facts): Iterable<Found> {
    for (const object of facts.objects) {
      const bootstrap = bootstrapPath(object)
      if (bootstrap === undefined) continue
      const named = apiServersOf([object]).map(configPath)
      for (const [index, file] of itemsAt(object.value, ...bootstrap, 'files').entries()) {
        const at: FieldPath = [...bootstrap, 'files', index]
        const content = placeOf(object, [...at, 'content'])
        const hasKeys =
          named.some((path) => path !== undefined && path === valueAt(file, 'path')) ||
          facts.files.some(
            ({ carrier }) =>
              carrier?.object === object &&
              carrier.field === `${at.slice(0, -1).join('.')}[${index}].content`,
          )
        const mode = valueAt(file, 'permissions')
        if (!hasKeys || PRIVATE.test(String(mode ?? ''))) continue
        const message =
          mode === undefined
            ? 'the file with the keys has no permissions, so others may read it'
            : 'the file with the keys may be read by others'
        const place = mode === undefined ? content : placeOf(object, [...at, 'permissions'])
        yield { at: place, object: object.object, message, hint: "write permissions: '0600'" }
      }
    }
  },
}

export const missingSocket: Rule<EncryptionFacts> = {
  id: 'EN019',
  name: 'encryption-kms-socket',
  chapter: 'encryption',
  severity: 'high',
  summary: 'the socket of a KMS plugin is in no mount of the API server',
  why: 'The API server runs in a container, and sees no file of the node that is not mounted. Without the plugin it cannot read or write what is encrypted by it.',
  fix: 'Mount the folder of the socket with a hostPath of type `Directory`.',
  fixable: 'no',
  example: {
    bad: `${configurationOf(kms('vault'), keyed('secretbox', 'key-a'))}${apiServerPod()}`,
    good: `${configurationOf(kms('vault'), keyed('secretbox', 'key-a'))}${apiServerPod({
      mounts: [MOUNT, '{name: kms, mountPath: /run/kms}'],
      volumes: [VOLUME, '{name: kms, hostPath: {path: /run/kms, type: Directory}}'],
    })}`,
  },
  *find(facts): Iterable<Found> {
    for (const server of apiServersOf(facts.objects)) {
      for (const { configuration } of filesOf(server, facts.files)) {
        for (const provider of (configuration?.entries ?? []).flatMap((entry) => entry.providers)) {
          if (provider.kind !== 'kms') continue
          const socket = socketPath(provider.endpoint)
          if (socket === undefined || mountOf(server, socket) !== undefined) continue
          const message = `the socket of kms provider ${shownIdentifier(provider.name)} is in no mount`
          yield on(server, server.at, message, { hint: 'mount the folder of the socket' })
        }
      }
    }
  },
}

/** The configurations that an API server may be given: by the name of the file, or because there is only one. */
function filesOf(server: ApiServer, files: readonly EncryptionFile[]): readonly EncryptionFile[] {
  const path = configPath(server)
  if (path === undefined) return []
  const own = files.filter(({ carrier }) => carrier?.object === server.object)
  if (own.length > 0) return own
  const name = path.slice(path.lastIndexOf('/') + 1)
  const named = files.filter((file) => file.path.slice(file.path.lastIndexOf('/') + 1) === name)
  return named.length > 0 || files.length > 1 ? named : files
}

function on(
  { object }: ApiServer,
  at: Found['at'],
  message: string,
  more: Pick<Found, 'hint' | 'severity'> = {},
): Found {
  return { at: at ?? object.at, object: object.object, message, ...more }
}

function controlPlane(permissions: string): string {
  return `---
apiVersion: controlplane.cluster.x-k8s.io/v1beta2
kind: KubeadmControlPlane
metadata:
  name: prod
  namespace: clusters
spec:
  kubeadmConfigSpec:
    files:
      - path: /etc/kubernetes/enc/enc.yaml
        permissions: ${permissions}
        contentFrom:
          secret: {name: prod-encryption, key: enc.yaml}
    clusterConfiguration:
      apiServer:
        extraArgs:
          - {name: encryption-provider-config, value: /etc/kubernetes/enc/enc.yaml}
        extraVolumes:
          - {name: enc, hostPath: /etc/kubernetes/enc, mountPath: /etc/kubernetes/enc, readOnly: true, pathType: Directory}
`
}
