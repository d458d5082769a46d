// A folder in, what Argo CD would take it for out: a chart, a kustomization, or plain manifests.
import { readdirSync } from 'node:fs'

/** The kinds of source, by the names that the parameter `sourceType` takes. */
export const SOURCE_TYPES = ['directory', 'helm', 'kustomize'] as const
/** One of them. */
export type SourceType = (typeof SOURCE_TYPES)[number]

/** What makes a folder a chart. */
export const CHART = 'Chart.yaml'
/** Every name that Kustomize takes (its api/konfig: RecognizedKustomizationFileNames). */
export const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const

/**
 * What Argo CD's own detection says. A folder with both is Kustomize's to it: it walks the names in
 * order and the last one counts (argo-cd util/app/discovery: Discover).
 */
export function detect(folder: string): SourceType {
  let names: string[]
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)
  } catch {
    return 'directory'
  }
  if (KUSTOMIZATIONS.some((name) => names.includes(name))) return 'kustomize'
  return names.includes(CHART) ? 'helm' : 'directory'
}
