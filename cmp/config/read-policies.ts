// The list of policies in; policies out. Whatever would make one wider than it looks is an error.
import type { Fields } from '../../manifests/fields.ts'
import type { EntityPattern, Policy, PolicyMatch } from '../../render/tenancy/policy.ts'
import type { Host } from '../settings.ts'
import type { Configuration } from './configuration.ts'
import { DEFAULT_CREDENTIAL } from './configuration.ts'
import { readPatterns } from './field-types.ts'
import { OUTPUT_FIELDS, readOutput } from './read-sealing.ts'

const MATCH = ['projects', 'applications', 'namespaces', 'repositories'] as const
const ALLOW = [
  'hosts',
  'credential',
  'tokenReferences',
  'apps',
  'environments',
  'paths',
  'targetNamespaces',
  'secretTypes',
  'argocdSecrets',
  ...OUTPUT_FIELDS,
]

/** What policies may name. */
type Named = Pick<Configuration, 'hosts' | 'credentials' | 'sealing'>

/** Reads `policies`. A file that has none lets no Application read anything. */
export function readPolicies(root: Fields, named: Named): Policy[] {
  const seen = new Set<string>()
  // A file of its own for watch renders nothing; with it, generate reads nothing for anybody.
  if (!root.names().includes('policies') && !root.names().includes('watch')) {
    root.reject('policies', 'is missing', 'without one, no Application may read anything')
  }
  return root.list('policies').map((policy) => {
    policy.only(['name', 'match', 'allow', 'redeployByDefault'])
    const name = policy.string('name') ?? ''
    if (!/^[\w.-]{1,63}$/.test(name)) {
      policy.reject('name', 'is not a name', 'letters, digits, "-", "_" and "."')
    } else if (seen.has(name)) policy.reject('name', 'is the name of another policy')
    seen.add(name)
    return {
      name,
      match: readMatch(policy),
      allow: readAllow(policy, named),
      redeployByDefault: policy.flag('redeployByDefault'),
    }
  })
}

function readMatch(policy: Fields): PolicyMatch {
  const match = policy.map('match')
  match?.only(MATCH)
  if (match === undefined || !MATCH.some((name) => match.names().includes(name))) {
    const hint = `one of ${MATCH.join(', ')} says which Applications it is for; ["*"] is for all`
    policy.reject('match', 'is missing or empty', hint)
    return {}
  }
  return {
    projects: readPatterns(match, 'projects'),
    applications: readPatterns(match, 'applications'),
    namespaces: readPatterns(match, 'namespaces'),
    repositories: readPatterns(match, 'repositories'),
  }
}

function readAllow(policy: Fields, { hosts, credentials, sealing }: Named): Policy['allow'] {
  const allow = policy.map('allow')
  if (allow === undefined) {
    policy.reject('allow', 'is missing')
    return { apps: [], environments: [], argocdSecrets: false }
  }
  allow.only(ALLOW)
  const credential = allow.string('credential')
  if (credential !== undefined && !credentials.has(credential)) {
    allow.reject('credential', 'is not the name of a credential', 'name it under credentials')
  }
  return {
    hosts: readHosts(allow, hosts),
    // Said or not, it is the same token: two policies must not seem to differ in it.
    credential: credential === DEFAULT_CREDENTIAL ? undefined : credential,
    tokenReferences: readTokenReferences(allow),
    apps: readEntities(allow, 'apps'),
    environments: readEntities(allow, 'environments'),
    paths: readPaths(allow),
    targetNamespaces: readPatterns(allow, 'targetNamespaces'),
    secretTypes: readPatterns(allow, 'secretTypes'),
    argocdSecrets: allow.flag('argocdSecrets'),
    sealed: readOutput(allow, sealing),
  }
}

function readHosts(allow: Fields, hosts: readonly Host[]): readonly string[] | undefined {
  const wanted = allow.texts('hosts')
  if (wanted?.length === 0) allow.reject('hosts', 'is empty', 'leave it out for the default host')
  return wanted?.map((text) => {
    const found = hosts.find(({ url }) => url === text.replace(/\/+$/, ''))
    if (found === undefined) {
      allow.reject('hosts', 'names a host that is not configured', 'add it to hosts first')
    }
    return found?.url ?? text
  })
}

/** `namespace/name`, each a pattern. */
function readTokenReferences(allow: Fields): readonly string[] | undefined {
  const patterns = readPatterns(allow, 'tokenReferences')
  if (patterns?.some((pattern) => !/^[a-z0-9.*-]+\/[a-z0-9.*-]+$/.test(pattern))) {
    allow.reject('tokenReferences', 'has an entry that is not namespace/name', 'such as payments/*')
  }
  return patterns
}

/** Paths are compared as Phase keeps them. */
function readPaths(allow: Fields): readonly string[] | undefined {
  const patterns = readPatterns(allow, 'paths')
  if (patterns?.some((path) => !path.startsWith('/') || /\/\/|.\/$/.test(path))) {
    const hint = 'begin with one slash and end with none, such as / or /db/**'
    allow.reject('paths', 'has an entry that no path can match', hint)
  }
  return patterns
}

/** Texts are patterns for names; `{id: …}` is exact. */
function readEntities(allow: Fields, name: 'apps' | 'environments'): EntityPattern[] {
  const { texts, maps } = allow.textsAndMaps(name)
  if (texts.length + maps.length === 0) {
    allow.reject(name, 'is missing or empty', 'name what may be read; "*" is everything')
  }
  if (texts.includes('')) allow.reject(name, 'has an empty entry')
  const byMap = maps.flatMap((entry): EntityPattern[] => {
    entry.only(['id', 'name'])
    const id = entry.string('id')
    const pattern = entry.string('name')
    if (id && pattern === undefined) return [{ id }]
    if (pattern && !id) return [{ name: pattern }]
    entry.reject('id', 'is needed, or name, and not both')
    return []
  })
  return [...texts.map((text) => ({ name: text })), ...byMap]
}
