// The environment and the configuration file in; what `watch` needs to know out. As for renders, each
// setting is said in one of the two.
import type { Outcome } from '../manifests/document.ts'
import type { Problem } from '../manifests/problem.ts'
import { usageError } from '../manifests/problem.ts'
import { parseHost } from '../render/phase/source.ts'
import { SourceError } from '../render/source.ts'
import { DEFAULT_CREDENTIAL } from './config/configuration.ts'
import { isPlain, readServerAddress } from './config/server-address.ts'
import { findConflicts, readArgoCdAccess } from './environment.ts'
import type { Io } from './io.ts'
import { loadSettings } from './load-settings.ts'
import type { Host, Settings } from './settings.ts'
import type { TokenPlace, WatchSection } from './watch/section.ts'
import { DEFAULT_TUNING } from './watch/section.ts'
import type { ArgoCdSettings, CredentialSettings, WatchSettings } from './watch/settings.ts'

/** What `watch` starts with. */
export interface LoadedWatch {
  readonly settings: WatchSettings
  /** What keeps nothing from being done. */
  readonly notices: readonly Problem[]
  /** For Phase and for Argo CD. */
  readonly proxyFor: Settings['proxyFor']
  /** PHASE_ALLOW_USER_TOKEN or allowUserToken. */
  readonly allowUserToken: boolean
}

const NONE: WatchSection = { argocd: {}, tuning: DEFAULT_TUNING }

/**
 * The settings of `watch`. Problems are of fault `usage` and quote no value.
 * @param configFile what the command line names; it wins over PHASE_PLUGIN_CONFIG.
 */
export async function loadWatch(
  env: Io['env'],
  configFile: string | undefined,
): Promise<Outcome<LoadedWatch>> {
  const loaded = await loadSettings(env, configFile)
  if ('problems' in loaded) return loaded
  const settings = loaded.value
  if (settings.application !== undefined) return { problems: [IN_PLUGIN] }
  const section = settings.watch ?? NONE
  const conflicts = findConflicts(env, saidIn(section))
  if (conflicts.length > 0) return { problems: conflicts }
  const argocd = argoCdOf(section, env)
  const credentials = credentialsOf(section, settings)
  const problems = [argocd, credentials].flatMap((each) =>
    'problems' in each ? each.problems : [],
  )
  if ('problems' in argocd || 'problems' in credentials) return { problems }
  const { tuning, state, lease } = section
  return {
    value: {
      settings: { argocd: argocd.value, credentials: credentials.value, tuning, state, lease },
      notices: [...plainNotices(argocd.value), ...leftOut(section, settings)],
      proxyFor: settings.proxyFor,
      allowUserToken: settings.allowUserToken,
    },
  }
}

/** Inside the plugin the folder is a repository, and the environment that of one render. */
const IN_PLUGIN = usageError(
  'ARGOCD_APP_NAME is set: watch is not a command of a plugin',
  'run it as a process of its own beside Argo CD, and name generate in plugin.yaml',
)

/** Fields that environment variables could say too; see `findConflicts`. */
function saidIn({ argocd, phase }: WatchSection): string[] {
  return [
    ...(argocd.server === undefined ? [] : ['watch.argocd.server']),
    ...(argocd.tokenFile === undefined ? [] : ['watch.argocd.tokenFile']),
    ...(phase === undefined ? [] : ['watch.phase']),
  ]
}

function argoCdOf({ argocd }: WatchSection, env: Io['env']): Outcome<ArgoCdSettings> {
  const access = readArgoCdAccess(env)
  const { caFile, projects, selector, tokenFile } = argocd
  const problems: Problem[] = []
  const address = access.server === undefined ? undefined : readServerAddress(access.server)
  if (address !== undefined && 'fault' in address) {
    problems.push(usageError(`ARGOCD_SERVER ${address.fault}`, 'such as argocd.example.com'))
  } else if (address === undefined && argocd.server === undefined) problems.push(NO_SERVER)
  const server = address !== undefined && 'server' in address ? address.server : argocd.server
  if (server !== undefined && isPlain(server) && caFile !== undefined) problems.push(CA_FOR_PLAIN)
  const token =
    tokenFile !== undefined
      ? { file: tokenFile }
      : access.token === undefined
        ? undefined
        : { text: access.token }
  if (token === undefined) problems.push(NO_TOKEN)
  if (server === undefined || token === undefined || problems.length > 0) return { problems }
  return { value: { server, caFile, token, projects, selector } }
}

const NO_SERVER = usageError(
  'no Argo CD server is configured',
  'set watch.argocd.server in the configuration file, or ARGOCD_SERVER',
)
const NO_TOKEN = usageError(
  'no token for Argo CD is configured',
  'set watch.argocd.tokenFile in the configuration file, or ARGOCD_AUTH_TOKEN',
)
const CA_FOR_PLAIN = usageError(
  'watch.argocd.caFile checks nothing of a server without TLS',
  'use https, or leave it out',
)

/** The places that the section names, or what renders use, at the default host. */
function credentialsOf(section: WatchSection, settings: Settings): Outcome<CredentialSettings[]> {
  const hosts = readHosts(settings)
  if ('problems' in hosts) return hosts
  if (section.phase === undefined) return rendersOwn(hosts.value[0], settings)
  const problems: Problem[] = []
  const credentials = section.phase.flatMap(({ host, token }: TokenPlace) => {
    const found = hosts.value.find(({ url }) => host === undefined || url === host)
    if (found === undefined) problems.push(UNKNOWN_HOST)
    return found === undefined ? [] : [{ host: found.url, caFile: found.caFile, token }]
  })
  return problems.length > 0 ? { problems } : { value: credentials }
}

const UNKNOWN_HOST = usageError(
  'watch.phase names a host that is not configured',
  'add it to hosts, or set PHASE_HOST to it',
)

function rendersOwn(host: Host | undefined, { tokens }: Settings): Outcome<CredentialSettings[]> {
  if (host === undefined) return { problems: [NO_CREDENTIAL] }
  const { text, file, directory } = tokens
  const found: CredentialSettings['token'][] = [
    ...(text === undefined ? [] : [{ text }]),
    ...(file === undefined ? [] : [{ file }]),
    ...(directory === undefined ? [] : [{ directory }]),
  ]
  if (found.length === 0) return { problems: [NO_CREDENTIAL] }
  return { value: found.map((token) => ({ host: host.url, caFile: host.caFile, token })) }
}

const NO_CREDENTIAL = usageError(
  'no Phase token is configured',
  'set watch.phase in the configuration file, or PHASE_SERVICE_TOKEN, PHASE_SERVICE_TOKEN_FILE or PHASE_TOKENS_DIR',
)

/** The hosts in their canonical spelling; that of the environment is not checked before. */
function readHosts({ hosts }: Settings): Outcome<Host[]> {
  try {
    return { value: hosts.map(({ url, caFile }) => ({ url: parseHost(url), caFile })) }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return {
      problems: error.failures.map(({ fault, message, hint }) => {
        return { severity: 'error', fault, message, hint }
      }),
    }
  }
}

function plainNotices({ server }: ArgoCdSettings): Problem[] {
  if (!isPlain(server)) return []
  const message = 'the token for Argo CD travels unencrypted: its address begins with http://'
  return [
    notice(message, 'use https, unless the server is in this cluster and insecure on purpose'),
  ]
}

/** Tokens that renders use and that nothing is asked with: changes of theirs would go unnoticed. */
function leftOut({ phase }: WatchSection, { tokens }: Settings): Problem[] {
  if (phase !== undefined) return []
  const names = [...tokens.named.keys()].filter((name) => name !== DEFAULT_CREDENTIAL)
  const hint = 'name them under watch.phase, or leave their environments unwatched'
  return [
    ...(names.length === 0
      ? []
      : [notice(`credentials not asked with: ${names.join(', ')}`, hint)]),
    ...(tokens.fromCluster ? [notice('tokens in the cluster are not asked with', hint)] : []),
  ]
}

function notice(message: string, hint: string): Problem {
  return { severity: 'notice', fault: 'usage', message, hint }
}
