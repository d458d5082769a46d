// The rendered Secrets and the objects of the stream in; the Secrets that will be sealed, each with the
// wave in which Argo CD has to apply it, out.
//
// Argo CD applies a Secret before the workloads of its wave, and a SealedSecret after them: kinds that
// its table does not have come last (gitops-engine, sync_tasks.go). New pods would start with the old
// Secret. So a SealedSecret goes one wave before the first workload that uses it, unless its author says.
import { podWorkloads, runsPods } from '../manifests/check/pod-workloads.ts'
import type { ManifestObject } from '../manifests/document.ts'
import { groupOf, namespaceOf } from '../manifests/object-key.ts'
import { stringsAt } from '../manifests/plain-value.ts'
import type { Problem } from '../manifests/problem.ts'
import type { GroupKind } from '../manifests/workload.ts'
import type { RenderedSecret } from './model.ts'

const WAVE = 'argocd.argoproj.io/sync-wave'
const HOOK = 'argocd.argoproj.io/hook'

/** What the waves depend on. */
export interface WaveInput {
  readonly secrets: readonly RenderedSecret[]
  /** Everything of the stream that `mattersForWaves` says; others do no harm. */
  readonly objects: readonly ManifestObject[]
  readonly extraKinds: readonly GroupKind[]
  /** The namespace of whatever names none. */
  readonly appNamespace: string | undefined
}

/** Whether an object has to be looked into, known by its kind only. */
export function mattersForWaves(
  object: Pick<ManifestObject, 'apiVersion' | 'object'>,
  extraKinds: readonly GroupKind[],
): boolean {
  return isNamespace(object) || runsPods(object, extraKinds)
}

/** The same Secrets, in their order, with waves; and where no wave is early enough. */
export function setWaves(input: WaveInput): {
  readonly secrets: ReadonlyMap<RenderedSecret, RenderedSecret>
  readonly problems: readonly Problem[]
} {
  const users = usersOf(input)
  const problems: Problem[] = []
  const secrets = input.secrets.map((secret) => {
    const wave = secret.sealed && waveOf(secret, users, input, problems)
    if (wave === undefined) return [secret, secret] as const
    const annotations = { ...secret.annotations, [WAVE]: String(wave) }
    return [secret, { ...secret, annotations }] as const
  })
  return { secrets: new Map(secrets), problems }
}

/** What uses each Secret, by namespace and name. */
type Users = ReadonlyMap<string, readonly { readonly object: ManifestObject }[]>

function usersOf({ objects, extraKinds, appNamespace }: WaveInput): Users {
  const uses = podWorkloads(objects, appNamespace ?? '', extraKinds).flatMap(
    ({ object, secrets }) => {
      const namespace = namespaceOf(object.object, appNamespace)
      return secrets.map(({ name }) => ({ place: placeOf(namespace, name), object }))
    },
  )
  return Map.groupBy(uses, ({ place }) => place)
}

function waveOf(
  secret: RenderedSecret,
  users: Users,
  { objects, appNamespace }: WaveInput,
  problems: Problem[],
): number | undefined {
  if (Object.hasOwn(secret.annotations, WAVE)) return undefined
  const namespace = namespaceOf(secret, appNamespace)
  const phases = phasesOf(secret.annotations)
  const beside = (annotations: Annotations) =>
    phasesOf(annotations).some((phase) => phases.includes(phase))
  const waves = (users.get(placeOf(namespace, secret.name)) ?? [])
    .map(({ object }) => annotationsOf(object))
    .filter(beside)
    .map(waveIn)
  if (waves.length === 0) return undefined
  const wanted = Math.min(...waves) - 1
  // Before its Namespace it could not be applied at all.
  const home = objects
    .filter((object) => isNamespace(object) && object.object.name === namespace)
    .map(annotationsOf)
    .filter(beside)
    .map(waveIn)
  const earliest = Math.max(wanted, ...home)
  if (earliest > wanted) problems.push(tooLate(secret))
  return earliest
}

function tooLate({ at, name }: RenderedSecret): Problem {
  const message = `Secret ${name} is sealed, and its Namespace is in the wave of workloads that use it: new pods may start before it`
  const hint = `give the Namespace an earlier ${WAVE}`
  return { severity: 'notice', fault: 'input', at, message, hint }
}

type Annotations = Readonly<Record<string, string>>

/** Waves order what is in one phase of a sync; phases come one after another (docs/user-guide/sync-waves.md). */
function phasesOf(annotations: Annotations): readonly string[] {
  const hook = annotations[HOOK]
  if (hook !== undefined) return hook.split(',').map((phase) => phase.trim())
  const helm = annotations['helm.sh/hook']
  if (helm === undefined) return ['Sync']
  return helm.split(',').map((each) => (each.trim().startsWith('pre-') ? 'PreSync' : 'PostSync'))
}

/** As Argo CD reads it: what is no number is 0. */
function waveIn(annotations: Annotations): number {
  const text = annotations[WAVE] ?? annotations['helm.sh/hook-weight'] ?? ''
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0
}

function annotationsOf({ value }: ManifestObject): Annotations {
  return stringsAt(value, 'metadata', 'annotations')
}

function isNamespace({ apiVersion, object }: Pick<ManifestObject, 'apiVersion' | 'object'>) {
  return object.kind === 'Namespace' && groupOf(apiVersion) === ''
}

function placeOf(namespace: string, name: string): string {
  return JSON.stringify([namespace, name])
}
