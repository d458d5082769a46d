// The suites against the real Argo CD and Kubernetes: builds the tools or finds them in the cache, then
// runs test/argocd in namespaces of its own, where all ports are free and nothing outlives the run.
// Arguments: test files; all of them if there are none. What is missing is said, and is a failure;
// --missing-packages prints the Debian packages that would mend it, and does nothing else.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { argocdTools, renderTools, sealingTools } from '../test/argocd/support/tool-sets.ts'
import { buildTools } from '../test/argocd/support/tools.ts'

const PLUGIN = 'dist/argocd-phase-plugin.cjs'
/** What each program is for, and the Debian package that has it. */
const NEEDED = {
  git: { use: 'Argo CD fetches with it', debian: 'git' },
  'redis-server': { use: 'the cache of Argo CD', debian: 'redis-server' },
  unshare: { use: 'a network namespace for the run', debian: 'util-linux' },
  ip: { use: 'the loopback interface in it', debian: 'iproute2' },
  mount: { use: 'a file system for service account tokens in it', debian: 'mount' },
} as const
type Needed = keyof typeof NEEDED

/** Milliseconds after which a test that hangs is a failure. */
const TEST_TIMEOUT = 900_000

/**
 * Own network: the application-controller listens on all interfaces, and cannot be told otherwise.
 * Own processes: whatever a killed run leaves behind ends with it.
 */
const OWN_NAMESPACES = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc', '--']
/**
 * Loopback up, and a /run of our own: a test puts the files of a pod's service account there. The
 * shell stays, as the first process of the namespace it collects what others leave behind.
 */
const ENTER = 'ip link set lo up && mount -t tmpfs tmpfs /run && "$@"; exit $?'

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  say(`test:argocd cannot run: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--missing-packages')) {
    console.log(packagesOf(missingPrograms()))
    return 0
  }
  return runSuites(args)
}

async function runSuites(files: readonly string[]): Promise<number> {
  const unshare = findNamespaces()
  if (!existsSync(PLUGIN)) throw new Error(`${PLUGIN} is missing: npm run build makes it`)
  const argocd = await buildTools(argocdTools(process.env.ARGOCD_TOOLS || 'newest'), say)
  const render = await buildTools(renderTools, say)
  const sealing = await buildTools(sealingTools, say)
  const tests = files.length > 0 ? files : globSync('test/argocd/*.test.ts').sort()
  const options = ['--test', '--test-concurrency=1', `--test-timeout=${TEST_TIMEOUT}`]
  const runner = [process.execPath, ...options, ...tests]
  return run([...unshare, 'sh', '-c', ENTER, 'sh', ...runner], {
    ...process.env,
    ARGOCD_BINARIES: argocd,
    ARGOCD_MANIFESTS: join(argocd, 'manifests'),
    HELM3: join(render, 'helm3'),
    HELM4: join(render, 'helm4'),
    KUSTOMIZE: join(render, 'kustomize'),
    KUBESEAL: join(sealing, 'kubeseal'),
    SEALED_SECRETS: sealing,
  })
}

/** The command that makes the namespaces: as root, or as root of a user namespace where one may be had. */
function findNamespaces(): readonly string[] {
  const missing = missingPrograms()
  if (missing.length > 0) {
    const what = missing.map((name) => `${name} (${NEEDED[name].use})`).join(', ')
    throw new Error(
      `there is no ${what}. Debian and Ubuntu: apt-get install ${packagesOf(missing)}`,
    )
  }
  const asRoot = ['unshare', ...OWN_NAMESPACES]
  const asUser = ['unshare', '--user', '--map-root-user', ...OWN_NAMESPACES]
  for (const command of [asRoot, asUser]) {
    const [program = '', ...args] = command
    if (spawnSync(program, [...args, 'sh', '-c', ENTER, 'sh', 'true']).status === 0) return command
  }
  throw new Error(
    'neither this user nor a user namespace may make a network namespace: run it as root, or ' +
      'in a container with CAP_SYS_ADMIN, or allow unprivileged user namespaces',
  )
}

function missingPrograms(): readonly Needed[] {
  return (Object.keys(NEEDED) as Needed[]).filter((name) => !isThere(name))
}

function packagesOf(programs: readonly Needed[]): string {
  return [...new Set(programs.map((name) => NEEDED[name].debian))].join(' ')
}

function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0
}

function run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = '', ...args] = command
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: 'inherit' })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}

function say(line: string): void {
  console.error(line)
}
