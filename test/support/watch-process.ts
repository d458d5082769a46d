// Everything that the shipped `watch` talks to, on loopback: the dev-server as Phase, argocd-server as far as
// it is asked, and a configuration that names both.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DevServer } from '../../cmp/dev-server/server.ts'
import { startDevServer } from '../../cmp/dev-server/server.ts'
import type { ArgoCdApi } from './argocd-api.ts'
import { startArgoCdApi, TOKEN } from './argocd-api.ts'
import { fakeApplication, secretManifest } from './argocd-application.ts'

/** Environment → value of its one secret. */
export type Values = Readonly<Record<string, string>>

export interface WatchWorld {
  readonly argocd: ArgoCdApi
  readonly phase: DevServer
  readonly folder: string
  readonly config: string
  readonly stateFile: string
  /** Another value of some environments. */
  change(values: Values): void
  /** The Applications that were refreshed, in order. */
  refreshed(): readonly string[]
  close(): Promise<void>
}

/** Applications by the environments that each uses; `long-ago` makes Phase's times older than any cache. */
export async function startWatchWorld(
  values: Values,
  uses: Readonly<Record<string, readonly string[]>>,
): Promise<WatchWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'watch-'))
  let current = values
  const phase = await startDevServer({ store: storeOf(current) })
  const argocd = await startArgoCdApi()
  const ids = await environmentIds(phase)
  for (const [name, environments] of Object.entries(uses)) {
    const found = environments.map((each) => ids.get(each) ?? '')
    const manifests = [secretManifest(name, phase.host, found)]
    argocd.applications.set(`argocd/${name}`, fakeApplication(`argocd/${name}`, manifests))
  }
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const stateFile = join(folder, 'state.json')
  const config = write(
    'config.yaml',
    `version: 1
hosts: [{ url: '${phase.host}' }]
watch:
  argocd: { server: '${argocd.server}', tokenFile: '${write('argocd', TOKEN)}' }
  phase: [{ tokenFile: '${write('phase', bearerOf(phase.token))}' }]
  interval: { standard: 5, shortest: 5 }
  spread: 1
  state: { file: '${stateFile}' }
`,
  )
  return {
    argocd,
    phase,
    folder,
    config,
    stateFile,
    change(news) {
      current = { ...current, ...news }
      phase.update(storeOf(current))
    },
    refreshed: () =>
      argocd
        .requestsOf('GET', /^\/api\/v1\/applications\/[^/]+$/)
        .filter(({ query }) => query.get('refresh') === 'hard')
        .map(({ path }) => path.slice(path.lastIndexOf('/') + 1)),
    close: async () => {
      await argocd.close()
      await phase.close()
    },
  }
}

/** The form of a token that names its account and holds no key. */
export function bearerOf(token: string): string {
  return `ServiceAccount ${token.split(':')[2]}`
}

async function environmentIds({ host, token }: DevServer): Promise<ReadonlyMap<string, string>> {
  const answer = await fetch(`${host}/service/secrets/tokens/`, {
    headers: { authorization: `Bearer ${bearerOf(token)}`, accept: 'application/json' },
  })
  const { apps } = (await answer.json()) as {
    apps: { environment_keys: { environment: { id: string; name: string } }[] }[]
  }
  const found = apps.flatMap((app) => app.environment_keys.map(({ environment }) => environment))
  return new Map(found.map(({ id, name }) => [name, id]))
}

function storeOf(values: Values): string {
  const environments = Object.entries(values).map(([name, value]) => [
    name,
    { secrets: { '/': { KEY: value } } },
  ])
  return JSON.stringify({ apps: { shop: { environments: Object.fromEntries(environments) } } })
}
