// Metadata in; what of it Argo CD itself acts on out.
import type { Fields } from './fields.ts'
import type { Position } from './problem.ts'

/** Annotations by which Argo CD orders and applies an object. */
const ANNOTATIONS = [
  'argocd.argoproj.io/hook',
  'argocd.argoproj.io/hook-delete-policy',
  'argocd.argoproj.io/sync-wave',
  'argocd.argoproj.io/sync-options',
  'argocd.argoproj.io/compare-options',
]

/** By this label Argo CD takes a Secret for one of its repositories, clusters or credentials. */
const SECRET_TYPE = 'argocd.argoproj.io/secret-type'

/** The annotations by which Argo CD orders and applies an object, as far as `metadata` has them. */
export function readArgocdAnnotations(metadata: Fields): Record<string, string> {
  const annotations = metadata.map('annotations')
  const entries = ANNOTATIONS.flatMap((name) => {
    const value = annotations?.string(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(entries)
}

/** Where the label is written that makes a Secret Argo CD's own; undefined without it. */
export function argocdSecretAt(labels: Fields | undefined): Position | undefined {
  return labels?.names().includes(SECRET_TYPE) ? labels.at(SECRET_TYPE) : undefined
}
