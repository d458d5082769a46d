// What Argo CD has of an Application's manifests in, what this plugin rendered of it out: which
// environments its Secrets took values of, and which objects change when a value does. The texts are
// an Application's own, and anybody may write our annotations: what is remembered of one is bounded.
import type { PlainMap } from '../../../manifests/plain-value.ts'
import { isPlainMap, stringsAt, valueAt } from '../../../manifests/plain-value.ts'
import { readProvenance } from '../../../manifests/provenance.ts'
import { POD_TEMPLATE } from '../../../manifests/workload.ts'
import { CHECKSUM } from '../../../render/stamp.ts'
import type { EnvironmentUse } from '../model.ts'
import { environmentKey, MOST_ENVIRONMENTS } from '../model.ts'

/** In every object that this plugin rendered or stamped; a text without it is not even parsed. */
const MARK = 'secrets.phase.dev/'

/** What this plugin writes values to: apiVersion and kind. */
const OURS = [
  ['v1', 'Secret'],
  ['bitnami.com/v1alpha1', 'SealedSecret'],
] as const

/** An object of the manifests, as Argo CD names those of an Application. */
export interface RenderedObject {
  readonly group: string
  readonly kind: string
  /** Absent: the Application's destination namespace, or none for a kind without. */
  readonly namespace?: string | undefined
  readonly name: string
}

/** Each environment once, with the shortest interval of its Secrets; those with the shortest first. */
export function readUses(manifests: readonly string[]): readonly EnvironmentUse[] {
  const uses = new Map<string, EnvironmentUse>()
  for (const use of marked(manifests).flatMap(usesOf)) {
    const key = environmentKey(use)
    const known = uses.get(key)
    if (known === undefined ? uses.size < MOST_ENVIRONMENTS : interval(use) < interval(known)) {
      uses.set(key, use)
    }
  }
  return [...uses.values()].sort((one, other) => interval(one) - interval(other))
}

/** The Secrets with values of Phase, and the workloads with a checksum of them. */
export function readRendered(manifests: readonly string[]): readonly RenderedObject[] {
  return marked(manifests).flatMap((object) => {
    const isOurs = provenanceOf(object) !== undefined || isStamped(object)
    return isOurs ? (nameOf(object) ?? []) : []
  })
}

/** What else Argo CD's ManifestResponse may have (reposerver/repository/repository.proto). */
const OTHER_FIELDS: readonly string[] = [
  ...['namespace', 'server', 'revision', 'sourceType', 'verifyResult', 'commands'],
  'sourceIntegrityResult',
]

/** @returns undefined if it is no answer with manifests. */
export function readManifests(json: PlainMap): readonly string[] | undefined {
  const { manifests, ...others } = json
  if (manifests === undefined) {
    // Go leaves an empty list out; but somebody else's JSON must not pass for an Application without any.
    return Object.keys(others).every((name) => OTHER_FIELDS.includes(name)) ? [] : undefined
  }
  if (!Array.isArray(manifests)) return undefined
  return manifests.every((text) => typeof text === 'string') ? manifests : undefined
}

function marked(manifests: readonly string[]): readonly unknown[] {
  return manifests.flatMap((text) => {
    if (!text.includes(MARK)) return []
    try {
      return [JSON.parse(text) as unknown]
    } catch {
      return []
    }
  })
}

function usesOf(object: unknown): readonly EnvironmentUse[] {
  const provenance = provenanceOf(object)
  if (provenance === undefined) return []
  const { host, environmentId, referencedEnvironmentIds, pollingInterval } = provenance
  const asked = pollingInterval === undefined ? {} : { pollingInterval: pollingInterval * 1000 }
  return [environmentId, ...referencedEnvironmentIds].map((id) => ({
    host,
    environmentId: id,
    ...asked,
  }))
}

function provenanceOf(object: unknown) {
  const apiVersion = valueAt(object, 'apiVersion')
  const kind = valueAt(object, 'kind')
  if (!OURS.some((ours) => ours[0] === apiVersion && ours[1] === kind)) return undefined
  return readProvenance(valueAt(object, 'metadata', 'annotations'))
}

function isStamped(object: unknown): boolean {
  return stringsAt(object, ...POD_TEMPLATE, 'metadata', 'annotations')[CHECKSUM] !== undefined
}

function nameOf(object: unknown): RenderedObject | undefined {
  const { apiVersion, kind } = isPlainMap(object) ? object : {}
  const name = valueAt(object, 'metadata', 'name')
  const namespace = valueAt(object, 'metadata', 'namespace')
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') {
    return undefined
  }
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
  const where = typeof namespace === 'string' && namespace !== '' ? { namespace } : {}
  return { group, kind, name, ...where }
}

/** The longest where none is asked for. */
function interval({ pollingInterval }: EnvironmentUse): number {
  return pollingInterval ?? Number.MAX_VALUE
}
