// A PhaseSecret and what Phase holds for it in; its Secrets, or everything that stands in their
// way, out. Two keys never silently become one, and no message holds a value.
import { createHash } from 'node:crypto'
import { decodeBase64 } from '../manifests/base64.ts'
import { nearest } from '../manifests/did-you-mean.ts'
import type { Outcome } from '../manifests/document.ts'
import { shownName } from '../manifests/names.ts'
import type { Position, Problem } from '../manifests/problem.ts'
import { FIELDS, MOST_REFERENCED, provenanceAnnotations } from '../manifests/provenance.ts'
import { secretFaults, secretKeyFault } from '../manifests/secret.ts'
import { SecretValue } from '../manifests/secret-value.ts'
import { transformKey } from './key-names.ts'
import type { Granted, ManagedSecret, PhaseSecret, RenderedSecret } from './model.ts'
import type { SourceResult, SourceSecret } from './source.ts'

/** What came of a PhaseSecret. With an error among `problems`, `secrets` is not complete. */
export interface Emission {
  readonly secrets: readonly RenderedSecret[]
  readonly problems: readonly Problem[]
}

/** One Secret while it is made. */
interface Draft {
  readonly phaseSecret: PhaseSecret
  readonly target: ManagedSecret
  readonly result: SourceResult
  readonly sealed: Granted['sealed']
}

const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options'

/** One Secret per managedSecretReference, in their order. @param sealed what policies say of their output. */
export function emitSecrets(
  phaseSecret: PhaseSecret,
  result: SourceResult,
  sealed?: Granted['sealed'],
): Emission {
  const secrets: RenderedSecret[] = []
  const problems: Problem[] = tooManyEnvironments(phaseSecret, result)
  for (const target of phaseSecret.targets) {
    const outcome = emitSecret({ phaseSecret, target, result, sealed })
    if ('problems' in outcome) problems.push(...outcome.problems)
    else secrets.push(outcome.value)
  }
  return { secrets, problems }
}

function emitSecret(draft: Draft): Outcome<RenderedSecret> {
  const { phaseSecret, target, result, sealed } = draft
  const sources = sourcesByKey(draft)
  const data = new Map<string, SecretValue>()
  const problems = strayProcessors(draft)
  for (const [key, group] of sources) {
    problems.push(...keyProblems(draft, key, group))
    for (const source of group) {
      const value = decoded(draft, source)
      if (value === undefined) problems.push(notBase64(draft, source))
      else data.set(key, value)
    }
  }
  if (problems.length > 0) return { problems }
  const annotations = withFields(annotationsOf(draft), [...data.keys()], target.labels)
  // Words in the place of a certificate are none.
  const faults = result.isPlaceholder ? [] : contentProblems(draft, sources, data, annotations)
  if (faults.length > 0) return { problems: faults }
  const value: RenderedSecret = {
    at: target.at,
    name: target.name,
    namespace: target.namespace,
    type: target.type,
    labels: target.labels,
    annotations,
    data,
    isPlaceholder: result.isPlaceholder ?? false,
    environmentId: result.environmentId,
    checksumKey: result.checksumKey,
    sealingKey: result.sealingKey,
    sealed,
    redeploySelector: phaseSecret.redeploySelector,
  }
  return { value }
}

/** An annotation has room for many, and nobody is to believe that it names all. */
function tooManyEnvironments(
  { object, at, fields }: PhaseSecret,
  { referencedEnvironmentIds: { length } }: SourceResult,
): Problem[] {
  if (length <= MOST_REFERENCED) return []
  const message = `references lead to ${length} other environments, of which watch is told ${MOST_REFERENCED}`
  const hint = 'a change in the others arrives with the next render'
  return [
    { severity: 'warning', fault: 'input', at: fields.environment ?? at, object, message, hint },
  ]
}

/** Which Phase secrets become which key, sorted by key. */
function sourcesByKey({ target, result }: Draft): Map<string, SourceSecret[]> {
  const named = Map.groupBy(result.secrets, ({ key }) => {
    const processor = target.processors.get(key)
    if (processor?.asName !== undefined) return processor.asName
    return transformKey(processor?.nameTransformer ?? target.nameTransformer, key)
  })
  return new Map([...named].sort(([left], [right]) => (left < right ? -1 : 1)))
}

function strayProcessors(draft: Draft): Problem[] {
  const keys = draft.result.secrets.map(({ key }) => key)
  const known = new Set(keys)
  return [...draft.target.processors]
    .filter(([key]) => !known.has(key))
    .map(([key, { at }]) => {
      const meant = nearest(key, keys)
      return problem(
        draft,
        at,
        `there is a processor for key ${shownName(key)}, but Phase returned no such key`,
        meant === undefined
          ? 'keys are case-sensitive; check the environment, the path and the tag'
          : `did you mean ${shownName(meant)}?`,
      )
    })
}

/** What is wrong with a key of the Secret and with how many Phase secrets become it. */
function keyProblems(draft: Draft, key: string, group: readonly SourceSecret[]): Problem[] {
  const problems: Problem[] = []
  const names = group.map((source) => shownName(source.key)).join(', ')
  const at = group.map((source) => draft.target.processors.get(source.key)?.at).find(Boolean)
  const hint = 'give it another name with processors.<KEY>.asName'
  if (group.length > 1) {
    const message = `keys ${names} would all become key ${shownName(key)} of ${secretName(draft)}`
    problems.push(problem(draft, at, message, hint))
  }
  const fault = secretKeyFault(key)
  if (fault !== undefined) {
    const renamed = group.some((source) => source.key !== key)
    const become = renamed ? ` would become ${shownName(key)}, which` : ''
    const message = `key ${names}${become} is no key of a Secret: it ${fault}`
    problems.push(problem(draft, at, message, hint))
  }
  return problems
}

function decoded({ target, result }: Draft, { key, value }: SourceSecret): SecretValue | undefined {
  if (result.isPlaceholder || target.processors.get(key)?.type !== 'base64') return value
  const bytes = decodeBase64(value.revealText())
  return bytes === undefined ? undefined : SecretValue.ofBytes(bytes)
}

function notBase64(draft: Draft, { key }: SourceSecret): Problem {
  return problem(
    draft,
    draft.target.processors.get(key)?.at,
    `key ${shownName(key)} has a processor of type base64, but its value in Phase is not base64`,
    'store it in the standard alphabet with its padding, or drop "type: base64"',
  )
}

/** What the author wrote wins over what the PhaseSecret carries, and that over our default. */
function annotationsOf({ phaseSecret, target, result }: Draft): Record<string, string> {
  return {
    [SYNC_OPTIONS]: 'ServerSideApply=true',
    ...phaseSecret.argocdAnnotations,
    ...target.annotations,
    ...provenanceAnnotations({ ...result, pollingInterval: phaseSecret.pollingInterval }),
  }
}

/**
 * Adds a digest of the names of everything that the Secret has. Argo CD's diff does not see that a key,
 * label or annotation is gone from an object with `ServerSideApply=true` (3.6, controller/state.go:
 * no server-side diff without an option of the Application): it would stay in the cluster, Synced.
 */
function withFields(
  annotations: Record<string, string>,
  keys: readonly string[],
  labels: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = [
    ...keys.map((key) => `data ${key}`),
    ...Object.keys(labels).map((label) => `label ${label}`),
    ...Object.keys(annotations).map((annotation) => `annotation ${annotation}`),
  ]
  const digest = createHash('sha256').update(names.sort().join('\n')).digest('hex')
  return { ...annotations, [FIELDS]: digest.slice(0, 16) }
}

function contentProblems(
  draft: Draft,
  sources: ReadonlyMap<string, readonly SourceSecret[]>,
  data: ReadonlyMap<string, SecretValue>,
  annotations: Readonly<Record<string, string>>,
): Problem[] {
  const { target } = draft
  const bytes = new Map([...data].map(([key, value]) => [key, value.revealBytes()]))
  return secretFaults({ type: target.type, annotations, data: bytes }).map(
    ({ key = '', message, hint }) => {
      const source = sources.get(key)?.[0]?.key
      const at = source === undefined ? undefined : target.processors.get(source)?.at
      const from = source === undefined || source === key ? '' : ` (from ${shownName(source)})`
      return problem(draft, at, `${secretName(draft)}: ${message}${from}`, hint)
    },
  )
}

function secretName({ target }: Draft): string {
  return `Secret ${[target.namespace, target.name].filter(Boolean).join('/')}`
}

function problem(
  { phaseSecret, target }: Draft,
  at: Position | undefined,
  message: string,
  hint?: string,
): Problem {
  return {
    severity: 'error',
    fault: 'input',
    at: at ?? target.at,
    object: phaseSecret.object,
    message,
    hint,
  }
}
