// One policy and one PhaseSecret in; everything that the policy does not allow of it out, each with
// the field of the policy that would have to allow it. Apps, environments and paths are only
// compared as they were asked for: what they turn out to be is compared again when Phase is read.
import { quotedName, shownName } from '../../manifests/names.ts'
import type { Position } from '../../manifests/problem.ts'
import type { ManagedSecret, PhaseSecret } from '../model.ts'
import { normalisePath } from '../paths.ts'
import { isSameHost } from './hosts.ts'
import type { EntityPattern, Policy, PolicyAllow, PolicySubject } from './policy.ts'
import { DEFAULT_POLICY, matchesAny, matchesNamespace, matchesPattern } from './policy.ts'
import type { TokenLookup } from './token-reference.ts'

/** Something that a policy does not allow. */
export interface Denial {
  readonly field: keyof PolicyAllow
  readonly at: Position
  readonly message: string
  readonly hint: string
}

/** What a policy is asked about. */
export interface Ask {
  readonly phaseSecret: PhaseSecret
  /** Absent in a local run: there is no destination to keep to. */
  readonly application: PolicySubject | undefined
  /** The configured hosts, the default first. */
  readonly hosts: readonly [string, ...string[]]
  /** Where the token is looked up: by the PhaseSecret's reference, or its default; absent if it is not. */
  readonly lookup: TokenLookup | undefined
}

/** A denial's own words: what holds without a configuration file, and what is asked of a policy. */
interface Words {
  readonly at?: Position | undefined
  readonly plain: readonly [message: string, hint: string]
  readonly asked: string
}

/** Everything that stands in the way, in a fixed order; nothing if the policy allows all of it. */
export function denials(policy: Policy, ask: Ask): Denial[] {
  const { request } = ask.phaseSecret
  const { allow } = policy
  const found = [
    ...deny('hosts', hostDenial(hostsOf(policy, ask.hosts), ask.phaseSecret)),
    ...deny('tokenReferences', ask.lookup && tokenDenial(allow, ask.lookup, ask)),
    ...ask.phaseSecret.targets.flatMap((target) => targetDenials(allow, target, ask)),
    ...deny('apps', placeDenial('app', appText(request.app), mayBeApp(allow, request.app), ask)),
    ...deny(
      'environments',
      placeDenial(
        'environment',
        request.environment,
        mayBe(allow.environments, request.environment),
        ask,
      ),
    ),
    ...deny('paths', placeDenial('path', request.path, isPath(allow, request.path), ask)),
  ]
  return found.map(([field, words]) => ({
    field,
    at: words.at ?? ask.phaseSecret.at,
    ...sentence(policy, field, words),
  }))
}

type Found = readonly [keyof PolicyAllow, Words]

function deny(field: keyof PolicyAllow, words: Words | undefined): Found[] {
  return words === undefined ? [] : [[field, words]]
}

function sentence(
  policy: Policy,
  field: keyof PolicyAllow,
  { plain, asked }: Words,
): Pick<Denial, 'message' | 'hint'> {
  const [message, hint] = plain
  if (policy === DEFAULT_POLICY) return { message, hint }
  return {
    message: `policy ${shownName(policy.name)} does not allow ${asked}`,
    hint: `the administrator would have to allow it in allow.${field} of that policy`,
  }
}

/** The hosts that a policy allows; the first is the one of a PhaseSecret that names none. */
export function hostsOf(policy: Policy, configured: Ask['hosts']): readonly [string, ...string[]] {
  const [first, ...others] = policy.allow.hosts ?? []
  if (first !== undefined) return [first, ...others]
  return policy === DEFAULT_POLICY ? configured : [configured[0]]
}

function hostDenial(allowed: readonly string[], { host, fields }: PhaseSecret): Words | undefined {
  if (host === undefined || allowed.some((each) => isSameHost(host, each))) return undefined
  return {
    at: fields.host,
    asked: 'the host in spec.phaseHost',
    plain: [
      'spec.phaseHost is not the configured Phase host',
      'remove spec.phaseHost, or have the administrator set PHASE_HOST',
    ],
  }
}

/**
 * Inside Argo CD the PhaseSecret's own namespace proves nothing, since the author of the repository
 * writes it: home is the destination.
 */
function tokenDenial(
  allow: PolicyAllow,
  lookup: TokenLookup,
  { phaseSecret, application }: Ask,
): Words | undefined {
  const isLocal = application === undefined
  const home = isLocal ? phaseSecret.object.namespace : application.namespace
  const { tokenReferences } = allow
  const at = phaseSecret.tokenReference?.at
  if (!isLocal && home === undefined && tokenReferences === undefined) {
    return {
      at,
      asked: 'a token Secret of an Application without destination namespace',
      plain: [
        'no token can be chosen: the Application has no destination namespace',
        'set spec.destination.namespace of the Application',
      ],
    }
  }
  if ('fault' in lookup) return { at, asked: 'this: it names no token Secret', plain: lookup.fault }
  const { namespace, name } = lookup.key
  const isAllowed =
    tokenReferences === undefined
      ? home === undefined || namespace === home
      : matchesAny(tokenReferences, `${namespace}/${name}`)
  if (isAllowed) return undefined
  const whose = isLocal ? "the PhaseSecret's own" : "the Application's destination"
  return {
    at,
    asked: `token Secret ${namespace}/${name}`,
    plain: [
      `the token Secret is in namespace ${namespace}, not in ${whose}`,
      `name a token Secret of namespace ${home}`,
    ],
  }
}

function targetDenials(allow: PolicyAllow, target: ManagedSecret, { application }: Ask): Found[] {
  const { at, name, type, argocdSecretAt } = target
  const types = allow.secretTypes
  const words = `type ${shownName(type)} of Secret ${name}`
  const typed: Words = { at, asked: words, plain: [`${words} is not allowed`, 'use another type'] }
  return [
    ...deny('targetNamespaces', application && outsideDenial(allow, target, application)),
    ...deny('secretTypes', types === undefined || matchesAny(types, type) ? undefined : typed),
    ...deny('argocdSecrets', allow.argocdSecrets ? undefined : argocdDenial(argocdSecretAt)),
  ]
}

function outsideDenial(
  { targetNamespaces }: PolicyAllow,
  { at, name, namespace }: ManagedSecret,
  { namespace: home }: PolicySubject,
): Words | undefined {
  const lands = namespace ?? home
  const isInside =
    targetNamespaces === undefined
      ? lands === home
      : lands !== undefined && matchesNamespace(targetNamespaces, lands)
  if (isInside) return undefined
  return {
    at,
    asked: `target namespace ${lands ?? '(none)'} of Secret ${name}`,
    plain: [
      `Secret ${namespace}/${name} is outside the Application's destination namespace`,
      `the destination is ${home ?? 'not set'}; leave the namespace out, or deploy with an Application of that namespace`,
    ],
  }
}

/** A Secret with this label becomes a repository, a cluster or credentials of Argo CD itself. */
function argocdDenial(at: Position | undefined): Words | undefined {
  if (at === undefined) return undefined
  return {
    at,
    asked: "label argocd.argoproj.io/secret-type, which makes the Secret Argo CD's own",
    plain: [
      'label argocd.argoproj.io/secret-type is refused: it would make the Secret a repository, a cluster or credentials of Argo CD itself',
      'such Secrets are for the administrators of Argo CD to make',
    ],
  }
}

function placeDenial(
  what: 'app' | 'environment' | 'path',
  name: string,
  isPossible: boolean,
  { phaseSecret }: Ask,
): Words | undefined {
  if (isPossible) return undefined
  const asked = `${what} ${quotedName(name)}`
  return {
    at: phaseSecret.fields[what],
    asked,
    plain: [`${asked} is not allowed`, 'ask for another one'],
  }
}

/** A path that no request can carry is refused elsewhere. */
function isPath({ paths }: PolicyAllow, asked: string): boolean {
  const path = normalisePath(asked)
  return path === undefined || paths === undefined || matchesAny(paths, path)
}

type AskedApp = PhaseSecret['request']['app']

function appText({ id, name }: AskedApp): string {
  return id ?? name ?? ''
}

function mayBeApp({ apps }: PolicyAllow, { id, name }: AskedApp): boolean {
  if (id === undefined) return mayBe(apps, name ?? '')
  return apps.some((pattern) => !('id' in pattern) || pattern.id === id)
}

/** Whether a text that may be an id, or a name in any case, could turn out to be what is allowed. */
function mayBe(patterns: readonly EntityPattern[], asked: string): boolean {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(asked)) return true
  return patterns.some(
    (pattern) => 'id' in pattern || matchesPattern(pattern.name.toLowerCase(), asked.toLowerCase()),
  )
}
