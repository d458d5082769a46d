// The administrator's choice of tools, and the environment variables of the processes that they become.
// Nothing here comes from a repository or an Application.
import { accessSync, constants, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Outcome } from '../../manifests/document.ts'
import type { ToolChoice, ToolSettings } from '../settings.ts'
import type { Workspace } from './workspace.ts'

/** Trusted: from the plugin's configuration file, or the defaults. */
export interface Tools {
  /** An absolute path, or a name to look up in PATH. */
  readonly helm: string
  /** The same, with arguments that come before ours; one word alone gets `build`. */
  readonly kustomize: readonly string[]
  /** Patterns, as policies have them, for the repositories from which dependencies of charts may come. */
  readonly chartRepositories: readonly string[] | 'any'
  /** Whether a kustomization may name something outside the repository. */
  readonly remoteBases: boolean
}

/** Inside Argo CD nothing may come from the network unless the administrator allows it. */
export function defaultTools(isInsideArgoCD: boolean): Tools {
  return {
    helm: 'helm',
    kustomize: ['kustomize'],
    chartRepositories: isInsideArgoCD ? [] : 'any',
    remoteBases: !isInsideArgoCD,
  }
}

/** The defaults, and what the configuration file says otherwise. */
export function chooseTools(isInsideArgoCD: boolean, choice: ToolChoice = {}): Tools {
  const defaults = defaultTools(isInsideArgoCD)
  return {
    helm: choice.helm ?? defaults.helm,
    kustomize: choice.kustomize ?? defaults.kustomize,
    chartRepositories: choice.chartRepositories ?? defaults.chartRepositories,
    remoteBases: choice.remoteBases ?? defaults.remoteBases,
  }
}

/** kubectl has Kustomize in it. */
const INSTEAD_OF_KUSTOMIZE = ['kubectl', 'kustomize']

/** The path of Helm. */
export function findHelm({ helm }: Tools, path: string): Outcome<string> {
  const found = lookUp(helm, path)
  return found === undefined ? missing('helm', helm, 'sources.helm.command') : { value: found }
}

/** The command line that Kustomize's own arguments follow. */
export function findKustomize({ kustomize }: Tools, path: string): Outcome<readonly string[]> {
  const isDefault = kustomize.length === 1 && kustomize[0] === 'kustomize'
  const candidates = isDefault ? [kustomize, INSTEAD_OF_KUSTOMIZE] : [kustomize]
  for (const [name = '', ...rest] of candidates) {
    const found = lookUp(name, path)
    if (found !== undefined) return { value: [found, ...(rest.length === 0 ? ['build'] : rest)] }
  }
  return missing('kustomize', kustomize[0] ?? '', 'sources.kustomize.command')
}

/**
 * A program by its absolute path, or by a name in PATH; undefined if there is none. A command with a
 * slash that is not absolute could name a file of the repository: never taken.
 */
export function lookUp(command: string, path: string): string | undefined {
  if (isAbsolute(command)) return isProgram(command) ? command : undefined
  if (command === '' || command.includes('/')) return undefined
  const folders = path.split(':').filter((folder) => isAbsolute(folder))
  return folders.map((folder) => join(folder, command)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function missing(tool: string, command: string, setting: string): Outcome<never> {
  const why = isAbsolute(command) ? 'is no program' : 'is not in PATH'
  const message = `${tool} cannot be run: ${JSON.stringify(command)} ${why}`
  const hint = `install ${tool} where the plugin runs, or name it in the configuration file (${setting})`
  return { problems: [{ severity: 'error', fault: 'outside', message, hint }] }
}

/** The discard port: whatever asks a proxy here is refused at once. */
const NOWHERE = 'http://127.0.0.1:9'

/**
 * Everything that a tool finds in its environment. Its home, caches and settings are empty folders
 * of the run. Without the network there is also no PATH: Kustomize starts git by it.
 */
export function toolEnvironment(
  settings: ToolSettings,
  workspace: Workspace,
  network: boolean,
): Record<string, string> {
  const home = workspace.make('home')
  const folder = (name: string): string => workspace.make(`home/${name}`)
  return {
    HOME: home,
    TMPDIR: workspace.make('tmp'),
    LANG: 'C.UTF-8',
    XDG_CACHE_HOME: folder('cache'),
    XDG_CONFIG_HOME: folder('config'),
    XDG_DATA_HOME: folder('data'),
    HELM_CACHE_HOME: folder('cache/helm'),
    HELM_CONFIG_HOME: folder('config/helm'),
    HELM_DATA_HOME: folder('data/helm'),
    HELM_PLUGINS: folder('plugins'),
    HELM_NO_PLUGINS: '1',
    KUSTOMIZE_PLUGIN_HOME: folder('plugins'),
    KUBECONFIG: join(home, 'no-kubeconfig'),
    KUBECTL_KUBERC: 'false',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    ...(network ? { PATH: settings.path, ...settings.network } : offline(folder('bin'))),
  }
}

function offline(nothing: string): Record<string, string> {
  const proxies = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']
  return {
    PATH: nothing,
    GIT_ALLOW_PROTOCOL: 'none',
    NO_PROXY: '',
    ...Object.fromEntries(proxies.map((name) => [name, NOWHERE])),
  }
}
