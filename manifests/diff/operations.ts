// Two states of an object in; how to get from one to the other out, as a JSON patch (RFC 6902).
import jsonPatch from 'fast-json-patch'

/** One operation of a JSON patch; `path` is a JSON pointer (RFC 6901). */
export interface Operation {
  readonly op: 'add' | 'remove' | 'replace'
  readonly path: string
  readonly value?: unknown
}

/** Empty if they are equal. Items of lists are compared by their index. */
export function operationsBetween(before: object, after: object): Operation[] {
  return jsonPatch.compare(before, after).flatMap((operation): Operation[] => {
    const { op, path } = operation
    if (op === 'remove') return [{ op, path }]
    return op === 'add' || op === 'replace' ? [{ op, path, value: operation.value }] : []
  })
}
