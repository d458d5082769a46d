// The only file that names environment variables: Phase's, Argo CD's and the proxies'.
// What is read here is trusted, the sidecar's own environment and the variables that Argo CD itself
// sets, except `untrusted`: the Application's parameters, which say how its source is rendered and
// nothing else. The rest of what an app author can set (ARGOCD_ENV_*, PARAM_*) is never read.
import { isAbsolute } from 'node:path'
import type { Outcome } from '../manifests/document.ts'
import type { Problem } from '../manifests/problem.ts'
import { proxyFor } from './proxy.ts'
import type { Application, ClusterSettings, Settings, ToolSettings } from './settings.ts'
import { LONGEST_TIMEOUT } from './settings.ts'

type Env = Readonly<Record<string, string | undefined>>

const DEFAULT_HOST = 'https://console.phase.dev'
/** Argo CD's own limit is 60 s for the whole call, its own work included. */
const DEFAULT_TIMEOUT = 45
/** Characters: 32 random bytes in hexadecimal have 64, in base64 44. A key that can be guessed is none. */
const SHORTEST_KEY = 32
const FLAGS = [
  'PHASE_ALLOW_USER_TOKEN',
  'PHASE_PERSONAL_OVERRIDES',
  'PHASE_TOKENS_FROM_CLUSTER',
] as const

const NETWORK = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
] as const

const PATHS = [
  'PHASE_SERVICE_TOKEN_FILE',
  'PHASE_TOKENS_DIR',
  'PHASE_CA_FILE',
  'PHASE_PLUGIN_CONFIG',
] as const

/** Which variables say what a field of the configuration file says. */
const SAID_IN_FILE: readonly (readonly [field: string, ...variables: string[]])[] = [
  ['hosts', 'PHASE_HOST', 'PHASE_CA_FILE'],
  ['credentials.default', 'PHASE_SERVICE_TOKEN', 'PHASE_SERVICE_TOKEN_FILE'],
  ['tokenSecrets.directory', 'PHASE_TOKENS_DIR'],
  ['tokenSecrets.fromCluster', 'PHASE_TOKENS_FROM_CLUSTER'],
  ['timeout', 'PHASE_TIMEOUT'],
  ['allowUserToken', 'PHASE_ALLOW_USER_TOKEN'],
  ['personalOverrides', 'PHASE_PERSONAL_OVERRIDES'],
  ['watch.argocd.server', 'ARGOCD_SERVER'],
  ['watch.argocd.tokenFile', 'ARGOCD_AUTH_TOKEN'],
  ['watch.phase', 'PHASE_SERVICE_TOKEN', 'PHASE_SERVICE_TOKEN_FILE', 'PHASE_TOKENS_DIR'],
]

/** What is set in the environment and in these fields of the configuration file: which is meant cannot be known. */
export function findConflicts(env: Env, fields: readonly string[]): Problem[] {
  return SAID_IN_FILE.filter(([field]) => fields.includes(field)).flatMap(([field, ...variables]) =>
    variables
      .filter((name) => text(env[name]) !== undefined)
      .map((name) =>
        usage(`${name} and ${field} of the configuration file are both set`, 'keep one of them'),
      ),
  )
}

/** Reads the settings. Every problem is of fault `usage`, and none quotes a value. */
export function readSettings(env: Env): Outcome<Settings> {
  const problems = [
    checkApplication(env),
    checkVerify(env),
    checkTokens(env),
    checkTimeout(env),
    checkFingerprintKey(env),
    ...PATHS.map((name) => checkPath(name, env)),
    ...FLAGS.map((name) => checkFlag(name, env[name])),
  ].filter((problem) => problem !== undefined)
  return problems.length > 0 ? { problems } : { value: settingsOf(env) }
}

/** For commands that read the live cluster. */
export function readClusterSettings(env: Env): ClusterSettings {
  const confidential = ['PHASE_SERVICE_TOKEN', 'PHASE_FINGERPRINT_KEY', 'ARGOCD_AUTH_TOKEN']
  return { kubeconfig: text(env.KUBECONFIG), home: text(env.HOME), confidential }
}

/** Argo CD's server and token, by the variables that its own command line reads; for `watch`. */
export function readArgoCdAccess(env: Env): {
  /** As written. */
  readonly server?: string | undefined
  readonly token?: string | undefined
} {
  return { server: text(env.ARGOCD_SERVER), token: text(env.ARGOCD_AUTH_TOKEN) }
}

/** Whether a terminal is to be written to in colour (no-color.org). */
export function wantsColour(env: Env): boolean {
  return (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
}

function settingsOf(env: Env): Settings {
  const proxy = {
    proxy: text(env.HTTPS_PROXY) ?? text(env.https_proxy),
    exceptions: text(env.NO_PROXY) ?? text(env.no_proxy) ?? '',
  }
  return {
    application: applicationOf(env),
    kubernetes: {
      version: text(env.KUBE_VERSION),
      apiVersions: (env.KUBE_API_VERSIONS ?? '').split(',').filter((each) => each !== ''),
    },
    untrusted: { parameters: text(env.ARGOCD_APP_PARAMETERS) },
    configFile: text(env.PHASE_PLUGIN_CONFIG),
    hosts: [{ url: text(env.PHASE_HOST) ?? DEFAULT_HOST, caFile: text(env.PHASE_CA_FILE) }],
    tokens: {
      text: text(env.PHASE_SERVICE_TOKEN),
      file: text(env.PHASE_SERVICE_TOKEN_FILE),
      directory: text(env.PHASE_TOKENS_DIR),
      fromCluster: isTrue(env.PHASE_TOKENS_FROM_CLUSTER),
      named: new Map(),
    },
    extraKinds: [],
    timeout: Number(text(env.PHASE_TIMEOUT) ?? DEFAULT_TIMEOUT),
    allowUserToken: isTrue(env.PHASE_ALLOW_USER_TOKEN),
    personalOverrides: isTrue(env.PHASE_PERSONAL_OVERRIDES),
    tools: toolsOf(env),
    fingerprintKey: fingerprintKeyOf(env),
    proxyFor: (url) => proxyFor(url, proxy),
  }
}

function toolsOf(env: Env): ToolSettings {
  const network = NETWORK.flatMap((name) => {
    const value = text(env[name])
    return value === undefined ? [] : [[name, value]]
  })
  const temporary = text(env.TMPDIR) ?? ''
  return {
    path: env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    temporary: isAbsolute(temporary) ? temporary : '/tmp',
    network: Object.fromEntries(network),
  }
}

function applicationOf(env: Env): Application | undefined {
  const name = text(env.ARGOCD_APP_NAME)
  if (name === undefined) return undefined
  return {
    name,
    namespace: text(env.ARGOCD_APP_NAMESPACE),
    project: text(env.ARGOCD_APP_PROJECT_NAME),
    repository: text(env.ARGOCD_APP_SOURCE_REPO_URL),
    sourcePath: text(env.ARGOCD_APP_SOURCE_PATH),
  }
}

/**
 * A value without the white space around it, such as a newline that came along from a Secret.
 * Unset and empty mean the same to every tool that sets environment variables.
 */
function text(value: string | undefined): string | undefined {
  return value?.trim() || undefined
}

function isTrue(value: string | undefined): boolean {
  return text(value)?.toLowerCase() === 'true'
}

/** Empty is not absent here: a run that took itself for a local one would lose its limits. */
function checkApplication(env: Env): Problem | undefined {
  if (env.ARGOCD_APP_NAME === undefined || text(env.ARGOCD_APP_NAME) !== undefined) return undefined
  return usage('ARGOCD_APP_NAME is set but empty', 'Argo CD sets it; unset it for a local run')
}

/** Certificates are checked whatever it says; asking for the opposite must not go unnoticed. */
function checkVerify(env: Env): Problem | undefined {
  if (!/^(false|f|0|no|n|off)$/i.test(text(env.PHASE_VERIFY_SSL) ?? '')) return undefined
  return usage(
    'PHASE_VERIFY_SSL cannot switch certificate checks off',
    'set PHASE_CA_FILE to a PEM file with the certificate authority of the Phase host',
  )
}

function checkTokens(env: Env): Problem | undefined {
  if (text(env.PHASE_SERVICE_TOKEN) === undefined) return undefined
  if (text(env.PHASE_SERVICE_TOKEN_FILE) === undefined) return undefined
  return usage('PHASE_SERVICE_TOKEN and PHASE_SERVICE_TOKEN_FILE are both set', 'keep one of them')
}

function checkTimeout(env: Env): Problem | undefined {
  const value = text(env.PHASE_TIMEOUT) ?? '1'
  const seconds = Number(value)
  if (/^\d+$/.test(value) && seconds >= 1 && seconds <= LONGEST_TIMEOUT) return undefined
  return usage(
    'PHASE_TIMEOUT is not a number of seconds',
    `set it to a whole number from 1 to ${LONGEST_TIMEOUT}`,
  )
}

/** Argo CD starts us inside the repository: a relative path would be the app author's file. */
function checkPath(name: (typeof PATHS)[number], env: Env): Problem | undefined {
  const path = text(env[name])
  if (path === undefined || env.ARGOCD_APP_NAME === undefined || isAbsolute(path)) return undefined
  return usage(`${name} is not an absolute path`, 'Argo CD runs the plugin inside the repository')
}

function fingerprintKeyOf(env: Env): Uint8Array | undefined {
  const key = text(env.PHASE_FINGERPRINT_KEY)
  return key === undefined ? undefined : Buffer.from(key, 'utf8')
}

function checkFingerprintKey(env: Env): Problem | undefined {
  const key = fingerprintKeyOf(env)
  if (key === undefined || key.length >= SHORTEST_KEY) return undefined
  const message = `PHASE_FINGERPRINT_KEY is shorter than ${SHORTEST_KEY} characters`
  return usage(message, 'make one with openssl rand -hex 32, and keep it as you keep a token')
}

function checkFlag(name: string, value: string | undefined): Problem | undefined {
  if (/^(true|false|)$/i.test(value?.trim() ?? '')) return undefined
  return usage(`${name} is neither true nor false`, 'set it to true, or leave it out')
}

function usage(message: string, hint: string): Problem {
  return { severity: 'error', fault: 'usage', message, hint }
}
