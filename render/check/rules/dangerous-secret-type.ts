// RB047: values of Phase become a credential of the cluster or of Argo CD itself.
import type { Fix, Found, Rule, Severity } from '../../../manifests/check/model.ts'
import type { FieldPath } from '../../../manifests/check/places.ts'
import { placeOf } from '../../../manifests/check/places.ts'
import { objectName } from '../../../manifests/check/words.ts'
import type { ManifestObject } from '../../../manifests/document.ts'
import { pointerOf } from '../../../manifests/fix/pointer.ts'
import { groupOf } from '../../../manifests/object-key.ts'
import type { ManagedSecret } from '../../model.ts'
import type { PhaseFacts } from '../facts.ts'

const phaseSecret = (type: string) => `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: keyspace
  namespace: keyspace
spec:
  phaseApp: keyspace
  managedSecretReferences:
    - secretName: keyspace-cloud-prod-secret
      secretType: ${type}
`

/** What the control plane does with Secrets of these types. */
const TYPES: ReadonlyMap<string, string> = new Map([
  [
    'kubernetes.io/service-account-token',
    'which has Kubernetes put a ServiceAccount token without expiry into it',
  ],
  ['bootstrap.kubernetes.io/token', 'which lets new nodes join the cluster'],
])

const SECRET_TYPE = 'argocd.argoproj.io/secret-type'
const CONTROL_PLANE = 'kube-system'
const ARGO_CD = 'argocd'

export const dangerousSecretType: Rule<PhaseFacts> = {
  id: 'RB047',
  name: 'dangerous-secret-type',
  chapter: 'phase',
  severity: 'high',
  summary: 'a managed Secret becomes a credential of the cluster or of Argo CD',
  why: 'Some Secrets are more than data. Kubernetes fills a `kubernetes.io/service-account-token` with a token, takes `bootstrap.kubernetes.io/token` for a way to join the cluster, and its own components read Secrets of `kube-system`. Argo CD takes a Secret with the label `argocd.argoproj.io/secret-type` for a cluster, a repository or its credentials. Whoever may change values in Phase then changes those.',
  fix: 'Use the type `Opaque` and a namespace of the application. What Argo CD or the cluster needs is written by the platform team, in a repository of its own.',
  fixable: 'yes',
  example: { bad: phaseSecret('kubernetes.io/service-account-token'), good: phaseSecret('Opaque') },
  *find(facts): Iterable<Found> {
    const argocd = argocdNamespaces(facts)
    for (const [object, { targets }] of facts.phaseSecrets) {
      for (const [index, target] of targets.entries()) {
        const path = ['spec', 'managedSecretReferences', index]
        for (const said of faultsOf(facts, object, target, path, argocd)) {
          yield {
            ...said,
            object: objectName(object.object),
            secrets: [{ name: target.name, namespace: target.namespace }],
          }
        }
      }
    }
  },
}

function* faultsOf(
  facts: PhaseFacts,
  object: ManifestObject,
  { name, type, namespace: own, argocdSecretAt }: ManagedSecret,
  path: FieldPath,
  argocd: ReadonlySet<string>,
): Generator<Pick<Found, 'at' | 'message' | 'hint' | 'fix' | 'severity'>> {
  const effect = TYPES.get(type)
  if (effect !== undefined) {
    const field = [...path, 'secretType']
    yield {
      at: placeOf(object, field),
      message: `gives Secret ${name} the type ${type}, ${effect}`,
      hint: 'use the type Opaque',
      fix: change(object, `make ${name} Opaque`, field, 'Opaque'),
    }
  }
  const namespace = own || facts.namespace
  if (namespace === CONTROL_PLANE || argocd.has(namespace)) {
    const owner = namespace === CONTROL_PLANE ? 'the control plane' : 'Argo CD'
    yield {
      at: placeOf(object, [...path, 'secretNamespace']),
      message: `writes Secret ${name} into namespace ${namespace}, which belongs to ${owner}`,
      hint: 'write it into a namespace of the application',
    }
  }
  if (argocdSecretAt !== undefined) {
    const field = [...path, 'template', 'metadata', 'labels', SECRET_TYPE]
    yield {
      at: argocdSecretAt,
      message: `labels Secret ${name} as one of Argo CD's clusters, repositories or credentials`,
      hint: `leave the label ${SECRET_TYPE} out`,
      fix: change(object, `leave the label ${SECRET_TYPE} out`, field),
      // Argo CD reads such Secrets only in its own namespace.
      ...severityOf(namespace === facts.namespace || argocd.has(namespace)),
    }
  }
}

function severityOf(mayCount: boolean): { readonly severity?: Severity } {
  return mayCount ? {} : { severity: 'medium' }
}

function change(object: ManifestObject, title: string, path: FieldPath, value?: string): Fix {
  return value === undefined
    ? { title, object, operations: [{ op: 'remove', path: pointerOf(path) }], isSafe: false }
    : { title, object, operations: [{ op: 'replace', path: pointerOf(path), value }], isSafe: true }
}

/** Argo CD's usual namespace, and those of AppProjects, which it reads in its own only. */
function argocdNamespaces({ seen }: PhaseFacts): ReadonlySet<string> {
  const found = seen.flatMap(({ apiVersion, object: { kind, namespace } }) =>
    kind === 'AppProject' && groupOf(apiVersion) === 'argoproj.io' && namespace ? [namespace] : [],
  )
  return new Set([ARGO_CD, ...found])
}
