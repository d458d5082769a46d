// Secrets and what to seal them with in; SealedSecrets out, or what keeps one from being sealed.
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'
import { printSealedSecretJson } from '../../manifests/sealing/print.ts'
import { repeatedValues } from '../../manifests/sealing/read-secret.ts'
import type { SealingScope } from '../../manifests/sealing/scope.ts'
import { scopeOf } from '../../manifests/sealing/scope.ts'
import type {
  SealedSecretObject,
  SealingOptions,
  SecretToSeal,
} from '../../manifests/sealing/seal-secret.ts'
import { sealSecret } from '../../manifests/sealing/seal-secret.ts'
import type { FoundSecret } from './input.ts'

/** What the command line says of the Secrets. */
export interface PlaceOptions {
  /** Absent: what the annotations of each Secret say, as for kubeseal. */
  readonly scope?: SealingScope | undefined
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly allowEmptyData: boolean
}

/** etcd's limit for one request (`--max-request-bytes`). */
const MOST_BYTES = 1_572_864

/** Seals all Secrets or none. Warnings are among the problems of a success, too. */
export function sealAll(
  found: readonly FoundSecret[],
  options: PlaceOptions,
  { certificate, mode }: Omit<SealingOptions, 'scope'>,
): { readonly sealed: readonly SealedSecretObject[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const sealed: SealedSecretObject[] = []
  if (found.length === 0) problems.push(NOTHING)
  if (found.length > 1 && options.name !== undefined) problems.push(ONE_NAME)
  const seen = new Set<string>()
  for (const each of found) {
    const placed = place(each, options)
    if ('problems' in placed) {
      problems.push(...placed.problems)
      continue
    }
    const { scope, secret } = placed.value
    const identity = `${secret.namespace ?? ''}/${secret.name}`
    if (seen.has(identity)) problems.push(problemOf(each, 'there is another Secret of this name'))
    seen.add(identity)
    for (const fault of repeatedValues(secret)) problems.push(repeated(each, fault))
    if (options.scope === undefined && scope !== 'strict') problems.push(widened(each, scope))
    const object = sealSecret(secret, { certificate, mode, scope })
    problems.push(...tooLarge(each, object))
    sealed.push(object)
  }
  return { sealed, problems }
}

const NOTHING: Problem = {
  severity: 'error',
  fault: 'input',
  message: 'there is no Secret to seal',
  hint: 'the input has neither a Secret nor a PhaseSecret',
}
const ONE_NAME = usageError('--name is for one Secret, and there are several', 'leave it out')

/** The Secret with the namespace and the name that it is sealed under. */
function place(
  found: FoundSecret,
  { namespace, name, scope: wanted, allowEmptyData }: PlaceOptions,
): Outcome<{ readonly scope: SealingScope; readonly secret: SecretToSeal }> {
  const { secret } = found
  const scope = wanted ?? scopeOf(secret.annotations)
  const problems: Problem[] = []
  if (namespace !== undefined && (secret.namespace ?? namespace) !== namespace) {
    const message = 'has another namespace than --namespace says'
    problems.push(problemOf(found, message, 'leave --namespace out, or correct the Secret'))
  }
  const placed = { ...secret, name: name ?? secret.name, namespace: secret.namespace ?? namespace }
  if (placed.namespace === undefined && scope !== 'cluster-wide') {
    const hint = 'name it with --namespace, or widen it with --scope cluster-wide'
    problems.push(problemOf(found, `has no namespace, which scope ${scope} binds it to`, hint))
  }
  if (secret.data.size === 0 && !allowEmptyData) {
    problems.push(problemOf(found, 'has no data', 'if that is meant, add --allow-empty-data'))
  }
  return problems.length > 0 ? { problems } : { value: { scope, secret: placed } }
}

/** Whoever wrote the manifest chose it; whoever seals should know. */
function widened(found: FoundSecret, scope: SealingScope): Problem {
  const hint = 'to hold it to its name and namespace, add --scope strict'
  const message = `is sealed with scope ${scope}, as its annotation says`
  return { ...problemOf(found, message, hint), severity: 'notice' }
}

function repeated(found: FoundSecret, fault: string): Problem {
  const hint = 'it is not sealed there, and anybody who sees the SealedSecret can read it'
  return { ...problemOf(found, fault, hint), severity: 'warning' }
}

function tooLarge(found: FoundSecret, object: SealedSecretObject): Problem[] {
  const size = Buffer.byteLength(printSealedSecretJson(object))
  if (size <= MOST_BYTES) return []
  const message = `sealed it has ${size} bytes, and etcd takes ${MOST_BYTES}`
  return [problemOf(found, message, 'spread the keys over several Secrets')]
}

function problemOf({ at, object }: FoundSecret, message: string, hint?: string): Problem {
  return { severity: 'error', fault: 'input', at, object, message, hint }
}
