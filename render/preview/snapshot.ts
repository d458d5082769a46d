// A plan in; every object of its stream out, redacted: what two states are compared by.

import { visit } from 'yaml'
import { DEEPEST } from '../../manifests/diff/normal-form.ts'
import type { Document, ManifestObject, ParsedDocument } from '../../manifests/document.ts'
import { identify } from '../../manifests/identity.ts'
import { objectsOf } from '../../manifests/objects.ts'
import { parse } from '../../manifests/parse.ts'
import { isWithin } from '../../manifests/plain-size.ts'
import type { PlainMap } from '../../manifests/plain-value.ts'
import { valueAt } from '../../manifests/plain-value.ts'
import type { Position } from '../../manifests/problem.ts'
import type { SecretReference } from '../../manifests/secret-references.ts'
import { secretReferences } from '../../manifests/secret-references.ts'
import { POD_TEMPLATE } from '../../manifests/workload.ts'
import type { PhaseSecret, RenderedSecret } from '../model.ts'
import { normalisePath } from '../paths.ts'
import type { Plan } from '../plan.ts'
import { appOf } from '../source.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { PreviewObject, SecretOrigin, ShownValue } from './model.ts'
import { redact, redactRendered, withValue } from './redact.ts'

/** Far more than an API server takes (1.5 MB); what a preview writes out is some times as much. */
const LARGEST = { units: 64 * 1024 * 1024, depth: DEEPEST }
/** The parser looks through the document for the anchor of each. */
const MOST_ALIASES = 1000

/** What is known of a Secret's keys. */
export interface SnapshotSecret {
  readonly origin?: SecretOrigin | undefined
  readonly keys: ReadonlyMap<string, ShownValue>
  /** False where Phase was not asked. */
  readonly isComplete: boolean
  /** Equal exactly if keys are named alike: what the PhaseSecret says of names. */
  readonly naming: string
}

/** One object, redacted. */
export interface SnapshotObject
  extends Pick<PreviewObject, 'apiVersion' | 'kind' | 'namespace' | 'name' | 'part'> {
  readonly at?: Position | undefined
  readonly content: PlainMap
  /** Whether the cluster makes its name, which ends in `*` here: it is a new object each time. */
  readonly isGenerated?: boolean | undefined
  readonly secret?: SnapshotSecret | undefined
  /** It leaves as a SealedSecret of the same name, which the cluster's controller makes this Secret of. */
  readonly isSealed?: true | undefined
  /** It is another kind, with a Secret somewhere in it. */
  readonly holdsSecret?: true | undefined
  /** What its pod template reads; absent without a pod template. */
  readonly references?: readonly SecretReference[] | undefined
}

/** One document and the objects in it; none: it cannot be read, and nobody knows what it holds. */
export interface SnapshotDocument {
  readonly document: Document
  readonly objects: readonly SnapshotObject[] | undefined
}

/**
 * Documents that the plugin leaves alone, by their text, and the line that they were read at: most of two
 * states is the same, and reading YAML is most of the work.
 */
export type Seen = Map<
  string,
  { readonly line: number; readonly objects: readonly SnapshotObject[] }
>

/** Every document of a plan that is more than comments, in order. @param seen shared by both states. */
export function snapshotOf(
  plan: Plan,
  fingerprint: Fingerprint,
  seen: Seen,
): readonly SnapshotDocument[] {
  const places = placesOf(plan)
  return plan.documents.flatMap((document): SnapshotDocument[] => {
    if (identify(document) === 'empty') return []
    const here = places.get(document)
    if (here !== undefined) return [{ document, objects: read(document, here, fingerprint) }]
    const text = Buffer.from(document.body).toString('latin1')
    const known = seen.get(text)
    if (known !== undefined) return [{ document, objects: moved(known, document) }]
    const objects = read(document, new Map(), fingerprint)
    if (objects !== undefined) seen.set(text, { line: document.line, objects })
    return [{ document, objects }]
  })
}

/** Parsed one by one: the trees of a long stream would fill the memory. */
function read(
  document: Document,
  places: ReadonlyMap<string, Place>,
  fingerprint: Fingerprint,
): SnapshotDocument['objects'] {
  const parsed = parse(document)
  const found = 'value' in parsed ? objectsIn(parsed.value) : undefined
  if (found === undefined || found.problems.length > 0) return undefined
  if (!found.objects.every(({ value }) => isWithin(value, LARGEST))) return undefined
  return found.objects.flatMap((object) => {
    const { secrets, phaseSecret, stamp } = places.get(placeIn(object)) ?? {}
    if (secrets === undefined) return [passedOrStamped(object, stamp, fingerprint)]
    return secrets.map((secret) => emitted(secret, phaseSecret, fingerprint))
  })
}

/** Undefined: following every alias would take longer than anybody waits. */
function objectsIn(parsed: ParsedDocument): ReturnType<typeof objectsOf> | undefined {
  let aliases = 0
  visit(parsed.yaml, {
    Alias: () => {
      aliases += 1
      return aliases > MOST_ALIASES ? visit.BREAK : undefined
    },
  })
  return aliases > MOST_ALIASES ? undefined : objectsOf(parsed)
}

/** The same objects, where this document has them. */
function moved(
  { line, objects }: { readonly line: number; readonly objects: readonly SnapshotObject[] },
  document: Document,
): readonly SnapshotObject[] {
  return objects.map((object) => {
    const { at } = object
    if (at === undefined) return object
    return { ...object, at: { ...at, file: document.file, line: at.line - line + document.line } }
  })
}

/** What a plan does to one object. */
interface Place {
  readonly phaseSecret?: PhaseSecret | undefined
  readonly secrets?: readonly RenderedSecret[] | undefined
  readonly stamp?: Plan['stamps'][number] | undefined
}

function placesOf({ asked, emitted, stamps }: Plan): Map<Document, Map<string, Place>> {
  const places = new Map<Document, Map<string, Place>>()
  const put = (object: ManifestObject, place: Place) => {
    const { document } = object.parsed
    places.set(document, (places.get(document) ?? new Map()).set(placeIn(object), place))
  }
  for (const [object, secrets] of emitted) {
    put(object, { phaseSecret: asked.get(object), secrets })
  }
  for (const stamp of stamps) put(stamp.object, { stamp })
  return places
}

function placeIn({ path }: ManifestObject): string {
  return path.join('/')
}

function passedOrStamped(
  { apiVersion, object, value, at }: ManifestObject,
  stamp: Place['stamp'],
  fingerprint: Fingerprint,
): SnapshotObject {
  const { kind, namespace } = object
  const name = object.name ?? `${valueAt(value, 'metadata', 'generateName')}*`
  const path = stamp && [...stamp.path, 'metadata', 'annotations', stamp.key]
  const stamped = path === undefined ? value : withValue(value, path, stamp?.value)
  const { content, keys, holdsSecret } = redact(stamped, fingerprint)
  const template = valueAt(value, ...POD_TEMPLATE)
  return {
    apiVersion,
    kind,
    namespace,
    name,
    isGenerated: object.name === undefined,
    at,
    part: stamp === undefined ? 'passed' : 'stamped',
    content,
    secret: keys && { keys, isComplete: true, naming: '' },
    holdsSecret,
    references: valueAt(template, 'spec') === undefined ? undefined : secretReferences(template),
  }
}

function emitted(
  secret: RenderedSecret,
  phaseSecret: PhaseSecret | undefined,
  fingerprint: Fingerprint,
): SnapshotObject {
  const { content, keys = new Map() } = redactRendered(secret, fingerprint)
  const target = phaseSecret?.targets.find(({ at }) => at === secret.at)
  const naming = JSON.stringify([
    target?.nameTransformer,
    [...(target?.processors ?? [])].map(([key, { at: _, ...processor }]) => [key, processor]),
  ])
  const origin = phaseSecret && originOf(phaseSecret)
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    namespace: secret.namespace,
    name: secret.name,
    at: secret.at,
    part: 'emitted',
    content,
    secret: { origin, keys, isComplete: !secret.isPlaceholder, naming },
    ...(secret.sealed !== undefined && { isSealed: true }),
  }
}

function originOf({ object, at, host, request }: PhaseSecret): SecretOrigin {
  const { environment, path, tag } = request
  return {
    phaseSecret: object,
    at,
    host,
    app: appOf(request),
    environment,
    path: normalisePath(path) ?? path,
    tag,
  }
}
