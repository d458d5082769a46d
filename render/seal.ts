// Rendered Secrets that policies want sealed in; SealedSecrets without a value in the clear, or why there
// are none, out. Everything is checked before anything is sealed.
import type { Outcome } from '../manifests/document.ts'
import type { Problem } from '../manifests/problem.ts'
import { isOurs } from '../manifests/provenance.ts'
import type { ChosenCertificate, SealingCertificate } from '../manifests/sealing/certificate.ts'
import type { SealedSecretObject } from '../manifests/sealing/seal-secret.ts'
import { sealSecret } from '../manifests/sealing/seal-secret.ts'
import type { RenderedSecret } from './model.ts'

/** What the platform seals with. */
export interface Sealing {
  /** The certificate of this name, or why nothing may be sealed for it. */
  certificate(name: string): Outcome<ChosenCertificate>
  /** The platform's own key, 32 bytes; undefined: each Secret's `sealingKey`. */
  key(): Outcome<Uint8Array | undefined>
}

/** What came of the Secrets. With an error among `problems`, `sealed` is not complete. */
export interface SealedSecrets {
  readonly sealed: ReadonlyMap<RenderedSecret, SealedSecretObject>
  readonly problems: readonly Problem[]
}

/** Bytes of keys and ciphertexts. etcd takes 1.5 MiB for the whole object (etcd, --max-request-bytes). */
const LARGEST = 1_500_000

/** Seals those that have to be. @param appNamespace where Argo CD puts what names no namespace. */
export function sealSecrets(
  secrets: readonly RenderedSecret[],
  sealing: Sealing,
  appNamespace: string | undefined,
): SealedSecrets {
  const wanted = secrets.map((secret) => placed(secret, appNamespace))
  const problems: Problem[] = wanted.flatMap(({ secret }) => placeProblems(secret))
  const certificates = certificatesOf(secrets, sealing, problems)
  const key = sealing.key()
  if ('problems' in key) problems.push(...key.problems)
  const sealed = new Map<RenderedSecret, SealedSecretObject>()
  if ('problems' in key || problems.some(({ severity }) => severity === 'error')) {
    return { sealed, problems }
  }
  for (const { original, secret } of wanted) {
    const certificate = certificates.get(secret.sealed?.certificate ?? '')
    if (secret.sealed === undefined || certificate === undefined) continue
    const { scope } = secret.sealed
    const mode = { kind: 'deterministic', key: key.value ?? secret.sealingKey } as const
    const made = withProvenance(sealSecret(secret, { certificate, scope, mode }), secret)
    problems.push(...sizeProblems(made, secret))
    sealed.set(original, made)
  }
  return { sealed, problems }
}

/** A value is bound to its namespace: the one that Argo CD would choose has to be said. */
function placed(secret: RenderedSecret, appNamespace: string | undefined) {
  return { original: secret, secret: { ...secret, namespace: secret.namespace ?? appNamespace } }
}

function placeProblems({ at, name, namespace, sealed }: RenderedSecret): Problem[] {
  if (sealed === undefined || namespace !== undefined || sealed.scope === 'cluster-wide') return []
  const message = `Secret ${name} cannot be sealed with scope ${sealed.scope}: it has no namespace`
  const hint = 'set secretNamespace, or spec.destination.namespace of the Application'
  return [{ severity: 'error', fault: 'input', at, message, hint }]
}

/** Each certificate once, and what is to be said of it. */
function certificatesOf(
  secrets: readonly RenderedSecret[],
  sealing: Sealing,
  problems: Problem[],
): ReadonlyMap<string, SealingCertificate> {
  const names = new Set(secrets.flatMap(({ sealed }) => (sealed ? [sealed.certificate] : [])))
  const found = new Map<string, SealingCertificate>()
  for (const name of [...names].sort()) {
    const outcome = sealing.certificate(name)
    problems.push(...('problems' in outcome ? outcome.problems : outcome.value.problems))
    if ('value' in outcome) found.set(name, outcome.value.certificate)
  }
  return found
}

/** Also on the SealedSecret, for Argo CD to see a field that is gone and for `watch` to find. */
function withProvenance(made: SealedSecretObject, secret: RenderedSecret): SealedSecretObject {
  const ours = Object.entries(secret.annotations).filter(([name]) => isOurs(name))
  const annotations = { ...made.metadata.annotations, ...Object.fromEntries(ours) }
  return { ...made, metadata: { ...made.metadata, annotations } }
}

function sizeProblems({ spec }: SealedSecretObject, { at, name }: RenderedSecret): Problem[] {
  const entries = [...spec.encryptedData]
  const size = entries.reduce((sum, [key, text]) => sum + key.length + text.length, 0)
  if (size <= LARGEST) return []
  const message = `Secret ${name} is too large once it is sealed: ${size} bytes, of ${LARGEST} at most`
  const hint = 'a value takes a third more when it is sealed; ask for fewer of them'
  return [{ severity: 'error', fault: 'input', at, message, hint }]
}
