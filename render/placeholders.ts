// PhaseSecrets in, words in the place of what Phase would answer out, for a run without a token. Of the
// keys only those are known that the repository names: in processors, and where a workload reads one.
import type { ManifestObject } from '../manifests/document.ts'
import { namespaceOf } from '../manifests/object-key.ts'
import { valueAt } from '../manifests/plain-value.ts'
import { spellHost } from '../manifests/provenance.ts'
import { secretReferences } from '../manifests/secret-references.ts'
import { SecretValue } from '../manifests/secret-value.ts'
import type { GroupKind } from '../manifests/workload.ts'
import { findWorkloads, POD_TEMPLATE } from '../manifests/workload.ts'
import { transformKey } from './key-names.ts'
import type { Granted, ManagedSecret, PhaseSecret, Processor } from './model.ts'
import { normalisePath } from './paths.ts'
import type { SourceResult } from './source.ts'
import { appOf } from './source.ts'

/** What else of the repository says something about keys. */
export interface PlaceholderInput {
  readonly objects: readonly ManifestObject[]
  readonly extraKinds: readonly GroupKind[]
  /** The namespace of whatever names none. */
  readonly appNamespace: string | undefined
}

/** No value, so nothing to keep a secret: any key will do, the same in every run. */
const NO_KEY = new Uint8Array(32)

/**
 * A result for each PhaseSecret. The words for a key say where Phase would have been asked for it, so
 * that two are equal exactly if Phase would be asked for the same.
 */
export function placeholders(
  granted: ReadonlyMap<PhaseSecret, Granted>,
  input: PlaceholderInput,
): { readonly results: ReadonlyMap<PhaseSecret, SourceResult> } {
  const uses = usesOf(input)
  const results = [...granted].map(([phaseSecret, grant]) => {
    const used = phaseSecret.targets.flatMap((target) => {
      const place = placeOf(namespaceOf(target, input.appNamespace), target.name)
      const keys = (uses.get(place) ?? []).map(({ key }) => key)
      return keys.flatMap((key) => phaseKeyOf(key, target))
    })
    return [phaseSecret, resultOf(phaseSecret, grant, used)] as const
  })
  return { results: new Map(results) }
}

function resultOf(
  { request, host, targets }: PhaseSecret,
  grant: Granted,
  used: readonly string[],
): SourceResult {
  const processors = new Map(targets.flatMap((target) => [...target.processors]))
  const keys = [...new Set([...processors.keys(), ...used])].sort()
  const { app, environment, tag } = request
  const path = normalisePath(request.path) ?? request.path
  const at = host === undefined ? '' : ` at ${host}`
  const tagged = tag === undefined ? '' : `, tag ${tag}`
  const place = `${appOf(request)} / ${environment}, path ${path}${tagged}${at}`
  return {
    host: spellHost(grant.host),
    appId: app.id ?? `<id of ${app.name}>`,
    environmentId: `<id of ${environment}>`,
    referencedEnvironmentIds: [],
    path,
    checksumKey: NO_KEY,
    sealingKey: NO_KEY,
    secrets: keys.map((key) => {
      const words = `${kindOf(processors.get(key))} ${key} from ${place}`
      return { key, value: SecretValue.ofText(words) }
    }),
    isPlaceholder: true,
    warnings: [],
  }
}

function kindOf(processor: Processor | undefined): string {
  return processor?.type === 'base64' ? 'bytes' : 'text'
}

/** The key of Phase that would become this one; none if no ordinary one would. */
function phaseKeyOf(key: string, { processors, nameTransformer }: ManagedSecret): string[] {
  const named = (phaseKey: string, { asName, nameTransformer: own }: Processor): string =>
    asName ?? transformKey(own ?? nameTransformer, phaseKey)
  if ([...processors].some(([phaseKey, processor]) => named(phaseKey, processor) === key)) return []
  const words = key
    .replace(/^TF_VAR_/, '')
    .replace(/(?<=[a-z0-9])[A-Z]/g, '_$&')
    .replaceAll('-', '_')
  const guess = nameTransformer === 'upper_snake' ? key : words.toUpperCase()
  return !processors.has(guess) && transformKey(nameTransformer, guess) === key ? [guess] : []
}

interface Use {
  readonly place: string
  readonly key: string
}

/** The single keys that workloads read, by the Secret. */
function usesOf({ objects, extraKinds, appNamespace }: PlaceholderInput): Map<string, Use[]> {
  const { workloads } = findWorkloads(objects, extraKinds, appNamespace)
  const uses = workloads.flatMap(({ object }) => {
    const namespace = namespaceOf(object.object, appNamespace)
    const template = valueAt(object.value, ...POD_TEMPLATE)
    return secretReferences(template).flatMap(({ name, keys, optional }) =>
      keys === 'all' || optional
        ? []
        : keys.map((key) => ({ place: placeOf(namespace, name), key })),
    )
  })
  return Map.groupBy(uses, ({ place }) => place)
}

function placeOf(namespace: string, name: string): string {
  return JSON.stringify([namespace, name])
}
