// Documents in; the roles and bindings in them out, and what is wrong. Only documents that could hold
// one are parsed. What the API server would refuse grants nothing and is a warning; what cannot be read
// may grant anything and is an error.
import type { Document, ManifestObject } from '../document.ts'
import { identify } from '../identity.ts'
import { mayMatter } from '../may-matter.ts'
import { quotedName } from '../names.ts'
import { objectsOf } from '../objects.ts'
import { parse } from '../parse.ts'
import type { Problem } from '../problem.ts'
import { wholeFile } from '../problem.ts'
import type { Binding, RbacObjects, Role } from './model.ts'
import type { Reading } from './read-object.ts'
import { GROUP, readBinding, readRole } from './read-object.ts'
import type { Spend } from './shape.ts'

/** Bytes of one document: the API server takes no object over 3 MiB, and the parser needs 170 times as much. */
const LARGEST_DOCUMENT = 4 * 1024 * 1024
/** Bytes of all documents that are parsed. */
const MOST_BYTES = 32 * 1024 * 1024
/** Rules, their words and subjects, those that aliases repeat counted each time. */
const MOST_UNITS = 5_000_000

/** Removed in Kubernetes 1.22. */
const REMOVED = [`${GROUP}/v1beta1`, `${GROUP}/v1alpha1`]

const NARROW = 'name a folder that holds less'
const REFUSED = 'the API server refuses this object, so it grants nothing; mend it or remove it'

/** What was read. With an error among the problems, something may be missing. */
export interface RbacReading {
  readonly objects: RbacObjects
  readonly problems: readonly Problem[]
}

class TooMuchError extends Error {
  override readonly name = 'TooMuchError'
}

/**
 * Reads all roles and bindings.
 * @param namespace of objects that name none; without it they are in a namespace that has no name here.
 */
export function readRbac(documents: readonly Document[], namespace?: string): RbacReading {
  const found: Found = { roles: [], bindings: [], problems: [] }
  const spend = budget(MOST_UNITS)
  const mayHold = mayMatter([GROUP])
  let bytes = 0
  for (const document of documents) {
    // Not by its kind: whatever has a list called items is a list to kubectl and Argo CD.
    if (!mayHold(document) || identify(document) === 'empty') continue
    bytes += document.body.length
    if (document.body.length > LARGEST_DOCUMENT) {
      found.problems.push(tooLarge(document))
    } else if (bytes > MOST_BYTES || !readDocument(document, namespace, spend, found)) {
      found.problems.push(tooMuch(document))
      break
    }
  }
  const { roles, bindings, problems } = found
  return { objects: { roles, bindings }, problems }
}

interface Found {
  readonly roles: Role[]
  readonly bindings: Binding[]
  readonly problems: Problem[]
}

/** Reads objects that are parsed already, as `readRbac` reads documents; others are passed over. */
export interface RbacReader extends RbacReading {
  /** Which object each role and binding is, as `take` was told. */
  readonly origins: ReadonlyMap<Role | Binding, ManifestObject>
  /** @param origin what stands for the object afterwards. */
  take(object: ManifestObject, origin: ManifestObject): void
}

/** What it has read grows with every object. */
export function rbacReader(namespace?: string): RbacReader {
  const found: Found = { roles: [], bindings: [], problems: [] }
  const origins = new Map<Role | Binding, ManifestObject>()
  const spend = budget(MOST_UNITS)
  let isSpent = false
  return {
    objects: found,
    problems: found.problems,
    origins,
    take(object, origin) {
      if (isSpent) return
      const [roles, bindings] = [found.roles.length, found.bindings.length]
      try {
        readObject(object, namespace, spend, found)
      } catch (error) {
        if (!(error instanceof TooMuchError)) throw error
        isSpent = true
        found.problems.push(tooMuch(object.parsed.document))
      }
      for (const each of [...found.roles.slice(roles), ...found.bindings.slice(bindings)]) {
        origins.set(each, origin)
      }
    },
  }
}

/** @returns whether the budget was enough. */
function readDocument(
  document: Document,
  namespace: string | undefined,
  spend: Spend,
  found: Found,
): boolean {
  const parsed = parse(document)
  if ('problems' in parsed) {
    found.problems.push(...parsed.problems)
    return true
  }
  const { objects, problems } = objectsOf(parsed.value)
  for (const problem of problems) found.problems.push(problem)
  try {
    for (const object of objects) readObject(object, namespace, spend, found)
    return true
  } catch (error) {
    if (error instanceof TooMuchError) return false
    throw error
  }
}

function readObject(
  object: ManifestObject,
  namespace: string | undefined,
  spend: Spend,
  found: Found,
): void {
  spend(1)
  const { apiVersion } = object
  const { kind } = object.object
  if (Array.isArray(object.value.items)) found.problems.push(hiddenList(object))
  if (REMOVED.includes(apiVersion)) {
    const hint = `change apiVersion to ${GROUP}/v1`
    found.problems.push(warning(object, `${apiVersion} was removed in Kubernetes 1.22`, hint))
  } else if (apiVersion !== `${GROUP}/v1`) {
    if (apiVersion.startsWith(`${GROUP}/`)) found.problems.push(unknownKind(object))
  } else if (kind === 'Role' || kind === 'ClusterRole') {
    keep(object, readRole(object, kind, namespace, spend), found.roles, found.problems)
  } else if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') {
    keep(object, readBinding(object, kind, namespace, spend), found.bindings, found.problems)
  } else {
    found.problems.push(unknownKind(object))
  }
}

function keep<T>(
  object: ManifestObject,
  reading: Reading<T>,
  into: T[],
  problems: Problem[],
): void {
  if ('value' in reading) {
    into.push(reading.value)
    return
  }
  for (const { at, reason } of reading.refusals) {
    problems.push({ ...warning(object, reason, REFUSED), at })
  }
}

function budget(units: number): Spend {
  let left = units
  return (spent) => {
    left -= spent
    if (left < 0) throw new TooMuchError()
  }
}

function hiddenList({ at, object }: ManifestObject): Problem {
  const message = 'it has items, so it is a list to kubectl and Argo CD, whatever its kind'
  const hint = 'put its items into documents of their own'
  return { severity: 'error', fault: 'input', at, object, message, hint }
}

function unknownKind(object: ManifestObject): Problem {
  const what = `there is no ${quotedName(object.object.kind)} in ${quotedName(object.apiVersion)}`
  const hint = `${GROUP}/v1 has Role, ClusterRole, RoleBinding and ClusterRoleBinding`
  return warning(object, what, hint)
}

function warning({ at, object }: ManifestObject, message: string, hint: string): Problem {
  return { severity: 'warning', fault: 'input', at, object, message, hint }
}

function tooLarge({ file, line }: Document): Problem {
  const at = { file, line: Math.max(line, 1), column: 1 }
  const message = 'a document that may hold roles or bindings is larger than 4 MiB'
  return { severity: 'error', fault: 'input', at, message, hint: 'split it' }
}

function tooMuch({ file }: Document): Problem {
  const at = wholeFile(file)
  const message = 'there are more roles and bindings than can be read, from this file on'
  return { severity: 'error', fault: 'input', at, message, hint: NARROW }
}
