// The `tokens` and `faults` of the store file → StoreToken, Fault.

import { ENDPOINTS } from './endpoint.ts'
import type { Effect, Fault, FaultParameters } from './faults.ts'
import { EFFECTS } from './faults.ts'
import type { StoreApp, StoreToken } from './store.ts'
import type { MaybeNode, Reading } from './store-reader.ts'
import {
  complain,
  readChoice,
  readCount,
  readFields,
  readFlag,
  readItems,
  readText,
  readTextOr,
} from './store-reader.ts'

const TOKEN_FIELDS = ['name', 'kind', 'sees', 'expired', 'role', 'ipBlocked'] as const
const FAULT_FIELDS = [
  'effect',
  'endpoint',
  'environment',
  'path',
  'token',
  'times',
  'status',
  'retryAfter',
  'milliseconds',
  'bytes',
] as const
const LIMITS: Readonly<Record<keyof FaultParameters, readonly [number, number]>> = {
  status: [400, 599],
  retryAfter: [0, 86_400],
  milliseconds: [1, 3_600_000],
  bytes: [1, 1_073_741_824],
}
const EFFECT_NAMES = Object.keys(EFFECTS).filter((name): name is Effect => name in EFFECTS)

/** Reads the tokens; without any, one service token called `default` that sees everything. */
export function readTokens(
  reading: Reading,
  node: MaybeNode,
  apps: readonly StoreApp[],
): readonly StoreToken[] {
  const names = new Set<string>()
  const tokens = readItems(reading, node, 'tokens').map((item): StoreToken => {
    const fields = readFields(reading, item, 'a token', TOKEN_FIELDS)
    const name = readText(reading, fields.name, 'the name of a token') ?? ''
    if (names.has(name)) complain(reading, item, `two tokens are called ${name}`)
    names.add(name)
    const kinds = ['service', 'service-v1', 'user'] as const
    return {
      name,
      kind: readChoice(reading, fields.kind, `kind of token ${name}`, kinds, 'service'),
      sees: fields.sees === undefined ? undefined : readSees(reading, fields.sees, name, apps),
      expired: readFlag(reading, fields.expired, `expired of token ${name}`),
      role: readChoice(reading, fields.role, `role of token ${name}`, ['reader', 'none'], 'reader'),
      ipBlocked: readFlag(reading, fields.ipBlocked, `ipBlocked of token ${name}`),
    }
  })
  return tokens.length > 0 ? tokens : [DEFAULT_TOKEN]
}

const DEFAULT_TOKEN: StoreToken = {
  name: 'default',
  kind: 'service',
  expired: false,
  role: 'reader',
  ipBlocked: false,
}

function readSees(
  reading: Reading,
  node: MaybeNode,
  token: string,
  apps: readonly StoreApp[],
): readonly string[] {
  const places = new Set(
    apps.flatMap((app) => [app.name, ...app.environments.map(({ name }) => `${app.name}/${name}`)]),
  )
  return readItems(reading, node, `sees of token ${token}`).flatMap((item) => {
    const place = readText(reading, item, `sees of token ${token}`)
    if (place === undefined || places.has(place)) return place ?? []
    complain(
      reading,
      item,
      `token ${token} sees an app or environment that the store does not have`,
      'write the name of an app, or app/environment',
    )
    return []
  })
}

/** Reads the faults. A parameter that the effect does not take is a problem. */
export function readFaults(reading: Reading, node: MaybeNode): readonly Fault[] {
  return readItems(reading, node, 'faults').flatMap((item) => {
    const fields = readFields(reading, item, 'a fault', FAULT_FIELDS)
    if (fields.effect === undefined) complain(reading, item, 'a fault needs an effect')
    const effect = readChoice(reading, fields.effect, 'effect', EFFECT_NAMES, undefined)
    if (effect === undefined) return []
    return [
      {
        effect,
        endpoint: readChoice(reading, fields.endpoint, 'endpoint', ENDPOINTS, undefined),
        environment: readTextOr(reading, fields.environment, 'environment', undefined),
        path: readTextOr(reading, fields.path, 'path', undefined),
        token: readTextOr(reading, fields.token, 'token', undefined),
        times: readCount(reading, fields.times, 'times', [1, 1_000_000]),
        status: readParameter(reading, effect, 'status', fields.status),
        retryAfter: readParameter(reading, effect, 'retryAfter', fields.retryAfter),
        milliseconds: readParameter(reading, effect, 'milliseconds', fields.milliseconds),
        bytes: readParameter(reading, effect, 'bytes', fields.bytes),
      },
    ]
  })
}

function readParameter(
  reading: Reading,
  effect: Effect,
  name: keyof FaultParameters,
  node: MaybeNode,
): number | undefined {
  const taken: readonly string[] = EFFECTS[effect]
  if (node !== undefined && !taken.includes(name))
    complain(reading, node, `effect ${effect} takes no ${name}`)
  return readCount(reading, node, name, LIMITS[name])
}
