// Fixes for objects that a chart or an overlay makes in; entries for `patches` of a kustomization.yaml out,
// one for each object.
import type { Fix } from '../../../manifests/check/model.ts'
import { withTests } from '../../../manifests/check/patch.ts'
import type { ManifestObject } from '../../../manifests/document.ts'
import { combine, refusal } from '../../../manifests/fix/combine.ts'
import { printLines } from '../../../manifests/fix/layout.ts'
import { operationsOf } from '../../../manifests/fix/rebase.ts'
import type { Problem } from '../../../manifests/problem.ts'

/** A patch that somebody may add to an overlay. */
export interface Suggestion {
  /** What it does, one for each fix. */
  readonly titles: readonly string[]
  /** Where the object comes from. */
  readonly file: string
  /** An item of the list `patches`, each line with a newline. */
  readonly entry: string
}

const LAYOUT = { hasFlowLists: true, dash: 2 }

/** One suggestion for each object, in the order of their files and names. */
export function suggest(fixes: readonly Fix[]): {
  readonly suggestions: readonly Suggestion[]
  readonly refused: readonly Problem[]
} {
  const suggestions: Suggestion[] = []
  const refused: Problem[] = []
  for (const [object, own] of byObject(fixes)) {
    if (object.object.name === undefined) {
      refused.push(...own.map((fix) => refusal(fix, 'is for an object without a name')))
      continue
    }
    const result = combine(object.value, own)
    refused.push(...result.refused)
    const operations = withTests({
      title: '',
      object,
      operations: operationsOf(result.moves),
      isSafe: true,
    })
    if (operations.length === 0) continue
    suggestions.push({
      titles: [...new Set(result.applied.map(({ title }) => title))],
      file: object.parsed.document.file,
      entry: entryFor(object, printLines(operations, '      ', LAYOUT)),
    })
  }
  return { suggestions, refused }
}

/** What Kustomize finds the object by: it takes names for regular expressions. */
function entryFor({ apiVersion, object }: ManifestObject, patch: string): string {
  const slash = apiVersion.indexOf('/')
  const target = {
    ...(slash === -1 ? {} : { group: apiVersion.slice(0, slash) }),
    version: apiVersion.slice(slash + 1),
    kind: object.kind,
    name: literal(object.name ?? ''),
    ...(object.namespace === undefined ? {} : { namespace: literal(object.namespace) }),
  }
  return `  - target:\n${printLines(target, '      ', LAYOUT)}    patch: |-\n${patch}`
}

function literal(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

function byObject(fixes: readonly Fix[]): (readonly [ManifestObject, Fix[]])[] {
  const groups = new Map<string, [ManifestObject, Fix[]]>()
  for (const fix of fixes) {
    const { object, parsed, path, apiVersion } = fix.object
    const { document } = parsed
    const id = [apiVersion, object.kind, object.namespace, object.name, document.line, path]
    const key = JSON.stringify([document.file, ...id])
    const group = groups.get(key) ?? [fix.object, []]
    group[1].push(fix)
    groups.set(key, group)
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}
