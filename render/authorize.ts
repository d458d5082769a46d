// What a PhaseSecret may ask for. Git chooses what is asked; only trusted input, gathered in
// `Grants`, decides what is allowed: the host a token is sent to, whose token it is, and the
// namespaces Secrets may land in.
import type { Outcome } from '../manifests/document.ts'
import { namespaceFault, objectNameFault } from '../manifests/names.ts'
import type { Position, Problem } from '../manifests/problem.ts'
import type { PhaseSecret } from './model.ts'

/** What trusted input allows in this run. */
export interface Grants {
  /** The configured Phase host: the only one that is ever asked. */
  readonly host: string
  /** Inside Argo CD; absent in a local run, where there is no destination to keep to. */
  readonly application?: { readonly namespace?: string | undefined } | undefined
}

/** A token Secret that may be looked up. Both parts are names that Kubernetes allows: no slash, no `..`. */
export interface TokenKey {
  readonly namespace: string
  readonly name: string
}

/** The operator's name for the token Secret of a PhaseSecret that names none. */
const DEFAULT_TOKEN = 'phase-service-token'

type Words = readonly [message: string, hint: string]
const NO_DESTINATION: Words = [
  'no token can be chosen: the Application has no destination namespace',
  'set spec.destination.namespace of the Application',
]
const NO_NAMESPACE: Words = [
  'the token Secret has no namespace',
  'set secretNamespace in serviceTokenSecretReference, or metadata.namespace',
]
const NOT_A_NAME: Words = [
  'serviceTokenSecretReference is not the name of a Secret',
  'names hold lower-case letters, digits, - and .',
]

/** Every way in which the PhaseSecret asks for more than it is granted, the token apart. */
export function authorize(phaseSecret: PhaseSecret, grants: Grants): Problem[] {
  return [...authorizeHost(phaseSecret, grants), ...authorizeTargets(phaseSecret, grants)]
}

/**
 * Which token Secret the PhaseSecret may be read with: one of the Application's destination
 * namespace, or, in a local run, of its own. Inside Argo CD the PhaseSecret's namespace proves
 * nothing, since the author of the repository writes it. Ask only where a token is looked up.
 */
export function authorizeToken(
  phaseSecret: PhaseSecret,
  { application }: Pick<Grants, 'application'>,
): Outcome<TokenKey> {
  const { tokenReference, object } = phaseSecret
  const refuse = ([message, hint]: Words) => ({
    problems: [denied(phaseSecret, tokenReference?.at ?? phaseSecret.at, message, hint)],
  })
  const own = application === undefined ? object.namespace : application.namespace
  if (application !== undefined && own === undefined) return refuse(NO_DESTINATION)
  const name = tokenReference?.name ?? DEFAULT_TOKEN
  const namespace = tokenReference?.namespace ?? object.namespace ?? own
  if (namespace === undefined) return refuse(NO_NAMESPACE)
  if ((namespaceFault(namespace) ?? objectNameFault(name)) !== undefined) return refuse(NOT_A_NAME)
  if (own === undefined || namespace === own) return { value: { namespace, name } }
  const whose =
    application === undefined ? "the PhaseSecret's own" : "the Application's destination"
  return refuse([
    `the token Secret is in namespace ${namespace}, not in ${whose}`,
    `name a token Secret of namespace ${own}`,
  ])
}

function authorizeHost(phaseSecret: PhaseSecret, grants: Grants): Problem[] {
  const { host } = phaseSecret
  if (host === undefined || isSameHost(host, grants.host)) return []
  return [
    denied(
      phaseSecret,
      phaseSecret.fields.host ?? phaseSecret.at,
      'spec.phaseHost is not the configured Phase host',
      'remove spec.phaseHost, or have the administrator set PHASE_HOST',
    ),
  ]
}

/** Whether the host in Git is the configured one: the same text, or the same scheme, name, port and base path. */
function isSameHost(wanted: string, configured: string): boolean {
  if (wanted === configured) return true
  // The URL parser forgives white space, backslashes, escapes, missing and doubled slashes, and
  // look-alike letters. A host that needs forgiveness is not the configured one.
  if (!/^https?:\/\/[\w.:[\]-]+(?:\/[\w./~-]*)?$/i.test(wanted)) return false
  const place = placeOf(wanted)
  return place !== undefined && place === placeOf(configured.trim())
}

function placeOf(host: string): string | undefined {
  const url = URL.parse(host)
  return url === null ? undefined : `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

function authorizeTargets(phaseSecret: PhaseSecret, { application }: Grants): Problem[] {
  if (application === undefined) return []
  const destination = application.namespace ?? 'not set'
  return phaseSecret.targets
    .filter(({ namespace }) => namespace !== undefined && namespace !== application.namespace)
    .map(({ at, name, namespace }) =>
      denied(
        phaseSecret,
        at,
        `Secret ${namespace}/${name} is outside the Application's destination namespace`,
        `the destination is ${destination}; leave the namespace out, or deploy with an Application of that namespace`,
      ),
    )
}

function denied(phaseSecret: PhaseSecret, at: Position, message: string, hint: string): Problem {
  return { severity: 'error', fault: 'input', at, object: phaseSecret.object, message, hint }
}
