// A Secret's annotations in; which of them the SealedSecret has and which its template, that is the
// Secret that the controller makes. kubeseal puts all of them into the template, Argo CD's too, where
// nobody reads them. Labels all go into the template.
import { FIELDS } from '../provenance.ts'
import { SCOPE_ANNOTATIONS } from './scope.ts'

type Annotations = Readonly<Record<string, string>>

/** Where annotations go. */
export interface PlacedAnnotations {
  readonly sealedSecret: Annotations
  readonly template: Annotations
}

type Place = 'sealed secret' | 'template' | 'both' | 'nowhere'

/** What is not listed goes into the template. */
const PLACES: ReadonlyMap<string, Place> = new Map([
  // Argo CD reads these of what it applies, and it applies the SealedSecret.
  ['argocd.argoproj.io/hook', 'sealed secret'],
  ['argocd.argoproj.io/hook-delete-policy', 'sealed secret'],
  ['argocd.argoproj.io/sync-wave', 'sealed secret'],
  ['argocd.argoproj.io/sync-options', 'sealed secret'],
  ['argocd.argoproj.io/compare-options', 'sealed secret'],
  ['argocd.argoproj.io/tracking-id', 'sealed secret'],
  ['argocd.argoproj.io/installation-id', 'sealed secret'],
  ['argocd.argoproj.io/ignore-healthcheck', 'sealed secret'],
  // Argo CD does not see that a key is gone from what has `ServerSideApply=true`; this tells it.
  [FIELDS, 'both'],
  // The scope is given, and said where the controller reads it.
  ...SCOPE_ANNOTATIONS.map((name) => [name, 'nowhere'] as const),
  // These hold a copy of the whole Secret, values and all (kubectl, kubecfg, kapp, Rancher's Fleet, and
  // the libraries of operators).
  ['kubectl.kubernetes.io/last-applied-configuration', 'nowhere'],
  ['kubecfg.ksonnet.io/last-applied-configuration', 'nowhere'],
  ['kapp.k14s.io/original', 'nowhere'],
  ['kapp.k14s.io/original-diff', 'nowhere'],
  ['kapp.k14s.io/original-diff-full', 'nowhere'],
  ['objectset.rio.cattle.io/applied', 'nowhere'],
  ['banzaicloud.com/last-applied', 'nowhere'],
  ['kopf.zalando.org/last-handled-configuration', 'nowhere'],
])

/** Places each annotation; the order is kept. */
export function placeAnnotations(annotations: Annotations): PlacedAnnotations {
  const placed = Object.entries(annotations).map(
    (entry) => [PLACES.get(entry[0]) ?? 'template', entry] as const,
  )
  const at = (wanted: Place): Annotations =>
    Object.fromEntries(
      placed.flatMap(([place, entry]) => (place === wanted || place === 'both' ? [entry] : [])),
    )
  return { sealedSecret: at('sealed secret'), template: at('template') }
}
