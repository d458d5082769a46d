// Argo CD's own processes: cmp-server (the sidecar), repo-server and application-controller, with the
// flags that the reference found necessary.
import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Component, Processes } from './processes.ts'
import { REDIS } from './redis.ts'
import { binary, requireOwnNetwork } from './setting.ts'

const PORT = 8081
const METRICS_PORT = 8084
export const REPO_SERVER = `127.0.0.1:${PORT}`
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin'

export interface Sidecar {
  /** `metadata.name` of its ConfigManagementPlugin. */
  readonly name: string
  /** The text of its plugin.yaml. */
  readonly config: string
  /** What the administrator gives the sidecar, beyond PATH. */
  readonly env: Readonly<Record<string, string>>
  /** More programs for its PATH: name → file. */
  readonly programs?: Readonly<Record<string, string>>
}

/** Starts a cmp-server, whose socket the repo-server finds. @param folder for all of Argo CD's files. */
export async function startSidecar(
  processes: Processes,
  folder: string,
  { name, config, env, programs = {} }: Sidecar,
): Promise<Component> {
  const home = join(folder, `sidecar-${name}`)
  const bin = join(home, 'bin')
  for (const path of [bin, join(home, 'tmp'), socketFolder(folder)]) {
    mkdirSync(path, { recursive: true })
  }
  writeFileSync(join(home, 'plugin.yaml'), config)
  const all = {
    node: process.execPath,
    'argocd-phase-plugin': resolve('dist/argocd-phase-plugin.cjs'),
    ...programs,
  }
  for (const [program, file] of Object.entries(all)) symlinkSync(file, join(bin, program))
  return processes.start({
    name: `cmp-server-${name}`,
    command: [binary('argocd-cmp-server'), '--config-dir-path', home],
    env: {
      PATH: `${bin}:${SYSTEM_PATH}`,
      HOME: home,
      TMPDIR: join(home, 'tmp'),
      ARGOCD_CMP_WORKDIR: join(home, 'tmp'),
      ARGOCD_PLUGINSOCKFILEPATH: socketFolder(folder),
      ...env,
    },
    // At SIGTERM it removes its socket and goes on.
    endSignal: 'SIGKILL',
    ready: () => existsSync(join(socketFolder(folder), `${name}.sock`)),
  })
}

export async function startRepoServer(processes: Processes, folder: string): Promise<Component> {
  const home = join(folder, 'repo-server')
  const bin = join(home, 'bin')
  for (const path of ['bin', 'tmp', 'tls', 'ssh']) mkdirSync(join(home, path), { recursive: true })
  mkdirSync(socketFolder(folder), { recursive: true })
  // Argo CD's own script, which its image has on PATH.
  copyFileSync(binary('git-verify-wrapper.sh'), join(bin, 'git-verify-wrapper.sh'))
  const address = ['--address', '127.0.0.1', '--port', `${PORT}`]
  const metrics = ['--metrics-address', '127.0.0.1', '--metrics-port', `${METRICS_PORT}`]
  return processes.start({
    name: 'repo-server',
    command: [
      binary('argocd-repo-server'),
      ...address,
      ...metrics,
      ...['--redis', REDIS, '--disable-tls'],
      // What is not an error in 3.2 is one from 3.5.1 on: a file for clients' certificates, without TLS.
      ...clientAuthorityFlags(),
    ],
    env: {
      PATH: `${bin}:${SYSTEM_PATH}`,
      HOME: home,
      TMPDIR: join(home, 'tmp'),
      ARGOCD_PLUGINSOCKFILEPATH: socketFolder(folder),
      ARGOCD_GPG_ENABLED: 'false',
      ARGOCD_TLS_DATA_PATH: join(home, 'tls'),
      ARGOCD_SSH_DATA_PATH: join(home, 'ssh'),
      ARGOCD_ASK_PASS_SOCK: join(home, 'ask-pass.sock'),
      GIT_CONFIG_NOSYSTEM: '1',
    },
    ready: async () => (await fetch(`http://127.0.0.1:${METRICS_PORT}/healthz`)).ok,
  })
}

/** @param kubeconfig of a cluster administrator. */
export async function startController(
  processes: Processes,
  folder: string,
  kubeconfig: string,
): Promise<Component> {
  requireOwnNetwork()
  const home = join(folder, 'controller')
  mkdirSync(join(home, 'tmp'), { recursive: true })
  return processes.start({
    name: 'application-controller',
    command: [
      binary('argocd-application-controller'),
      ...['--kubeconfig', kubeconfig, '--namespace', 'argocd', '--redis', REDIS],
      ...['--repo-server', REPO_SERVER, '--repo-server-plaintext'],
      // Nothing renders but what a test asks for.
      ...['--app-resync', '0', '--app-hard-resync', '0', '--app-resync-jitter', '0'],
      // Attempts to heal one revision would be spaced out over minutes.
      ...['--self-heal-backoff-timeout-seconds', '1', '--self-heal-backoff-factor', '1'],
      ...['--self-heal-backoff-cap-seconds', '1'],
    ],
    env: {
      PATH: SYSTEM_PATH,
      HOME: home,
      TMPDIR: join(home, 'tmp'),
      KUBECONFIG: kubeconfig,
      ARGOCD_FAKE_IN_CLUSTER: 'true',
      ARGOCD_TLS_DATA_PATH: join(folder, 'repo-server', 'tls'),
      ARGOCD_SSH_DATA_PATH: join(folder, 'repo-server', 'ssh'),
    },
    ready: async () => (await fetch('http://127.0.0.1:8082/healthz')).ok,
  })
}

function clientAuthorityFlags(): readonly string[] {
  return process.env.ARGOCD_TOOLS === '3.2' ? [] : ['--client-ca-path', '']
}

function socketFolder(folder: string): string {
  return join(folder, 'plugins')
}
