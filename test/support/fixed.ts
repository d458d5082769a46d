// What a fix makes of the manifests that it was found in, by the operations alone: RFC 6902 as another
// program applies it.
import jsonPatch from 'fast-json-patch'
import { stringify } from 'yaml'
import type { Facts } from '../../manifests/check/facts.ts'
import type { Fix } from '../../manifests/check/model.ts'

/** The manifests after a fix; objects that no rule looks into are left out. */
export function fixedText({ objects }: Facts, { object, operations }: Fix): string {
  if (!objects.includes(object)) throw new Error('the fix is of no object of the manifests')
  const texts = objects.map((each) => {
    if (each !== object) return print(each.value)
    const before = jsonPatch.deepClone(each.value)
    const patch = jsonPatch.deepClone(operations)
    return print(jsonPatch.applyPatch(before, patch, true).newDocument)
  })
  return texts.join('---\n')
}

function print(value: unknown): string {
  return stringify(value, { version: '1.1' })
}
