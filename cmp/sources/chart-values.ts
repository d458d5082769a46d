// A chart in, its default values by their path out (`image.tag`, `hosts[0]`), as Argo CD shows them for
// its own Helm source (argo-cd util/helm: flatVals).
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import type { Outcome } from '../../manifests/document.ts'
import { wholeFile } from '../../manifests/problem.ts'
import { readBounded } from '../read-file.ts'
import type { Repository } from './places.ts'
import { locate } from './places.ts'

/** Bytes of values.yaml; and values that are shown. */
const LARGEST = 1024 * 1024
const MOST_VALUES = 2000

/** @param chart the chart's folder, real. A chart without values.yaml has no defaults. */
export function defaultValues(
  chart: string,
  repository: Repository,
): Outcome<ReadonlyMap<string, string>> {
  const path = join(chart, 'values.yaml')
  const place = locate(repository.root, path)
  if (place === 'missing') return { value: new Map() }
  const bytes = typeof place === 'string' ? 'unreadable' : readBounded(place.real, LARGEST)
  const values = typeof bytes === 'string' ? undefined : parse(bytes.toString('utf8'))
  if (values === undefined) {
    const at = wholeFile(repository.display(path))
    const message = 'is no readable YAML of the repository'
    const hint = 'mend it: links may not leave the repository'
    return { problems: [{ severity: 'error', fault: 'input', at, message, hint }] }
  }
  const flat = new Map<string, string>()
  flatten(values.value, '', flat)
  return { value: flat }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    const yaml = parseDocument(text, { logLevel: 'silent' })
    return yaml.errors.length > 0 ? undefined : { value: yaml.toJS({ maxAliasCount: 100 }) }
  } catch {
    return undefined
  }
}

function flatten(value: unknown, path: string, flat: Map<string, string>): void {
  if (flat.size >= MOST_VALUES || value === null || value === undefined) return
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) flatten(item, `${path}[${index}]`, flat)
  } else if (typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      flatten(item, path === '' ? key : `${path}.${key}`, flat)
    }
  } else if (path !== '') flat.set(path, String(value))
}
