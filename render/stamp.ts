// Workloads and rendered Secrets in; which pod template gets which checksum annotation out, and
// what is to be said about it. Only says what to set where: the text is edited elsewhere.
//
// A workload opts in with an annotation on its own metadata. Its pod template is an Argo Rollout's
// own or that of the Deployment that `spec.workloadRef` names; then either of the two may opt in.

import { nearest } from '../manifests/did-you-mean.ts'
import type { ManifestObject } from '../manifests/document.ts'
import { shownName } from '../manifests/names.ts'
import { namespaceOf } from '../manifests/object-key.ts'
import { isPlainMap, stringsAt, valueAt } from '../manifests/plain-value.ts'
import type { Position, Problem } from '../manifests/problem.ts'
import { reloaderWatches } from '../manifests/reloader.ts'
import type { SecretReference } from '../manifests/secret-references.ts'
import { secretReferences } from '../manifests/secret-references.ts'
import type { GroupKind, Workload } from '../manifests/workload.ts'
import {
  findWorkloads,
  POD_TEMPLATE,
  stampRefusal,
  workloadReference,
} from '../manifests/workload.ts'
import type { RenderedSecret } from './model.ts'

const OPT_IN = 'secrets.phase.dev/redeploy'
const OPT_IN_PATH = ['metadata', 'annotations', OPT_IN]
/** The annotation of a pod template that a checksum goes to. */
export const CHECKSUM = 'secrets.phase.dev/checksum'

/** What stamping depends on. */
export interface StampInput {
  /** Every object that opts in, and every Deployment that a Rollout could name; others do no harm. */
  readonly objects: readonly ManifestObject[]
  /** All Secrets of this run; no others count. */
  readonly secrets: readonly RenderedSecret[]
  /** The namespace of whatever names none. */
  readonly appNamespace?: string | undefined
  /** More kinds with a pod template under `spec.template`, from trusted configuration. */
  readonly extraKinds: readonly GroupKind[]
  /** What holds for a workload without the annotation. */
  readonly defaultOptIn: boolean
  /** `checksum` of checksum.ts. */
  readonly checksum: (
    references: readonly SecretReference[],
    secrets: ReadonlyMap<string, RenderedSecret>,
  ) => string
}

/** One annotation to set, in place of any that is there. */
export interface Stamp {
  readonly object: ManifestObject
  /** From the object's root to the map whose `metadata.annotations` gets it. */
  readonly path: readonly string[]
  readonly key: string
  readonly value: string
}

/** The stamps in the order of their objects, and every problem. */
export function stampWorkloads(input: StampInput): {
  readonly stamps: readonly Stamp[]
  readonly problems: readonly Problem[]
} {
  const { objects, extraKinds, appNamespace, defaultOptIn } = input
  const { workloads, unresolved } = findWorkloads(objects, extraKinds, appNamespace)
  const problems = [
    ...objects.flatMap((object) => [...checkOptIn(object), ...refuse(object, extraKinds)]),
    ...unresolved.filter((object) => optIn(object) ?? defaultOptIn).map(unresolvedRollout),
  ]
  const stamps: Stamp[] = []
  const secrets = Map.groupBy(input.secrets, (secret) => namespaceOf(secret, appNamespace))
  for (const workload of workloads) {
    const nearby = secrets.get(namespaceOf(workload.object.object, appNamespace)) ?? []
    const stamp = stampOne(workload, nearby, input, problems)
    if (stamp !== undefined) stamps.push(stamp)
  }
  return { stamps, problems }
}

/** Whether an object opts in (true) or out (false); undefined if it says nothing that can be understood. */
function optIn(object: ManifestObject): boolean | undefined {
  const written = valueAt(object.value, ...OPT_IN_PATH)
  return typeof written === 'string' ? written !== 'false' : undefined
}

function checkOptIn(object: ManifestObject): Problem[] {
  const written = valueAt(object.value, ...OPT_IN_PATH)
  if (written === undefined || typeof written === 'string') return []
  const message = `annotation ${OPT_IN} is not a string`
  return [problem('error', object, message, 'quote it: "true" or "false"', OPT_IN_PATH)]
}

function refuse(object: ManifestObject, extraKinds: readonly GroupKind[]): Problem[] {
  const reason = stampRefusal(object, extraKinds)
  if (reason === undefined || optIn(object) !== true) return []
  const hint = `remove the annotation ${OPT_IN}, which has no effect here`
  return [problem('notice', object, `not stamped: ${reason}`, hint, OPT_IN_PATH)]
}

function unresolvedRollout(object: ManifestObject): Problem {
  const { kind, name } = workloadReference(object) ?? {}
  const target = [kind, name].map((word) => shownName(word ?? '')).join(' ')
  const message = `not stamped: spec.workloadRef names ${target}, which is no Deployment of this run`
  return problem('notice', object, message, undefined, ['spec', 'workloadRef'])
}

function stampOne(
  workload: Workload,
  nearby: readonly RenderedSecret[],
  { defaultOptIn, checksum }: StampInput,
  problems: Problem[],
): Stamp | undefined {
  const { object, owners } = workload
  const choices = owners.map(optIn).filter((choice) => choice !== undefined)
  const template = valueAt(object.value, ...POD_TEMPLATE)
  if (choices.length === 0) problems.push(...misplacedOptIn(object))
  if (!(choices.length === 0 ? defaultOptIn : choices.includes(true))) return undefined
  if (!isPlainMap(template)) {
    problems.push(problem('warning', object, 'not stamped: spec.template is missing or not a map'))
    return undefined
  }
  const references = secretReferences(template)
  const names = new Set(references.map(({ name }) => name))
  const named = nearby.filter(({ name }) => names.has(name))
  const secrets = named.filter((secret) => selects(secret, owners))
  if (secrets.length === 0) {
    if (choices.length > 0) problems.push(nothingToStamp(object, named))
    return undefined
  }
  const byName = new Map(secrets.map((secret) => [secret.name, secret]))
  problems.push(...missingKeys(object, references, byName), ...doubleRollout(workload, secrets))
  return { object, path: POD_TEMPLATE, key: CHECKSUM, value: checksum(references, byName) }
}

function misplacedOptIn(object: ManifestObject): Problem[] {
  const path = [...POD_TEMPLATE, ...OPT_IN_PATH]
  if (valueAt(object.value, ...path) === undefined) return []
  const message = `annotation ${OPT_IN} has no effect on the pod template`
  return [problem('warning', object, message, "put it on the workload's own metadata", path)]
}

function selects({ redeploySelector }: RenderedSecret, owners: readonly ManifestObject[]): boolean {
  return (
    redeploySelector === undefined ||
    owners.some(({ value }) => redeploySelector.matches(stringsAt(value, 'metadata', 'labels')))
  )
}

function nothingToStamp(object: ManifestObject, named: readonly RenderedSecret[]): Problem {
  if (named.length > 0) {
    const message = `not stamped: redeployLabelSelector of ${listOf(named)} does not select its labels`
    return problem('notice', object, message)
  }
  const message = 'not stamped: it references no Secret that this run renders in its namespace'
  return problem('notice', object, message)
}

function missingKeys(
  object: ManifestObject,
  references: readonly SecretReference[],
  secrets: ReadonlyMap<string, RenderedSecret>,
): Problem[] {
  return references.flatMap(({ name, keys, optional, path }) => {
    const { data, isPlaceholder } = secrets.get(name) ?? {}
    if (data === undefined || isPlaceholder || optional || keys === 'all') return []
    return keys
      .filter((key) => !data.has(key))
      .map((key) => {
        const meant = nearest(key, [...data.keys()])
        return problem(
          'error',
          object,
          `Secret ${name} has no key ${shownName(key)}`,
          meant === undefined
            ? 'correct the key, or mark the reference optional'
            : `did you mean ${meant}?`,
          [...POD_TEMPLATE, ...path],
        )
      })
  })
}

function doubleRollout(
  { object, owners }: Workload,
  secrets: readonly RenderedSecret[],
): Problem[] {
  const annotations = [
    ...owners.map(({ value }) => stringsAt(value, 'metadata', 'annotations')),
    stringsAt(object.value, ...POD_TEMPLATE, 'metadata', 'annotations'),
  ]
  const watched = secrets.filter((secret) =>
    annotations.some((written) => reloaderWatches(written, secret)),
  )
  if (watched.length === 0) return []
  const message = `Reloader's annotations restart it for ${listOf(watched)} as well: a change rolls it twice`
  return [problem('warning', object, message, `remove either those or ${OPT_IN}`)]
}

function listOf(secrets: readonly RenderedSecret[]): string {
  const names = secrets.map(({ name }) => name).sort()
  return `Secret ${names.join(', ')}`
}

function problem(
  severity: Problem['severity'],
  object: ManifestObject,
  message: string,
  hint?: string,
  path: readonly (string | number)[] = [],
): Problem {
  const at = path.length === 0 ? object.at : positionOf(object, path)
  return { severity, fault: 'input', at, object: object.object, message, hint }
}

/** Where the value under a path is written; the object itself if it came by an alias or a merge key. */
function positionOf(
  { node, parsed, at }: ManifestObject,
  path: Iterable<string | number>,
): Position {
  const found: unknown = node.getIn(path, true)
  const range = typeof found === 'object' && found !== null && 'range' in found && found.range
  return Array.isArray(range) ? parsed.positionOf({ range }) : at
}
