// The objects of the finished stream in; what must not reach Argo CD out. It would quote the
// objects of a bad stream, values and all, in its errors and logs.
import { objectKey } from '../manifests/object-key.ts'
import type { ObjectName, Position, Problem } from '../manifests/problem.ts'
import { wholeFile } from '../manifests/problem.ts'

/** One object of the stream. */
export interface StreamObject {
  readonly apiVersion: string
  readonly object: ObjectName
  readonly at: Position
}

/** Two objects of one group, kind, namespace and name; without a namespace they are in `appNamespace`. */
export function findDuplicates(
  objects: readonly StreamObject[],
  appNamespace: string | undefined,
): Problem[] {
  const seen = new Map<string, StreamObject>()
  return objects.flatMap((each) => {
    const { kind, namespace, name } = each.object
    if (!name) return []
    const identity = objectKey({ apiVersion: each.apiVersion, kind, namespace, name }, appNamespace)
    const first = seen.get(identity)
    if (first === undefined) {
      seen.set(identity, each)
      return []
    }
    const { file, line } = first.at
    return [
      {
        severity: 'error',
        fault: 'input',
        at: each.at,
        object: each.object,
        message: `the stream already has this object, from ${file}:${line}`,
        hint: 'rename or remove one of the two',
      },
    ]
  })
}

/** A stream without objects: Argo CD would take it for an Application that has none, and prune. */
export function requireObjects(
  objects: readonly StreamObject[],
  files: readonly { readonly path: string }[],
): Problem[] {
  const file = files[0]?.path
  if (objects.length > 0 || file === undefined) return []
  return [
    {
      severity: 'error',
      fault: 'input',
      at: wholeFile(file),
      message: 'the input holds no Kubernetes objects',
      hint: 'an empty result would delete everything that was deployed before',
    },
  ]
}
