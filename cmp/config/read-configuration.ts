// The text of a configuration file in; what it says, or everything that is wrong with it, out. The
// file is strict: an unknown field could be a limit that somebody believes in.
// configuration.schema.json says the same to editors.
import type { Outcome } from '../../manifests/document.ts'
import { Fields } from '../../manifests/fields.ts'
import type { Problem } from '../../manifests/problem.ts'
import { openSettings } from '../../manifests/settings-file.ts'
import type { GroupKind } from '../../manifests/workload.ts'
import { emptyFaults } from '../check/policy/strict.ts'
import type { Host } from '../settings.ts'
import { LONGEST_TIMEOUT } from '../settings.ts'
import type { Configuration } from './configuration.ts'
import { readPath, readUrl } from './field-types.ts'
import { readCheck } from './read-check.ts'
import { CACHE_FIELDS, readCache, readSources } from './read-optional.ts'
import { readPolicies } from './read-policies.ts'
import { readSealing } from './read-sealing.ts'
import { readWatch } from './read-watch.ts'

const TOP = [
  'version',
  'hosts',
  'credentials',
  'tokenSecrets',
  'policies',
  'timeout',
  'allowUserToken',
  'personalOverrides',
  'workloadKinds',
  'sources',
  'sealing',
  'check',
  'watch',
  ...CACHE_FIELDS,
]

/** Reads a configuration. Problems are of fault `usage`: whoever installs the plugin mends them. */
export function readConfiguration(text: Uint8Array, path: string): Outcome<Configuration> {
  const problems: Problem[] = []
  const root = openSettings(text, path, 'configuration')
  if ('problems' in root) return { problems: root.problems.map(toUsage) }
  for (const section of ['check', 'watch']) problems.push(...emptyFaults(root.value, section))
  const value = readRoot(Fields.of(root.value, problems))
  return problems.length > 0 ? { problems: problems.map(toUsage) } : { value }
}

function toUsage({ severity, at, message, hint }: Problem): Problem {
  return { severity, fault: 'usage', at, message, hint }
}

function readRoot(root: Fields): Configuration {
  root.only(TOP)
  if (root.integer('version') !== 1) root.reject('version', 'is not 1', 'write "version: 1"')
  const hosts = readHosts(root)
  const credentials = readCredentials(root.map('credentials'))
  const tokenSecrets = root.map('tokenSecrets')
  tokenSecrets?.only(['directory', 'fromCluster'])
  const sealing = readSealing(root)
  return {
    fields: fieldsOf(root, tokenSecrets, credentials),
    hosts,
    credentials,
    tokensDirectory: tokenSecrets && readPath(tokenSecrets, 'directory'),
    tokensFromCluster: tokenSecrets?.flag('fromCluster') ?? false,
    policies: readPolicies(root, { hosts, credentials, sealing }),
    timeout: readTimeout(root),
    allowUserToken: root.flag('allowUserToken'),
    personalOverrides: root.flag('personalOverrides'),
    extraKinds: readKinds(root),
    cache: readCache(root),
    tools: readSources(root),
    sealing,
    check: readCheck(root),
    watch: readWatch(root, hosts),
  }
}

/** What the file says that an environment variable could say too. */
function fieldsOf(
  root: Fields,
  tokenSecrets: Fields | undefined,
  credentials: Configuration['credentials'],
): string[] {
  return [
    ...root.names(),
    ...(tokenSecrets?.names() ?? []).map((name) => `tokenSecrets.${name}`),
    ...[...credentials.keys()].map((name) => `credentials.${name}`),
  ]
}

function readHosts(root: Fields): Host[] {
  const seen = new Set<string>()
  const hosts = root.list('hosts').map((host) => {
    host.only(['url', 'caFile'])
    const url = readUrl(host, 'url')
    if (url !== undefined && seen.has(url)) host.reject('url', 'is a host for the second time')
    if (url !== undefined) seen.add(url)
    return { url: url ?? '', caFile: readPath(host, 'caFile') }
  })
  if (hosts.length === 0 && root.names().includes('hosts')) {
    root.reject('hosts', 'is empty', 'name at least one host, or leave it out for the default one')
  }
  return hosts
}

function readCredentials(credentials: Fields | undefined): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of credentials?.names() ?? []) {
    if (!/^[\w.-]{1,63}$/.test(name)) credentials?.reject(name, 'is not a name for a credential')
    const credential = credentials?.map(name)
    credential?.only(['file'])
    const file = credential && readPath(credential, 'file')
    if (file !== undefined) found.set(name, file)
    else if (credential?.names().includes('file') === false) {
      credential.reject('file', 'is missing', 'name the file that holds the token')
    }
  }
  return found
}

function readTimeout(root: Fields): number | undefined {
  const seconds = root.integer('timeout')
  if (seconds === undefined) return undefined
  if (seconds >= 1 && seconds <= LONGEST_TIMEOUT) return Number(seconds)
  const hint = `a whole number of seconds from 1 to ${LONGEST_TIMEOUT}`
  root.reject('timeout', 'is no time for a run', hint)
  return undefined
}

/** `Kind.group`, as kubectl writes it. */
function readKinds(root: Fields): GroupKind[] {
  return (root.texts('workloadKinds') ?? []).flatMap((text) => {
    const [, kind, group] = /^([A-Z][A-Za-z0-9]*)\.([a-z0-9.-]+)$/.exec(text) ?? []
    if (kind !== undefined && group !== undefined) return [{ group, kind }]
    root.reject(
      'workloadKinds',
      'has an entry that is not Kind.group',
      'such as CloneSet.apps.kruise.io',
    )
    return []
  })
}
