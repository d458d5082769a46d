// Tier 2 with argocd-server and a plugin whose renders are counted: all that `watch` lives among. One for
// each test file. `watch` itself runs with a service account of its own.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { Application } from './applications.ts'
import { readApplication } from './applications.ts'
import type { ArgocdServer } from './argocd-server.ts'
import { accountSettings, startArgocdServer } from './argocd-server.ts'
import type { ClusterStack } from './cluster-stack.ts'
import { startClusterStack } from './cluster-stack.ts'
import { kubeconfigText } from './kubernetes.ts'
import type { Places } from './leaks.ts'
import type { KubernetesObject } from './manifests.ts'
import { decoded } from './manifests.ts'
import type { Values } from './phase.ts'
import { pluginConfig } from './stack.ts'
import { waitFor } from './wait.ts'
import type { WatchRun } from './watch-process.ts'
import { startWatch } from './watch-process.ts'
import { installRights, LEASE, STATE } from './watch-rights.ts'
import type { Watched } from './watched.ts'
import { createWatched } from './watched.ts'

/** The accounts of `watch` in Argo CD: as usual, and with `sync: true`. */
export const [ACCOUNT, SYNCING] = ['phase-watch', 'phase-sync']
const GET = 'applications, get, */*'
const ACCOUNTS = { [ACCOUNT]: [GET], [SYNCING]: [GET, 'applications, sync, */*'] }
/** Seconds, the shortest that a configuration may say. */
const INTERVAL = 5
const COUNTED = 'counted'

export interface WatchWorld extends ClusterStack {
  readonly server: ArgocdServer
  /** What `watch` reads the token of an account in Argo CD from. */
  tokenFile(account?: string): string
  /** How often an Application was rendered so far. */
  renders(application: string): number
  /** The same of all of them together. */
  allRenders(): number
  /** Seconds that each render takes longer from now on. */
  slowDown(seconds: number): void
  /** An Application that is synced, healed and pruned by itself, unless it is said otherwise. */
  create(name: string, more?: Watched): Promise<void>
  application(name: string): Promise<Application>
  secret(name: string, namespace?: string): Promise<KubernetesObject | undefined>
  /** How many ReplicaSets a namespace has. */
  replicaSets(namespace: string): Promise<number>
  /** The live Secret holds exactly this, within so many seconds. */
  arrives(name: string, values: Readonly<Record<string, string>>, seconds?: number): Promise<void>
  /** Argo CD has synced an Application and nothing is under way. */
  synced(name: string): Promise<Application>
  /** Starts `watch`. @param section more of `watch` in its configuration. */
  watch(section?: object, more?: WatchMore): WatchRun
}

export interface WatchMore {
  readonly name?: string
  readonly args?: readonly string[]
  /** In Argo CD; ACCOUNT where it is not said. */
  readonly account?: string
  readonly port?: number
}

export async function startWatchWorld(
  values: Values,
  namespaces: readonly string[],
): Promise<WatchWorld> {
  const stack = await startClusterStack(values, namespaces, accountSettings(ACCOUNTS))
  const running: WatchRun[] = []
  const end = async (): Promise<void> => {
    await Promise.all(running.map((run) => run.kill()))
    await stack.end()
  }
  try {
    const server = await startArgocdServer(stack, ACCOUNTS)
    const tokenFile = (account = ACCOUNT): string => join(stack.folder, `token-of-${account}`)
    for (const account of [ACCOUNT, SYNCING]) {
      writeFileSync(tokenFile(account), server.token(account), { mode: 0o600 })
    }
    await addCountedSidecar(stack)
    const access = await installRights(stack.cluster)
    const kubeconfig = join(stack.folder, 'watch.kubeconfig')
    writeFileSync(kubeconfig, kubeconfigText({ ...stack.cluster, ...access }), { mode: 0o600 })
    let count = 0
    const watch = (section: object = {}, more: WatchMore = {}): WatchRun => {
      count += 1
      const { name = `watch-${count}`, args = [], account, port } = more
      const config = join(stack.folder, `${name}.json`)
      writeFileSync(config, JSON.stringify(configOf(server, tokenFile(account), section)))
      const run = startWatch({
        name,
        args: ['--config', config, '--kubeconfig', kubeconfig, ...args],
        env: { ...stack.phase.watchEnv, HOME: stack.folder },
        logs: join(stack.folder, 'logs'),
        ...(port === undefined ? {} : { port }),
      })
      running.push(run)
      return run
    }
    return { ...stack, ...looks(stack), server, tokenFile, watch, end }
  } catch (error) {
    await end()
    throw error
  }
}

function configOf(server: ArgocdServer, tokenFile: string, section: object): object {
  return {
    version: 1,
    policies: [],
    watch: {
      argocd: { server: server.address, caFile: server.caFile, tokenFile },
      interval: { standard: INTERVAL, shortest: INTERVAL },
      requestsPerMinute: 600,
      spread: 0,
      state: { configMap: `argocd/${STATE}` },
      ...section,
    },
  }
}

/** The plugin behind a shell that notes whose render it is. */
async function addCountedSidecar(stack: ClusterStack): Promise<void> {
  const [renders, slow] = [join(stack.folder, 'renders'), join(stack.folder, 'slow')]
  writeFileSync(renders, '')
  writeFileSync(slow, '0')
  const command = `echo "$ARGOCD_APP_NAME" >>${renders}; sleep "$(cat ${slow})"; exec argocd-phase-plugin generate .`
  await stack.addSidecar({
    name: COUNTED,
    config: pluginConfig(COUNTED, ['sh', '-c', command]),
    env: stack.phase.env,
  })
}

type Looks = Omit<WatchWorld, keyof ClusterStack | 'server' | 'tokenFile' | 'watch'>

function looks(stack: ClusterStack): Looks {
  const { admin } = stack.cluster
  const rendered = (): readonly string[] =>
    readFileSync(join(stack.folder, 'renders'), 'utf8').split('\n').slice(0, -1)
  const application = (name: string): Promise<Application> => readApplication(admin, name)
  const secret: WatchWorld['secret'] = (name, namespace = name) =>
    admin.get<KubernetesObject>(`/api/v1/namespaces/${namespace}/secrets/${name}`)
  return {
    application,
    secret,
    renders: (name) => rendered().filter((each) => each === name).length,
    allRenders: () => rendered().length,
    slowDown: (seconds) => writeFileSync(join(stack.folder, 'slow'), `${seconds}`),
    create: (name, more) =>
      createWatched(stack, name, {
        namespace: name,
        type: { plugin: { name: COUNTED } },
        syncPolicy: { automated: { prune: true, selfHeal: true } },
        ...more,
      }),
    async replicaSets(namespace) {
      const path = `/apis/apps/v1/namespaces/${namespace}/replicasets`
      return (await admin.get<{ items: object[] }>(path))?.items.length ?? 0
    },
    async arrives(name, values, seconds = 30) {
      const wanted = JSON.stringify(Object.entries(values).sort())
      await waitFor(
        `Secret ${name} has its values`,
        async () => {
          const live = await secret(name)
          return (
            live !== undefined && JSON.stringify(Object.entries(decoded(live)).sort()) === wanted
          )
        },
        seconds,
      )
    },
    synced: (name) =>
      waitFor(`Application ${name} is synced`, async () => {
        const found = await application(name)
        const isDone = found.status?.operationState?.phase === 'Succeeded' && !found.operation
        return found.status?.sync?.status === 'Synced' && isDone && found
      }),
  }
}

/** As long as a poll and a bit: whatever would happen has happened. */
export function oneInterval(): Promise<void> {
  return sleep(INTERVAL * 1000 * 1.3)
}

/** What `watch` keeps in the cluster, unpacked. @throws if there is no state. */
export async function watchPlaces(world: WatchWorld): Promise<Places> {
  const leases = await world.cluster.admin.request('GET', '/apis/coordination.k8s.io/v1/leases')
  return new Map([
    ['the state', await stateText(world)],
    ['leases', Buffer.from(leases.text)],
  ])
}

/** The same as an object. */
export async function keptState(
  world: WatchWorld,
): Promise<{ readonly pending: readonly string[] }> {
  return JSON.parse((await stateText(world)).toString())
}

async function stateText({ cluster: { admin } }: WatchWorld): Promise<Buffer> {
  const place = `/api/v1/namespaces/argocd/configmaps/${STATE}`
  const found = await admin.get<{ binaryData?: Record<string, string> }>(place)
  const [packed, ...more] = Object.values(found?.binaryData ?? {})
  if (packed === undefined || more.length > 0) throw new Error(`${place} has no state`)
  return gunzipSync(Buffer.from(packed, 'base64'))
}

/** For the configuration of replicas. */
export const WITH_LEASE = { lease: `argocd/${LEASE}` }
