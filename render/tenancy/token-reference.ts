// A PhaseSecret's reference to a token Secret in; the Secret's full name out, if it is one. Whether
// it may be used is said elsewhere.
import { namespaceFault, objectNameFault } from '../../manifests/names.ts'
import type { PhaseSecret, TokenKey } from '../model.ts'

/** Why there is no key, as message and hint. */
type TokenKeyFault = readonly [message: string, hint: string]

/** The operator's name for the token Secret of a PhaseSecret that names none. */
const DEFAULT_TOKEN = 'phase-service-token'

const NO_NAMESPACE: TokenKeyFault = [
  'the token Secret has no namespace',
  'set secretNamespace in serviceTokenSecretReference, or metadata.namespace',
]
const NOT_A_NAME: TokenKeyFault = [
  'serviceTokenSecretReference is not the name of a Secret',
  'names hold lower-case letters, digits, - and .',
]

/** The token Secret that a PhaseSecret leads to, or why it leads to none. */
export type TokenLookup = { readonly key: TokenKey } | { readonly fault: TokenKeyFault }

/** @param home the namespace of a reference that names none: the Application's destination. */
export function tokenKeyOf(
  { tokenReference, object }: Pick<PhaseSecret, 'tokenReference' | 'object'>,
  home: string | undefined,
): TokenLookup {
  const name = tokenReference?.name ?? DEFAULT_TOKEN
  const namespace = tokenReference?.namespace ?? object.namespace ?? home
  if (namespace === undefined) return { fault: NO_NAMESPACE }
  const isName = (namespaceFault(namespace) ?? objectNameFault(name)) === undefined
  return isName ? { key: { namespace, name } } : { fault: NOT_A_NAME }
}
