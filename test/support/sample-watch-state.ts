// States of a watcher, small and as large as they get.
import { createHash } from 'node:crypto'
import type { EnvironmentUse, WatchState } from '../../cmp/watch/model.ts'
import { environmentKey } from '../../cmp/watch/model.ts'

const HOST = 'https://console.phase.dev'

export const SMALL_STATE: WatchState = {
  environments: {
    [environmentKey({ host: HOST, environmentId: 'e-1' })]: '2026-01-02T03:04:05.678901Z',
    [environmentKey({ host: 'https://phase.example.com:8443', environmentId: 'e-1' })]: 'yesterday',
  },
  applications: {
    'argocd/shop': {
      origin: 'f00',
      uses: [
        { host: HOST, environmentId: 'e-1', pollingInterval: 60_000 },
        { host: HOST, environmentId: 'never-seen' },
      ],
    },
    'team-a/empty': { origin: '', uses: [] },
  },
  pending: ['team-a/gone', 'argocd/shop'],
}

/** @param uses environments that each Application uses, of 500. */
export function largeState(applications: number, uses: number): WatchState {
  const environments = Array.from({ length: 500 }, (_, index) => ({
    host: HOST,
    environmentId: uuid(`environment ${index}`),
  }))
  const use = (application: number, index: number): EnvironmentUse => {
    const found = environments[(application * 7 + index * 13) % environments.length]
    if (found === undefined) throw new Error('there are 500')
    return index === 0 ? { ...found, pollingInterval: 60_000 } : found
  }
  const remembered = Array.from({ length: applications }, (_, index) => {
    const origin = digest(`origin ${index}`)
    const name = `argocd/team-${digest(`team ${index}`).slice(0, 6)}-service-${index}`
    return [
      name,
      { origin, uses: Array.from({ length: uses }, (_, each) => use(index, each)) },
    ] as const
  })
  return {
    environments: Object.fromEntries(
      environments.map((each, index) => [
        environmentKey(each),
        `2026-${digest(`time ${index}`).slice(0, 12)}`,
      ]),
    ),
    applications: Object.fromEntries(remembered),
    pending: remembered.map(([name]) => name).reverse(),
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function uuid(text: string): string {
  return digest(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}
