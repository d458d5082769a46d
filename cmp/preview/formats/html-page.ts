// A preview in, what every section of the page has to know out: which objects are told of, and under
// which id. Ids are numbers of ours: a name would have to be trusted.
import type { Preview, PreviewObject } from '../../../render/preview/model.ts'
import { podsStateOf } from './pods.ts'

export interface Page {
  readonly preview: Preview
  readonly hasBase: boolean
  /** The id of the place that tells of an object; absent where nothing is to be told. */
  readonly homes: ReadonlyMap<PreviewObject, string>
  readonly secrets: readonly PreviewObject[]
  readonly workloads: readonly PreviewObject[]
  /** Objects whose diff has a place of its own; a Secret's stands with its keys. */
  readonly changed: ReadonlySet<PreviewObject>
}

export function pageOf(preview: Preview): Page {
  const hasBase = preview.base !== undefined
  const { objects } = preview
  const homes = new Map<PreviewObject, string>()
  for (const [index, object] of objects.entries()) {
    if (!hasBase || isTold(object)) homes.set(object, `o${index + 1}`)
  }
  return {
    preview,
    hasBase,
    homes,
    secrets: objects.filter(({ secret }) => secret !== undefined),
    workloads: objects.filter(({ workload }) => workload !== undefined),
    changed: new Set(
      hasBase ? objects.filter((each) => each.secret === undefined && isChanged(each)) : [],
    ),
  }
}

/** The id of an object's diff; that of a workload may stand apart from what is told of its pods. */
export function diffId({ homes }: Page, object: PreviewObject): string {
  const home = homes.get(object) ?? ''
  return isPodsStory(object) ? `${home}-diff` : home
}

/** Whether a workload's pods, or what they do not see, are worth a row. */
export function isPodsStory({ workload }: PreviewObject): boolean {
  return workload !== undefined && podsStateOf(workload) !== undefined
}

function isTold(object: PreviewObject): boolean {
  return isChanged(object) || isPodsStory(object)
}

function isChanged({ change = 'same', secret, diff }: PreviewObject): boolean {
  if (change !== 'same' || diff !== undefined) return true
  return secret?.keys.some((key) => (key.change ?? 'same') !== 'same') === true
}
