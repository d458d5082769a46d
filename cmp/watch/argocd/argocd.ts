// Argo CD's API behind the port of watch: its settings in, the calls that watch makes out. One request
// each (a sync makes three), nothing is retried, and of what Argo CD says only what is named here
// is looked at.
import type { ApplicationId, ApplicationState, ArgoCd } from '../model.ts'
import { isApplicationId } from '../model.ts'
import type { ArgoCdSettings } from '../settings.ts'
import { isApplication, readState } from './application.ts'
import type { Call, Connection, ConnectionOptions } from './connection.ts'
import { openConnection } from './connection.ts'
import { noName, notArgoCd } from './failures.ts'
import { LIST_FIELDS, readList } from './list.ts'
import { readManifests, readRendered, readUses } from './manifests.ts'
import { busy, syncRefusal, unanswerable, unrendered } from './refusals.ts'
import { comparedVersion, deployedVersion, isBusy, syncRequest, syncResources } from './sync.ts'
import type { SyncedVersions } from './synced.ts'
import { syncedVersions } from './synced.ts'
import { readWindows } from './windows.ts'

/** Milliseconds. What argocd-server has at hand: it waits for the Kubernetes API at most. */
const SHORT = 30_000
/** Milliseconds. Thousands of Applications, each checked against the account's rights. */
const LIST = 60_000
/**
 * Milliseconds. Where the cache has nothing it is a render, which Argo CD itself gives 60 s: its own
 * error has to come first, as ours would not tell a slow render from a broken Argo CD.
 */
const MANIFESTS = 90_000
/** Milliseconds. A render, and before it the controller may be busy with others. */
const REFRESH = 180_000

const MIB = 1024 * 1024
/** Bytes. An Application: no cluster takes it. */
const LARGEST = 32 * MIB
/** Bytes of its manifests: eight may be read at a time, and each takes several times as much. */
const LARGEST_MANIFESTS = 16 * MIB
/** Bytes. 10,000 Applications take 10 to 30 MiB: their spec, annotations and all, cannot be left out. */
const LARGEST_LIST = 128 * MIB

/** Argo CD's API, with connections that stay open between calls. */
export interface OpenArgoCd extends ArgoCd {
  close(): void
}

/** Asks nothing yet. */
export function openArgoCd(settings: ArgoCdSettings, options: ConnectionOptions): OpenArgoCd {
  const connection = openConnection(settings, options)
  const known = syncedVersions()
  const application = async (id: ApplicationId, more: Partial<Call> = {}): Promise<unknown> => {
    const json = await connection.ask({ ...applicationCall(id), ...more })
    return understood(connection, 'an Application', isApplication(json) ? json : undefined)
  }
  const stateOf = (id: ApplicationId, json: unknown): ApplicationState => {
    known.see(id, json)
    return readState(json)
  }
  return {
    close: connection.close,
    applications: async () => {
      const list = readList(await connection.askText(listCall(settings)))
      const applications = understood(connection, 'a list of Applications', list)
      known.keep(applications.map(({ id }) => id))
      return applications
    },
    environments: async (id) => readUses(await manifestsOf(connection, id)),
    state: async (id) => stateOf(id, await application(id)),
    hardRefresh: async (id) => stateOf(id, await application(id, hardRefreshCall(id))),
    isWindowOpen: async (id) => {
      const windows = readWindows(await connection.ask(applicationCall(id, 'syncwindows')))
      return understood(connection, 'sync windows', windows)
    },
    sync: async (id) => sync(connection, id, await application(id), known),
  }
}

async function sync(
  connection: Connection,
  id: ApplicationId,
  application: unknown,
  known: SyncedVersions,
): Promise<number> {
  if (isBusy(application)) throw busy(connection.host)
  const compared = comparedVersion(application)
  if (compared === undefined) return 0
  if (compared !== deployedVersion(application) && !known.includes(id, application)) return 0
  const rendered = readRendered(await manifestsOf(connection, id))
  const resources = syncResources(application, rendered)
  if (resources.length === 0) return 0
  await connection.ask({
    ...applicationCall(id, 'sync'),
    query: [],
    body: syncRequest(application, id.namespace, resources),
    refusal: syncRefusal,
  })
  return resources.length
}

async function manifestsOf(connection: Connection, id: ApplicationId): Promise<readonly string[]> {
  const call: Call = {
    ...applicationCall(id, 'manifests'),
    timeout: MANIFESTS,
    largest: LARGEST_MANIFESTS,
    refusal: unrendered,
    ownFaults: ['deadline', 'too-large'],
  }
  return understood(connection, 'manifests', readManifests(await connection.ask(call)))
}

function listCall({ projects = [], selector }: ArgoCdSettings): Call {
  const query: (readonly [string, string])[] = [['fields', LIST_FIELDS]]
  for (const project of projects) query.push(['projects', project])
  if (selector !== undefined) query.push(['selector', selector])
  return { path: ['applications'], query, timeout: LIST, largest: LARGEST_LIST }
}

function hardRefreshCall(id: ApplicationId): Partial<Call> {
  return { query: [...applicationCall(id).query, ['refresh', 'hard']], timeout: REFRESH }
}

/** @throws {ArgoCdError} for what can be no Application: as a path, `..` would be another call. */
function applicationCall({ namespace, name }: ApplicationId, ...below: readonly string[]): Call {
  if (!isApplicationId({ namespace, name })) throw noName()
  const path = ['applications', name, ...below]
  return {
    path,
    query: [['appNamespace', namespace]],
    timeout: SHORT,
    largest: LARGEST,
    refusal: unanswerable,
    ownFaults: ['too-large'],
  }
}

/** @throws {ArgoCdError} where what was read is nothing. */
function understood<T>({ host }: Connection, what: string, read: T | undefined): T {
  if (read === undefined) throw notArgoCd(host, `answers with something else than ${what}`)
  return read
}
