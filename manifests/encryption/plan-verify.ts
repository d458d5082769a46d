// What has to be true between two steps, and the commands that show it.
import { findResource } from '../rbac/resources.ts'
import type { ProviderChoice } from './generate.ts'

/** Since when an API server exports the hash of the file that it runs with. */
export const HASH_SINCE = 34

/** The metric, for one hash. */
export function hashMetric(hash: string): string {
  return `apiserver_encryption_config_controller_last_config_info{hash="${hash}"}`
}

/** That every API server runs the file. Through a load balancer one of them answers, and not always the same. */
export function verifyFile(minor: number): readonly string[] {
  if (minor >= HASH_SINCE) {
    return [
      'kubectl get --raw /metrics --server https://NODE:6443 | grep apiserver_encryption_config_controller_last_config_info   # on every control plane node: the hash that was printed',
    ]
  }
  const taken =
    minor < 26
      ? 'every API server was restarted after the file was replaced'
      : 'every API server was restarted after that; or its apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds is later'
  return ['sha256sum FILE   # on every control plane node: the hash that was printed', taken]
}

/** That everything is stored as it should be. */
export function verifyStored(
  provider: ProviderChoice,
  resources: readonly string[],
): readonly string[] {
  const prefix = prefixOf(provider)
  const [looks, stale] =
    provider === 'identity'
      ? ['does not begin with k8s:enc:', 'startswith("k8s:enc:")']
      : [`begins with ${prefix}`, `startswith("${prefix}") | not`]
  return [
    `etcdctl get /registry/secrets/NAMESPACE/SECRET --print-value-only | head -c 60   # ${looks}`,
    ...resources.map((resource) => countOf(resource, stale)),
  ]
}

/** The values in etcd that are still as they were. */
function countOf(resource: string, stale: string): string {
  const query = `[.kvs[]?.value | @base64d | select(${stale})] | length`
  const command = `etcdctl get ${folderOf(resource)} --prefix -w json | jq '${query}'`
  return resource.includes('*')
    ? `${command}   # of all there is: 0, but for what ${resource} does not mean`
    : `${command}   # 0`
}

/** Where built-in resources have another name in etcd (pkg/registry of Kubernetes). */
const FOLDERS: ReadonlyMap<string, string> = new Map([
  ['nodes', 'minions'],
  ['services', 'services/specs'],
  ['endpoints', 'services/endpoints'],
  ['replicationcontrollers', 'controllers'],
  ['ingresses.networking.k8s.io', 'ingress'],
])

/** Built-in resources have no group there, custom ones have. */
function folderOf(resource: string): string {
  if (resource.includes('*')) return '/registry/'
  const dot = resource.indexOf('.')
  if (dot === -1) return `/registry/${FOLDERS.get(resource) ?? resource}/`
  const [name, group] = [resource.slice(0, dot), resource.slice(dot + 1)]
  const isBuiltIn = !group.includes('.') || group.endsWith('.k8s.io')
  const known = isBuiltIn && findResource(name, group) !== undefined
  return `/registry/${FOLDERS.get(resource) ?? (known ? name : `${group}/${name}`)}/`
}

function prefixOf(provider: ProviderChoice): string {
  return provider === 'kms' ? 'k8s:enc:kms:v2:NAME:' : `k8s:enc:${provider}:v1:NAME:`
}
