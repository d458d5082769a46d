// The watcher's memory in, one JSON document out, and back. It holds names, ids and times only: no value and
// no token. What is read may have been written by anybody who may write the place it is kept in: it is
// bounded, and checked to the last field.
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { PlainMap } from '../../../manifests/plain-value.ts'
import { isPlainMap } from '../../../manifests/plain-value.ts'
import type { EnvironmentUse, RememberedApplication, WatchState } from '../model.ts'
import {
  applicationKey,
  applicationOf,
  environmentKey,
  environmentOf,
  isApplicationId,
  MOST_ENVIRONMENTS,
} from '../model.ts'

/** Of the document; one of another version is not understood. */
const VERSION = 1

/** Of each list, since a few bytes of the document are one, and of all uses together. */
const MOST_ITEMS = { hosts: 1_000, environments: 100_000, applications: 50_000, pending: 50_000 }
const MOST_USES = 500_000

/** Bytes of JSON, written and read: 10,000 Applications are 1.6 MB. */
export const LARGEST_DOCUMENT = 8 * 1024 * 1024

/**
 * Every host and every environment once, and where they are used by their place in the list. An environment
 * that nothing is known of has no third item; a use is the environment's place, with its interval where it
 * has one. What is pending is the Application's place, or its key where it is not among them.
 */
interface Document {
  readonly version: typeof VERSION
  readonly hosts: readonly string[]
  readonly environments: readonly (
    | readonly [host: number, id: string]
    | readonly [host: number, id: string, updatedAt: string]
  )[]
  readonly applications: readonly (readonly [key: string, origin: string, uses: readonly Use[]])[]
  readonly pending: readonly (number | string)[]
}
type Use = number | readonly [environment: number, pollingInterval: number]

/** Says where a text stands in a list, and puts it there when it is new. */
function listing(): { readonly items: string[]; readonly indexOf: (item: string) => number } {
  const items: string[] = []
  const known = new Map<string, number>()
  return {
    items,
    indexOf: (item) => {
      const index = known.get(item) ?? items.push(item) - 1
      known.set(item, index)
      return index
    },
  }
}

/** One line of JSON; equal states make equal texts. */
export function stateToJson({ environments, applications, pending }: WatchState): string {
  const hosts = listing()
  const keys = listing()
  for (const key of Object.keys(environments)) keys.indexOf(key)
  const remembered = Object.entries(applications).map(
    ([key, { origin, uses }]) =>
      [key, origin, uses.map((use) => useOf(use, keys.indexOf))] as const,
  )
  const places = new Map(remembered.map(([key], index) => [key, index]))
  const document: Document = {
    version: VERSION,
    hosts: hosts.items,
    environments: keys.items.map((key) => {
      const { host, environmentId } = environmentOf(key)
      const place = [hosts.indexOf(host), environmentId] as const
      const updatedAt = Object.hasOwn(environments, key) ? environments[key] : undefined
      return updatedAt === undefined ? place : [...place, updatedAt]
    }),
    applications: remembered,
    pending: pending.map((key) => places.get(key) ?? key),
  }
  return JSON.stringify(document)
}

function useOf(use: EnvironmentUse, indexOf: (key: string) => number): Use {
  const index = indexOf(environmentKey(use))
  return use.pollingInterval === undefined ? index : [index, use.pollingInterval]
}

/** Undefined: it is broken, or of another version. Never throws. */
export function stateFromJson(text: string): WatchState | undefined {
  try {
    return decode(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** What does not fit the document. */
class MalformedError extends Error {}

function decode(value: unknown): WatchState {
  const root = isPlainMap(value) ? value : malformed()
  if (root.version !== VERSION) malformed()
  const uses = listAt(root, 'applications').map((each) => (Array.isArray(each) ? each[2] : []))
  if (uses.reduce((sum, each) => sum + (each?.length ?? 0), 0) > MOST_USES) malformed()
  const hosts = listAt(root, 'hosts').map(textOf)
  const known = listAt(root, 'environments').map((each) => readEnvironment(each, hosts))
  const applications = listAt(root, 'applications').map((each) => readApplication(each, known))
  const pending = listAt(root, 'pending').map((each) =>
    typeof each === 'string' ? applicationKeyOf(each) : itemAt(applications, each)[0],
  )
  if (new Set(pending).size !== pending.length) malformed()
  const seen = known.flatMap(({ host, environmentId, updatedAt }) =>
    updatedAt === undefined ? [] : [[environmentKey({ host, environmentId }), updatedAt] as const],
  )
  return { environments: recordOf(seen), applications: recordOf(applications), pending }
}

interface Known {
  readonly host: string
  readonly environmentId: string
  readonly updatedAt?: string
}

function readEnvironment(value: unknown, hosts: readonly string[]): Known {
  const [host, id, updatedAt] = tupleOf(value, 2, 3)
  const place = { host: itemAt(hosts, host), environmentId: textOf(id) }
  return updatedAt === undefined ? place : { ...place, updatedAt: textOf(updatedAt) }
}

function readApplication(
  value: unknown,
  known: readonly Known[],
): readonly [key: string, RememberedApplication] {
  const [key, origin, uses] = tupleOf(value, 3, 3)
  // Two characters of the document are one.
  if (!Array.isArray(uses) || uses.length > MOST_ENVIRONMENTS) return malformed()
  const read = uses.map((use) => environmentUseOf(use, known))
  return [applicationKeyOf(key), { origin: textOf(origin), uses: read }]
}

function environmentUseOf(value: unknown, known: readonly Known[]): EnvironmentUse {
  const [index, pollingInterval] = typeof value === 'number' ? [value] : tupleOf(value, 2, 2)
  const { host, environmentId } = itemAt(known, index)
  if (pollingInterval === undefined) return { host, environmentId }
  const isPositive = typeof pollingInterval === 'number' && pollingInterval > 0
  return isPositive ? { host, environmentId, pollingInterval } : malformed()
}

/** As `applicationKey` makes it, of names that an Application can have: they become a part of URLs. */
function applicationKeyOf(value: unknown): string {
  const key = textOf(value)
  const id = applicationOf(key)
  // Without a slash it would be read as another one.
  return isApplicationId(id) && applicationKey(id) === key ? key : malformed()
}

/** An own property whatever the key is called. */
function recordOf<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  const record = Object.fromEntries(entries)
  return Object.keys(record).length === entries.length ? record : malformed()
}

function listAt(root: PlainMap, name: keyof typeof MOST_ITEMS): readonly unknown[] {
  const list = root[name]
  return Array.isArray(list) && list.length <= MOST_ITEMS[name] ? list : malformed()
}

function tupleOf(value: unknown, least: number, most: number): readonly unknown[] {
  const isTuple = Array.isArray(value) && value.length >= least && value.length <= most
  return isTuple ? value : malformed()
}

function itemAt<T>(items: readonly T[], index: unknown): T {
  const item = typeof index === 'number' ? items[index] : undefined
  return item ?? malformed()
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : malformed()
}

function malformed(): never {
  throw new MalformedError()
}

/**
 * Measured: 10,000 Applications that use ten of 500 environments each, all of them pending, are 600 kB, and
 * 520 kB with one each. Most of it are the digests in `origin` (64 hexadecimal digits here), which do not
 * get smaller. 40 ms.
 */
export function pack(json: string): Promise<Buffer> {
  return promisify(gzip)(json)
}

/** The text that was packed; undefined where it is broken or its text too large. Never throws. */
export async function unpack(bytes: Uint8Array): Promise<string | undefined> {
  try {
    const text = await promisify(gunzip)(bytes, { maxOutputLength: LARGEST_DOCUMENT })
    return text.toString('utf8')
  } catch {
    return undefined
  }
}
