// Who is to be impersonated and for what request in; the permissions that takes out. Facts: k8s.io/apiserver
// pkg/endpoints/filters/impersonation/mode.go of 1.37. Below 1.36 there is only the verb `impersonate`;
// from 1.36 (KEP-5284) also `impersonate:MODE`, which each needs `impersonate-on:MODE:VERB` for the request.

import { objectNameFault } from '../names.ts'
import { canI } from './evaluate.ts'
import type { AccessRequest } from './model.ts'
import type { Policy } from './policy.ts'
import type { Requester } from './subjects.ts'
import { SUPERUSERS, serviceAccountOf } from './subjects.ts'
import { hasConstrainedImpersonation } from './versions.ts'

/** The Impersonate-* headers of a request. */
export interface Impersonated {
  readonly user: string
  readonly uid?: string | undefined
  readonly groups?: readonly string[] | undefined
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined
}

/** One way to be let through: all of `needs`, and for each of `anyOf` one of its lists whole. */
interface Way {
  readonly needs: readonly AccessRequest[]
  readonly anyOf: readonly (readonly AccessRequest[])[][]
}

type Mode = 'user-info' | 'serviceaccount' | 'arbitrary-node' | 'associated-node'

const AUTHENTICATION = 'authentication.k8s.io'
/** From so many groups or values on, one permission for `*` will do (manyAuthorizationChecksInLoop). */
const MANY = 4

/**
 * Whether somebody may send a request as somebody else. The request itself is then allowed or not as for
 * the other. @param node the node that a ServiceAccount's token is bound to; others have none.
 */
export function canImpersonate(
  requester: Requester,
  target: Impersonated,
  request: AccessRequest,
  policy: Policy,
  minor: number,
  node?: string,
): boolean {
  const may = (asked: AccessRequest) => canI(requester, asked, policy)
  return waysOf(target, request, minor, node).some(
    ({ needs, anyOf }) =>
      needs.every(may) && anyOf.every((choices) => choices.some((all) => all.every(may))),
  )
}

function waysOf(
  target: Impersonated,
  request: AccessRequest,
  minor: number,
  node: string | undefined,
): Way[] {
  const legacy = { needs: legacyNeeds(target), anyOf: [] }
  if (!hasConstrainedImpersonation(minor)) return [legacy]
  return [...modesFor(target, node).flatMap((mode) => constrained(mode, target, request)), legacy]
}

function legacyNeeds({ user, uid = '', groups = [], extra = {} }: Impersonated): AccessRequest[] {
  const verb = 'impersonate'
  const account = serviceAccountOf(user)
  return [
    account === undefined
      ? { verb, group: '', resource: 'users', name: user }
      : { verb, group: '', resource: 'serviceaccounts', ...account },
    ...uidNeeds(verb, uid),
    ...groups.map((name) => ({ verb, group: '', resource: 'groups', name })),
    ...extraNeeds(verb, extra),
  ]
}

function modesFor(target: Impersonated, node: string | undefined): readonly Mode[] {
  const { user, uid = '', groups = [], extra = {} } = target
  const isNameOnly = uid === '' && groups.length === 0 && Object.keys(extra).length === 0
  const wanted = nodeOf(user)
  if (wanted !== undefined) {
    if (!isNameOnly) return []
    return wanted === node ? ['associated-node', 'arbitrary-node'] : ['arbitrary-node']
  }
  if (serviceAccountOf(user) !== undefined) return isNameOnly ? ['serviceaccount'] : []
  return ['user-info']
}

function constrained(mode: Mode, target: Impersonated, request: AccessRequest): Way[] {
  const { user, uid = '', groups = [], extra = {} } = target
  if (groups.includes('') || groups.includes(SUPERUSERS) || !isValidExtra(extra)) return []
  const verb = `impersonate:${mode}`
  const on = { ...request, verb: `impersonate-on:${mode}:${request.verb}` }
  const of = (resource: string, name: string) => ({ verb, group: AUTHENTICATION, resource, name })
  const each = groups.map((name) => of('groups', name))
  const values = extraNeeds(verb, extra)
  const isLarge = values.length >= MANY || Object.keys(extra).length >= MANY
  const all = { ...of('userextras', '*'), subresource: '*' }
  return [
    {
      needs: [on, who(mode, user, of), ...uidNeeds(verb, uid)],
      anyOf: [
        groups.length >= MANY ? [[of('groups', '*')], each] : [each],
        isLarge ? [[all], values] : [values],
      ],
    },
  ]
}

/** An associated node is asked for as `*`: whichever node the requester runs on. */
function who(
  mode: Mode,
  user: string,
  of: (resource: string, name: string) => AccessRequest,
): AccessRequest {
  const account = serviceAccountOf(user)
  if (account !== undefined) return { ...of('serviceaccounts', ''), ...account }
  if (mode === 'associated-node') return of('nodes', '*')
  return mode === 'arbitrary-node' ? of('nodes', nodeOf(user) ?? '') : of('users', user)
}

function uidNeeds(verb: string, name: string): AccessRequest[] {
  return name === '' ? [] : [{ verb, group: AUTHENTICATION, resource: 'uids', name }]
}

function extraNeeds(verb: string, extra: NonNullable<Impersonated['extra']>): AccessRequest[] {
  return Object.entries(extra).flatMap(([subresource, values]) =>
    values.map((name) => {
      return { verb, group: AUTHENTICATION, resource: 'userextras', subresource, name }
    }),
  )
}

/** In these modes a key is `domain/path` in lower case (IsDomainPrefixedPath), and no value is empty. */
function isValidExtra(extra: NonNullable<Impersonated['extra']>): boolean {
  return Object.entries(extra).every(([key, values]) => {
    const [, domain = '', path = ''] = /^([^/]*)\/(.*)$/s.exec(key) ?? []
    const isKey =
      objectNameFault(domain) === undefined && /^[a-z0-9/\-._~%!$&'()*+,;=:]+$/.test(path)
    return isKey && values.length > 0 && !values.includes('')
  })
}

function nodeOf(user: string): string | undefined {
  const name = user.startsWith('system:node:') ? user.slice('system:node:'.length) : ''
  return objectNameFault(name) === undefined ? name : undefined
}
