// The pipeline up to what is to be printed: manifests in, the Secrets that stand in the place of
// PhaseSecrets and the stamps out. The one file that names every stage.
//
//   documents → references → authorize → fetch → decrypt → emit → sync wave → checksum → validate
//
// (A source fetches and decrypts.) Stages know nothing of each other; problems are collected.
import type { Document, InputFile, ManifestObject } from '../manifests/document.ts'
import { mayMatter } from '../manifests/may-matter.ts'
import type { Problem } from '../manifests/problem.ts'
import { readDocuments } from '../manifests/stream.ts'
import type { GroupKind } from '../manifests/workload.ts'
import { stampRefusal } from '../manifests/workload.ts'
import type { Grants } from './authorize.ts'
import { authorize } from './authorize.ts'
import { checksum } from './checksum.ts'
import { emitSecrets } from './emit.ts'
import type { OpenSource } from './fetch.ts'
import { fetchAll } from './fetch.ts'
import type { Identified } from './inventory.ts'
import { takeStock } from './inventory.ts'
import type { Granted, PhaseSecret, RenderedSecret } from './model.ts'
import { isPhaseObject, readPhaseSecret } from './phase-secret.ts'
import { placeholders } from './placeholders.ts'
import type { SourceResult } from './source.ts'
import type { Stamp } from './stamp.ts'
import { stampWorkloads } from './stamp.ts'
import type { WaveInput } from './sync-wave.ts'
import { mattersForWaves, setWaves } from './sync-wave.ts'
import { findDuplicates, requireObjects } from './validate.ts'

/** What a run depends on beside its input. */
export interface PlanOptions {
  /** What this run may ask for. */
  readonly grants: Grants
  /** Opens what a PhaseSecret has been granted; absent: nothing is read, and placeholders stand for the values. */
  readonly openSource?: OpenSource | undefined
  /** More kinds with a pod template under `spec.template`. */
  readonly extraKinds?: readonly GroupKind[] | undefined
  /** Whether a stream without objects is no error: nobody is going to apply it. */
  readonly mayBeEmpty?: boolean | undefined
  /** Of a run that reads nothing: whether workloads are looked into for the keys that they read. */
  readonly guessKeys?: boolean | undefined
}

/** What is to be printed. With an error among `problems` it is not complete. */
export interface Plan {
  readonly documents: readonly Document[]
  /** The PhaseSecrets that could be read, by their objects. */
  readonly asked: ReadonlyMap<ManifestObject, PhaseSecret>
  /** What stands in the place of each. */
  readonly emitted: ReadonlyMap<ManifestObject, readonly RenderedSecret[]>
  readonly stamps: readonly Stamp[]
  readonly problems: Problem[]
}

/** Plans a render. Reads all PhaseSecrets at once; writes nothing. */
export async function plan(
  files: readonly InputFile[],
  { grants, openSource, extraKinds = [], mayBeEmpty = false, guessKeys = true }: PlanOptions,
): Promise<Plan> {
  const problems: Problem[] = []
  const appNamespace = grants.application?.namespace
  const documents = collect(readDocuments(files), problems).documents
  const defaultOptIn = grants.policies?.some(({ redeployByDefault }) => redeployByDefault) ?? false
  // Without a token, what workloads read of a Secret is most of what is known of its keys.
  const guessesKeys =
    guessKeys && openSource === undefined && documents.some(mayMatter(['PhaseSecret']))
  const looksIntoWorkloads = defaultOptIn || guessesKeys
  const seals = grants.policies?.some(({ allow }) => allow.sealed !== undefined) ?? false
  const isWanted = (object: Identified) =>
    (looksIntoWorkloads && stampRefusal(object, extraKinds) === undefined) ||
    (seals && mattersForWaves(object, extraKinds))
  const { objects, identities } = collect(await takeStock(documents, isWanted), problems)
  const asked = readPhaseSecrets(objects, problems)
  const granted = authorizeAll(asked, grants, problems)
  const { results } =
    openSource === undefined
      ? placeholders(granted, { objects, extraKinds, appNamespace })
      : collect(await fetchAll(granted, openSource), problems)
  const waveless = emitAll(asked, granted, results, problems)
  const waves = { objects, extraKinds, appNamespace }
  const emitted = collect(withWaves(waveless, waves), problems).emitted
  const secrets = [...emitted.values()].flat()
  const isComplete = problems.every(({ severity }) => severity !== 'error')
  const stamped = stampWorkloads({
    objects,
    secrets,
    appNamespace,
    extraKinds,
    defaultOptIn,
    checksum,
  })
  // While Secrets are missing, a workload that seems to use none is no news.
  const news = stamped.problems.filter(({ severity }) => isComplete || severity === 'error')
  collect({ problems: news }, problems)
  const all = [...identities, ...secrets.flatMap(identitiesOf)]
  collect({ problems: findDuplicates(all, appNamespace) }, problems)
  // A document that could not be read might have held some.
  if (problems.length === 0 && !mayBeEmpty) problems.push(...requireObjects(identities, files))
  return { documents, asked, emitted, stamps: stamped.stamps, problems }
}

/** Passes a stage's result on and keeps its problems. */
function collect<T extends { readonly problems: readonly Problem[] }>(
  result: T,
  problems: Problem[],
): T {
  for (const problem of result.problems) problems.push(problem)
  return result
}

type PhaseSecrets = ReadonlyMap<ManifestObject, PhaseSecret>

function readPhaseSecrets(objects: readonly ManifestObject[], problems: Problem[]): PhaseSecrets {
  const found = new Map<ManifestObject, PhaseSecret>()
  for (const object of objects) {
    if (!isPhaseObject(object)) continue
    const reading = readPhaseSecret(object)
    problems.push(...reading.warnings)
    if ('problems' in reading) problems.push(...reading.problems)
    else found.set(object, reading.value)
  }
  return found
}

function authorizeAll(
  asked: PhaseSecrets,
  grants: Grants,
  problems: Problem[],
): ReadonlyMap<PhaseSecret, Granted> {
  const granted = new Map<PhaseSecret, Granted>()
  for (const phaseSecret of asked.values()) {
    const outcome = authorize(phaseSecret, grants)
    if ('problems' in outcome) problems.push(...outcome.problems)
    else granted.set(phaseSecret, outcome.value)
  }
  return granted
}

function emitAll(
  asked: PhaseSecrets,
  granted: ReadonlyMap<PhaseSecret, Granted>,
  results: ReadonlyMap<PhaseSecret, SourceResult>,
  problems: Problem[],
): ReadonlyMap<ManifestObject, readonly RenderedSecret[]> {
  const emitted = new Map<ManifestObject, readonly RenderedSecret[]>()
  for (const [object, phaseSecret] of asked) {
    const result = results.get(phaseSecret)
    if (result === undefined) continue
    const sealed = granted.get(phaseSecret)?.sealed
    emitted.set(object, collect(emitSecrets(phaseSecret, result, sealed), problems).secrets)
  }
  return emitted
}

type Emitted = Plan['emitted']

function withWaves(emitted: Emitted, input: Omit<WaveInput, 'secrets'>) {
  const { secrets, problems } = setWaves({ ...input, secrets: [...emitted.values()].flat() })
  const changed = [...emitted].map(
    ([object, each]) => [object, each.map((one) => secrets.get(one) ?? one)] as const,
  )
  return { emitted: new Map(changed), problems }
}

/** A sealed one becomes two objects, in the end: Git may hold neither. */
function identitiesOf({ at, namespace, name, sealed }: RenderedSecret) {
  const secret = { apiVersion: 'v1', object: { kind: 'Secret', namespace, name }, at }
  if (sealed === undefined) return [secret]
  const object = { kind: 'SealedSecret', namespace, name }
  return [secret, { apiVersion: 'bitnami.com/v1alpha1', object, at }]
}
