// The section `watch` of a configuration in; whom it asks and how often, out. A token of a file goes to
// the host that stands beside it and to no other: nothing else chooses one.
import type { Fields } from '../../manifests/fields.ts'
import { parseLabelSelector } from '../../manifests/label-selector.ts'
import { namespaceFault, objectNameFault } from '../../manifests/names.ts'
import type { Host } from '../settings.ts'
import type { TokenPlace, WatchSection } from '../watch/section.ts'
import { DEFAULT_TUNING } from '../watch/section.ts'
import type { ObjectPlace, WatchSettings } from '../watch/settings.ts'
import { readPath, readUrl } from './field-types.ts'
import { isPlain, readServerAddress } from './server-address.ts'

const FIELDS = [
  'argocd',
  'phase',
  'interval',
  'requestsPerMinute',
  'spread',
  'concurrency',
  'sync',
  'state',
  'lease',
]

const SECOND = 1000
/** Seconds. Phase would be asked more often than a person notices. */
const SHORTEST_INTERVAL = 5
const LONGEST_INTERVAL = 86_400
const LONGEST_SPREAD = 3600
const MOST_REQUESTS = 6000
const MOST_AT_ONCE = 32

/** Reads `watch`; undefined without it. */
export function readWatch(root: Fields, hosts: readonly Host[]): WatchSection | undefined {
  const watch = root.map('watch')
  if (watch === undefined) return undefined
  watch.only(FIELDS)
  const count = (name: string, least: number, most: number) => readCount(watch, name, least, most)
  const spread = count('spread', 0, LONGEST_SPREAD)
  return {
    argocd: readArgoCd(watch.map('argocd')),
    phase: readPhase(watch, hosts),
    tuning: {
      interval: readInterval(watch.map('interval')),
      requestsPerMinute:
        count('requestsPerMinute', 1, MOST_REQUESTS) ?? DEFAULT_TUNING.requestsPerMinute,
      spread: spread === undefined ? DEFAULT_TUNING.spread : spread * SECOND,
      concurrency: count('concurrency', 1, MOST_AT_ONCE) ?? DEFAULT_TUNING.concurrency,
      sync: watch.flag('sync'),
    },
    state: readState(watch),
    lease: readPlace(watch, 'lease'),
  }
}

function readArgoCd(argocd: Fields | undefined): WatchSection['argocd'] {
  if (argocd === undefined) return {}
  argocd.only(['server', 'caFile', 'tokenFile', 'projects', 'selector'])
  const server = readServer(argocd)
  const caFile = readPath(argocd, 'caFile')
  if (caFile !== undefined && server !== undefined && isPlain(server)) {
    argocd.reject('caFile', 'checks nothing of a server without TLS', 'use https, or leave it out')
  }
  return {
    server,
    caFile,
    tokenFile: readPath(argocd, 'tokenFile'),
    projects: readProjects(argocd),
    selector: readSelector(argocd),
  }
}

function readServer(argocd: Fields): string | undefined {
  const text = argocd.string('server')
  if (text === undefined) return undefined
  const address = readServerAddress(text)
  if ('server' in address) return address.server
  argocd.reject('server', address.fault, 'such as https://argocd-server.argocd.svc')
  return undefined
}

/** Names, not patterns: Argo CD compares them as they are. */
function readProjects(argocd: Fields): readonly string[] | undefined {
  const projects = argocd.texts('projects')
  if (projects?.length === 0) {
    argocd.reject('projects', 'is empty', 'leave it out for all that the account sees')
  }
  for (const [index, project] of (projects ?? []).entries()) {
    const fault = objectNameFault(project)
    if (fault !== undefined)
      argocd.reject(['projects', index], fault, 'patterns are not known here')
  }
  return projects
}

function readSelector(argocd: Fields): string | undefined {
  const selector = argocd.string('selector')
  if (selector === undefined) return undefined
  const parsed = parseLabelSelector(selector)
  if ('fault' in parsed || selector.trim() === '') {
    argocd.reject('selector', 'is not a label selector', 'such as team=payments,env in (dev,prod)')
  }
  return selector
}

function readPhase(watch: Fields, hosts: readonly Host[]): readonly TokenPlace[] | undefined {
  if (!watch.names().includes('phase')) return undefined
  const places = watch.list('phase')
  if (places.length === 0) {
    watch.reject('phase', 'names no token', "leave it out for the renders' own")
  }
  return places.flatMap((place) => {
    place.only(['host', 'tokenFile', 'directory'])
    const host = place.names().includes('host') ? readUrl(place, 'host') : undefined
    if (host !== undefined && hosts.length > 0 && hosts.every(({ url }) => url !== host)) {
      place.reject('host', 'is a host that is not configured', 'add it to hosts first')
    }
    const token = readToken(place)
    return token === undefined ? [] : [{ host, token }]
  })
}

function readToken(place: Fields): TokenPlace['token'] | undefined {
  const file = readPath(place, 'tokenFile')
  const directory = readPath(place, 'directory')
  const named = ['tokenFile', 'directory'].filter((name) => place.names().includes(name))
  if (named.length === 2) {
    place.reject('directory', 'stands beside tokenFile', 'make two entries of them')
  }
  if (named.length === 0) {
    place.reject('tokenFile', 'is missing', 'name a file with a token, or a directory with several')
  }
  if (file !== undefined) return { file }
  return directory === undefined ? undefined : { directory }
}

/** What is not said follows what is: the standard interval is always within the bounds. */
function readInterval(interval: Fields | undefined): WatchSettings['tuning']['interval'] {
  const { interval: usual } = DEFAULT_TUNING
  if (interval === undefined) return usual
  interval.only(['standard', 'shortest', 'longest'])
  const read = (name: string) => {
    const seconds = readCount(interval, name, SHORTEST_INTERVAL, LONGEST_INTERVAL)
    return seconds === undefined ? undefined : seconds * SECOND
  }
  const [said, least, most] = [read('standard'), read('shortest'), read('longest')]
  const standard =
    said ?? Math.min(Math.max(usual.standard, least ?? 0), most ?? Number.POSITIVE_INFINITY)
  const shortest = least ?? Math.min(usual.shortest, standard)
  const longest = most ?? Math.max(usual.longest, standard)
  if (shortest > longest) interval.reject('shortest', 'is longer than longest')
  else if (standard < shortest) interval.reject('standard', 'is shorter than shortest')
  else if (standard > longest) interval.reject('standard', 'is longer than longest')
  return { standard, shortest, longest }
}

function readState(watch: Fields): WatchSection['state'] {
  const state = watch.map('state')
  if (state === undefined) return undefined
  state.only(['configMap', 'file'])
  const configMap = readPlace(state, 'configMap')
  const file = readPath(state, 'file')
  const named = state.names().filter((name) => name === 'configMap' || name === 'file')
  if (named.length === 2) state.reject('file', 'stands beside configMap', 'keep one of them')
  if (named.length === 0) {
    watch.reject('state', 'says neither configMap nor file', 'leave it out to keep no state')
  }
  if (configMap !== undefined) return { configMap }
  return file === undefined ? undefined : { file }
}

/** `name`, or `namespace/name`. */
function readPlace(fields: Fields, field: string): ObjectPlace | undefined {
  const text = fields.string(field)
  if (text === undefined) return undefined
  const slash = text.indexOf('/')
  const [namespace, name] =
    slash < 0 ? [undefined, text] : [text.slice(0, slash), text.slice(slash + 1)]
  const fault =
    (namespace === undefined ? undefined : namespaceFault(namespace)) ?? objectNameFault(name)
  if (fault === undefined) return { namespace, name }
  fields.reject(field, 'is neither a name nor namespace/name', 'such as argocd/phase-watch')
  return undefined
}

function readCount(fields: Fields, name: string, least: number, most: number): number | undefined {
  const count = fields.integer(name)
  if (count === undefined) return undefined
  if (count >= least && count <= most) return Number(count)
  fields.reject(name, `is not a whole number from ${least} to ${most}`)
  return undefined
}
