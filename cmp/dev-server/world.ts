// A store → everything the dev-server answers from: apps, environments, accounts, with keys
// made and values sealed. Built at the start and at every reload.
import type { Account } from './accounts.ts'
import { buildAccount } from './accounts.ts'
import type { Environment, Setting } from './environments.ts'
import { buildEnvironment } from './environments.ts'
import type { Store, StoreToken } from './store.ts'

/** An app with its environments in the store's order. */
export interface App {
  readonly id: string
  readonly name: string
  readonly environments: readonly Environment[]
}

/** The whole backend at one moment. */
export interface World {
  readonly organisation: { readonly id: string; readonly name: string }
  readonly apps: readonly App[]
  readonly environments: ReadonlyMap<string, Environment>
  /** In the store's order; the first is the one the ready line shows. */
  readonly accounts: readonly Account[]
}

/** Builds the world of a store; `previous` is the one before a reload. */
export function buildWorld(setting: Setting, store: Store, previous: World | undefined): World {
  const { entropy } = setting
  const seen = new Map<string, number>()
  const apps = store.apps.map((app): App => {
    const nth = (seen.get(app.name) ?? 0) + 1
    seen.set(app.name, nth)
    const id = app.id ?? entropy.uuid('app', app.name, nth)
    const environments = app.environments.map((environment, index) => {
      const place = {
        id: environment.id ?? entropy.uuid('environment', id, environment.name),
        label: `${app.name}/${environment.name}`,
        index,
      }
      return buildEnvironment(setting, place, environment, previous?.environments.get(place.id))
    })
    return { id, name: app.name, environments }
  })
  const environments = apps.flatMap((app) => app.environments)
  return {
    organisation: { id: entropy.uuid('organisation'), name: store.organisation },
    apps,
    environments: new Map(environments.map((environment) => [environment.id, environment])),
    accounts: store.tokens.map((token) =>
      buildAccount(entropy, token, environmentsSeenBy(token, apps)),
    ),
  }
}

function environmentsSeenBy({ sees }: StoreToken, apps: readonly App[]): readonly Environment[] {
  return apps.flatMap(({ name, environments }) =>
    environments.filter(
      ({ label }) => sees === undefined || sees.includes(name) || sees.includes(label),
    ),
  )
}

/** A clock in Phase's format that never gives one time twice: a reload must be seen as a change. */
export function createClock(): () => string {
  let last = 0
  return () => {
    last = Math.max(last + 1, Date.now() * 1000)
    const seconds = new Date(Math.floor(last / 1000)).toISOString().slice(0, 19)
    return `${seconds}.${String(last % 1_000_000).padStart(6, '0')}Z`
  }
}
