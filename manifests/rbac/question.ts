// The question who can do something, as people ask it, and a policy in; everybody who can, and how, out.
// People ask about objects, rules are about requests, and what a request's name is is not what one
// would think (NewRequestInfo in k8s.io/apiserver pkg/endpoints/request/requestinfo.go):
//
//   get, update, patch, delete   the object's name
//   list, watch                  the name in a field selector metadata.name=NAME, else none
//   create                       none in a POST; the object's name when server-side apply creates it
//   deletecollection             none, ever
import type { Holder, Holders, Path } from './evaluate.ts'
import { holdersOf } from './evaluate.ts'
import { jointly, merged } from './jointly.ts'
import { allows, allowsAnyName } from './match.ts'
import type { Binding, ResourceRequest, Rule, Subject } from './model.ts'
import type { Policy } from './policy.ts'
import { isCreatedByPut } from './resources.ts'

/** Where: in one namespace, in any of them, or a request that has none. */
export type Scope = { readonly namespace: string } | 'any namespace' | 'no namespace'

/** Who can do it, to whatever has the name, or to everything of the kind without one. */
export interface Question extends Omit<ResourceRequest, 'namespace'> {
  readonly scope: Scope
}

/** The answer, sorted; nothing of it depends on the order of the manifests. */
export interface Answer {
  readonly holders: readonly Holder[]
  /** To a question without a name: who else can, but for the objects named in the rules only. */
  readonly byName: readonly Holder[]
}

/** Everybody who may use a path that is no resource; only ClusterRoleBindings give it. */
export function whoCanUse(verb: string, url: string, policy: Policy): Answer {
  const request = { verb, url }
  const holders = holdersOf(policy, isClusterWide, (rule) => allows(rule, request))
  return { holders: sorted(holders.values()), byName: [] }
}

/** Everybody who can. */
export function whoCan(question: Question, policy: Policy): Answer {
  const { name = '' } = question
  if (name !== '') return { holders: sorted(holdersOfNamed(question, policy).values()), byName: [] }
  const request = requestOf(question)
  const holders = holdersOf(policy, scopeOf(question, request), (rule) => allows(rule, request))
  return { holders: sorted(holders.values()), byName: byName(question, policy, holders) }
}

/** Which requests reach one object; a holder needs one of them, only server-side apply needs two permissions. */
function holdersOfNamed(question: Question, policy: Policy): Holders {
  const { verb, subresource } = question
  const named = requestOf(question)
  const unnamed = { ...named, name: undefined }
  const scope = scopeOf(question, named)
  const ask = (fits: (rule: Rule) => boolean): Holders => holdersOf(policy, scope, fits)
  if (verb === 'deletecollection') return ask((rule) => allows(rule, unnamed))
  if (verb === 'list' || verb === 'watch') {
    return ask((rule) => allows(rule, unnamed) || allows(rule, named))
  }
  if (verb !== 'create' || subresource !== undefined) return ask((rule) => allows(rule, named))
  const changes = isCreatedByPut(question) ? ['patch', 'update'] : ['patch']
  const applies = ask((rule) => allows(rule, named) && !allows(rule, unnamed))
  const writes = ask((rule) => changes.some((change) => allows(rule, { ...named, verb: change })))
  return merged(
    ask((rule) => allows(rule, unnamed)),
    jointly(applies, writes),
  )
}

const ABOUT_THE_NAMESPACE_ITSELF = ['get', 'update', 'patch', 'delete']

/** A request about one namespace is a request in it, so that a RoleBinding in it counts. */
function requestOf(question: Question): ResourceRequest {
  const { verb, group, resource, subresource, name, scope } = question
  const isInIt =
    group === '' && resource === 'namespaces' && ABOUT_THE_NAMESPACE_ITSELF.includes(verb)
  const own = isInIt ? name : undefined
  const namespace = typeof scope === 'object' ? scope.namespace : own
  return { verb, group, resource, subresource, name, namespace }
}

function scopeOf({ scope }: Question, { namespace }: ResourceRequest): (b: Binding) => boolean {
  if (scope === 'any namespace') return () => true
  return (binding) => isClusterWide(binding) || (!!namespace && binding.namespace === namespace)
}

function isClusterWide({ kind }: Binding): boolean {
  return kind === 'ClusterRoleBinding'
}

/** Those whom only a rule with names stands in the way of; for `create` names mean nothing without `patch`. */
function byName(question: Question, policy: Policy, exact: Holders): readonly Holder[] {
  const { verb } = question
  if (verb === 'deletecollection') return []
  const request = requestOf(question)
  const ask = (fits: (rule: Rule) => boolean) => holdersOf(policy, scopeOf(question, request), fits)
  const limited = ask(
    (rule) => rule.resourceNames.some((name) => name !== '') && allowsAnyName(rule, request),
  )
  const changes = isCreatedByPut(question) ? ['patch', 'update'] : ['patch']
  const writes = () =>
    ask((rule) => changes.some((change) => allowsAnyName(rule, { ...request, verb: change })))
  const isCreation = verb === 'create' && question.subresource === undefined
  const found = isCreation ? jointly(limited, writes()) : limited
  return sorted([...found].filter(([key]) => !exact.has(key)).map(([, holder]) => holder))
}

function sorted(holders: Iterable<Holder>): Holder[] {
  return [...holders]
    .map(({ subject, paths }) => ({ subject, paths: sortedBy(paths, pathKey) }))
    .sort((a, b) => compare(subjectKey(a.subject), subjectKey(b.subject)))
}

function sortedBy<T>(items: readonly T[], key: (item: T) => readonly string[]): T[] {
  if (items.length < 2) return [...items]
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((a, b) => compare(a.key, b.key))
    .map(({ item }) => item)
}

function subjectKey({ kind, namespace = '', name }: Subject): readonly string[] {
  return [kind, namespace, name]
}

function pathKey({ binding, subject, grants }: Path): readonly string[] {
  const { kind, namespace = '', name } = binding
  const [place, rule] = [subject.at, grants[0]]
  return [
    ...[kind, namespace, name],
    ...[place?.file ?? '', padded(place?.line), padded(place?.column)],
    ...[rule?.source.name ?? '', padded(rule?.rule.index)],
  ]
}

function padded(number = 0): string {
  return String(number).padStart(9, '0')
}

function compare(left: readonly string[], right: readonly string[]): number {
  for (const [index, text] of left.entries()) {
    const other = right[index] ?? ''
    if (text !== other) return text < other ? -1 : 1
  }
  return 0
}
