// EN018: a managed cluster whose settings of encryption a change removes or replaces.
import type { Found, Rule } from '../../check/model.ts'
import type { FieldPath } from '../../check/places.ts'
import { placeOf } from '../../check/places.ts'
import type { ManifestObject } from '../../document.ts'
import { groupOf } from '../../object-key.ts'
import { isZero, valueAt } from '../../plain-value.ts'
import type { EncryptionFacts } from '../facts.ts'

/** Where each kind says how its cluster encrypts. */
interface Setting {
  /** The API group, or its end behind a dot. */
  readonly group: string
  readonly kind: string
  readonly path: readonly string[]
  /** Values that turn it off. */
  readonly off?: readonly unknown[] | undefined
  /** What happens to a change, where the provider refuses it. */
  readonly fixed?: string | undefined
}

const EKS = 'EKS can neither remove nor replace the key of a cluster'

const SETTINGS: readonly Setting[] = [
  { group: 'eksctl.io', kind: 'ClusterConfig', path: ['secretsEncryption', 'keyARN'], fixed: EKS },
  {
    group: 'eks.services.k8s.aws',
    kind: 'Cluster',
    path: ['spec', 'encryptionConfig'],
    fixed: EKS,
  },
  ...['eks.aws.upbound.io', 'eks.aws.m.upbound.io'].map((group) => ({
    group,
    kind: 'Cluster',
    path: ['spec', 'forProvider', 'encryptionConfig'],
    fixed: EKS,
  })),
  ...['state', 'keyName'].map((field) => ({
    group: 'container.cnrm.cloud.google.com',
    kind: 'ContainerCluster',
    path: ['spec', 'databaseEncryption', field],
    off: ['DECRYPTED'],
  })),
  ...['azureKeyVaultKms', 'kubernetesResourceObjectEncryptionProfile'].map((field) => ({
    group: 'containerservice.azure.com',
    kind: 'ManagedCluster',
    path: ['spec', 'securityProfile', field],
  })),
  {
    group: 'containerservice.azure.com',
    kind: 'ManagedCluster',
    path: ['spec', 'securityProfile', 'azureKeyVaultKms', 'enabled'],
    off: [false],
  },
  {
    group: 'config.openshift.io',
    kind: 'APIServer',
    path: ['spec', 'encryption', 'type'],
    off: ['identity', ''],
  },
  {
    group: 'hypershift.openshift.io',
    kind: 'HostedCluster',
    path: ['spec', 'secretEncryption'],
  },
  { group: 'kops.k8s.io', kind: 'Cluster', path: ['spec', 'encryptionConfig'], off: [false] },
]

export const managedCluster: Rule<EncryptionFacts> = {
  id: 'EN018',
  name: 'encryption-managed-cluster',
  chapter: 'encryption',
  severity: 'high',
  summary: 'a change removes or replaces the encryption settings of a managed cluster',
  why: 'Removed settings mean plain text from then on, or a controller that never gets done: EKS can neither remove nor replace its key. Where a key can be replaced, everything has to be rewritten before the old one goes.',
  fix: 'Leave the settings as they were. To change a key, follow the procedure of the provider: `argocd-phase-plugin encryption targets` names it.',
  fixable: 'no',
  example: {
    base: eksctl('\nsecretsEncryption:\n  keyARN: arn:aws:kms:eu-west-1:111122223333:key/example'),
    bad: eksctl(''),
    good: eksctl('\nsecretsEncryption:\n  keyARN: arn:aws:kms:eu-west-1:111122223333:key/example'),
  },
  *find({ objects, base }): Iterable<Found> {
    if (base === undefined) return
    const before = new Map(base.objects.map((object) => [keyOf(object), object]))
    for (const object of objects) {
      const old = before.get(keyOf(object))
      if (old === undefined) continue
      for (const setting of SETTINGS)
        if (isOf(object, setting)) yield* changes(old, object, setting)
    }
  },
}

function isOf({ apiVersion, object }: ManifestObject, { group, kind }: Setting): boolean {
  return object.kind === kind && groupOf(apiVersion) === group
}

/** Not of the version: moving to a newer one is no other object. */
function keyOf({ apiVersion, object }: ManifestObject): string {
  const { kind, namespace, name } = object
  return JSON.stringify([groupOf(apiVersion), kind, namespace, name])
}

function* changes(old: ManifestObject, object: ManifestObject, setting: Setting): Iterable<Found> {
  const { path, off = [], fixed } = setting
  const [before, after] = [old, object].map(({ value }) => valueAt(value, ...path))
  const wasOn = !isZero(before) && !off.includes(before)
  if (!wasOn || JSON.stringify(before) === JSON.stringify(after)) return
  // A moved field of a newer version is still there: compare what it says, not how.
  if (old.apiVersion !== object.apiVersion && !isZero(after) && !off.includes(after)) return
  const field = path.join('.')
  const isOff = isZero(after) || off.includes(after)
  const at = placeOf(object, path satisfies FieldPath)
  const why = fixed === undefined ? '' : `: ${fixed}`
  const message = isOff ? `${field} is removed or turned off${why}` : `${field} is changed${why}`
  yield {
    at,
    object: object.object,
    message,
    severity: isOff || fixed !== undefined ? 'high' : 'medium',
    hint: isOff ? 'put it back' : 'follow the procedure of the provider, and rewrite everything',
  }
}

function eksctl(more: string): string {
  return `---
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata:
  name: prod
  region: eu-west-1${more}
`
}
