// In: the kubeconfig that the user's flag, environment or home names, or a pod's service account. Out: the
// API server it leads to and how to authenticate there. Nothing of it is ever quoted but names.
import { accessSync, realpathSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path'
import type { Outcome } from '../manifests/document.ts'
import { valueAt } from '../manifests/plain-value.ts'
import type { Problem } from '../manifests/problem.ts'
import { usageError } from '../manifests/problem.ts'
import { readBounded } from './read-file.ts'
import type { ClusterSettings } from './settings.ts'

export type Client = typeof import('@kubernetes/client-node')
export type KubeConfig = InstanceType<Client['KubeConfig']>

/** What chooses the cluster. */
export interface KubeconfigChoice {
  /** `--kubeconfig`: a path. */
  readonly kubeconfig?: string | undefined
  readonly context?: string | undefined
  /** The folder whose contents are not trusted: a kubeconfig inside it is refused. */
  readonly repository?: string | undefined
  readonly settings: ClusterSettings
}

/** Bytes. */
const LARGEST = 4 * 1024 * 1024
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token'
const HINT = 'set KUBECONFIG or --kubeconfig to a kubeconfig file that kubectl can use'

/**
 * Files are looked for as kubectl does: the flag, KUBECONFIG (several files are merged, missing ones left
 * out), `~/.kube/config`, a pod's service account. A kubeconfig may name a login program (`exec`): it is the
 * user's own, as for kubectl, and is given none of `settings.confidential`. A file inside the repository is
 * refused: whoever can write there would choose a program to run and a host to send credentials to.
 */
export function readKubeconfig(client: Client, choice: KubeconfigChoice): Outcome<KubeConfig> {
  const files = filesOf(choice)
  if ('problems' in files) return files
  const config = new client.KubeConfig()
  if (files.value.length === 0) {
    if (!exists(SERVICE_ACCOUNT)) return failed('no Kubernetes cluster is configured', HINT)
    config.loadFromCluster()
  }
  for (const file of files.value) {
    const problem = load(client, config, file, choice)
    if (problem !== undefined) return { problems: [problem] }
  }
  return selectContext(config, choice.context)
}

function filesOf({ kubeconfig, settings }: KubeconfigChoice): Outcome<readonly string[]> {
  if (kubeconfig !== undefined) return { value: [kubeconfig] }
  const named = (settings.kubeconfig ?? '').split(delimiter).filter((path) => path !== '')
  if (named.length > 0) {
    const found = named.filter(exists)
    return found.length > 0
      ? { value: found }
      : failed('there is no file where KUBECONFIG says', HINT)
  }
  const standard = settings.home === undefined ? '' : join(settings.home, '.kube', 'config')
  return { value: standard !== '' && exists(standard) ? [standard] : [] }
}

function load(
  client: Client,
  config: KubeConfig,
  file: string,
  { repository, settings }: KubeconfigChoice,
): Problem | undefined {
  if (repository !== undefined && isInside(file, repository)) {
    return usageError(
      `the kubeconfig ${file} lies inside the folder that is previewed`,
      'keep it outside: a kubeconfig can name programs to run',
    )
  }
  const bytes = readBounded(file, LARGEST)
  if (typeof bytes === 'string') return usageError(`the kubeconfig ${file} cannot be read`, HINT)
  try {
    const one = new client.KubeConfig()
    one.loadFromString(bytes.toString('utf8'))
    one.makePathsAbsolute(dirname(file))
    prepareLogins(one, dirname(file), settings.confidential)
    merge(config, one)
    return undefined
  } catch {
    return usageError(`${file} is no kubeconfig`, HINT)
  }
}

/** As kubectl: what a file says first stays. The library's own merge refuses a name that comes again. */
function merge(into: KubeConfig, from: KubeConfig): void {
  into.currentContext ||= from.currentContext
  const missing = <T extends { readonly name: string }>(known: readonly T[], more: readonly T[]) =>
    more.filter(({ name }) => known.every((each) => each.name !== name))
  into.clusters = [...into.clusters, ...missing(into.clusters, from.clusters)]
  into.contexts = [...into.contexts, ...missing(into.contexts, from.contexts)]
  into.users = [...into.users, ...missing(into.users, from.users)]
}

/**
 * The library would start `./login` in the current folder, which may be the repository; kubectl starts it
 * beside the kubeconfig. And it would hand on the whole environment: an undefined value takes a variable out.
 */
function prepareLogins(config: KubeConfig, folder: string, confidential: readonly string[]): void {
  for (const { exec } of config.users) {
    if (typeof exec !== 'object' || exec === null) continue
    const { command, apiVersion, env } = exec
    if (typeof command === 'string' && command.includes('/') && !isAbsolute(command)) {
      exec.command = join(realpathSync(folder), command)
    }
    const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } }
    exec.env = [
      ...confidential.map((name) => ({ name, value: undefined })),
      { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) },
      ...(Array.isArray(env) ? env : []),
    ]
  }
}

/** What kubectl 1.26 and later still have; the others would run programs with our whole environment. */
const PROVIDERS = ['oidc', 'tokenFile']

function checkProvider(config: KubeConfig): Problem | undefined {
  const provider: unknown = config.getCurrentUser()?.authProvider
  if (provider === undefined || provider === null) return undefined
  if (PROVIDERS.includes(String(valueAt(provider, 'name')))) return undefined
  return usageError(
    'the kubeconfig logs in with an auth provider that Kubernetes no longer has',
    'let the tool that wrote it write it again: it will name a login program (exec)',
  )
}

function selectContext(config: KubeConfig, context: string | undefined): Outcome<KubeConfig> {
  const name = context ?? config.currentContext
  if (name === undefined || name === '') {
    return failed('the kubeconfig has no current context', 'name one with --context')
  }
  if (config.getContexts().every((each) => each.name !== name)) {
    return failed(`the kubeconfig has no context ${name}`, knownContexts(config))
  }
  config.setCurrentContext(name)
  if (config.getCurrentCluster() === null) {
    return failed(`the kubeconfig has no cluster for its context ${name}`, HINT)
  }
  const provider = checkProvider(config)
  return provider === undefined ? { value: config } : { problems: [provider] }
}

function knownContexts(config: KubeConfig): string {
  const names = config.getContexts().map(({ name }) => name)
  return names.length === 0 ? HINT : `it has ${names.slice(0, 10).join(', ')}`
}

function isInside(file: string, folder: string): boolean {
  try {
    const root = realpathSync(folder)
    return realpathSync(file).startsWith(root.endsWith(sep) ? root : root + sep)
  } catch {
    return false
  }
}

function exists(path: string): boolean {
  try {
    accessSync(path)
    return true
  } catch {
    return false
  }
}

function failed(message: string, hint: string): { readonly problems: readonly Problem[] } {
  return { problems: [usageError(message, hint)] }
}
