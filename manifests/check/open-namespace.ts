// Guarded Secrets and RoleBindings in; where one side names its namespace and the other leaves it open, the
// problems that this is out: whether the two meet nobody knows, and a check must not take it for "no".
import { shownName } from '../names.ts'
import type { Position, Problem } from '../problem.ts'
import type { Binding } from '../rbac/model.ts'

interface Guarded {
  readonly namespace: string
  readonly name: string
  readonly at?: Position | undefined
}

const HINT = 'write its metadata.namespace, or say where it goes: --namespace NAMESPACE'

/** At most one for each side: the first says it all. @param open the namespace that stands for an open one. */
export function openNamespaces(
  secrets: readonly Guarded[],
  bindings: readonly Binding[],
  open: string,
): Problem[] {
  const isOpen = ({ namespace }: { readonly namespace?: string | undefined }) => namespace === open
  const local = bindings.filter(({ kind }) => kind === 'RoleBinding')
  const [openBinding, namedBinding] = [local.find(isOpen), local.find((each) => !isOpen(each))]
  const [openSecret, namedSecret] = [secrets.find(isOpen), secrets.find((each) => !isOpen(each))]
  const found: Problem[] = []
  if (openBinding !== undefined && namedSecret !== undefined) {
    const { kind, name, at } = openBinding
    const message = `names no namespace, and Secrets are guarded in ${shownName(namedSecret.namespace)}: whether it reaches them cannot be checked`
    found.push(problem(message, at, { kind, namespace: undefined, name }))
  }
  if (openSecret !== undefined && namedBinding !== undefined) {
    const place = shownName(namedBinding.namespace ?? '')
    const message = `names no namespace for Secret ${shownName(openSecret.name)}, and a RoleBinding is for ${place}: whether that reaches it cannot be checked`
    found.push(problem(message, openSecret.at))
  }
  return found
}

function problem(message: string, at: Position | undefined, object?: Problem['object']): Problem {
  return { severity: 'error', fault: 'input', at, object, message, hint: HINT }
}
