// An answer of manifests/rbac in, the answer of the command out: subjects that the manifests allow,
// each with every rule by which they do. It is what `--format json` prints; answer.schema.json describes it.
import type { Position } from '../../manifests/problem.ts'
import type { Holder, Path } from '../../manifests/rbac/evaluate.ts'
import type { Binding, Rule, UrlRequest } from '../../manifests/rbac/model.ts'
import type { Answer, Question } from '../../manifests/rbac/question.ts'

/** A place in the manifests; absent for what is built into Kubernetes. */
interface Place {
  readonly file?: string
  readonly line?: number
}

interface Name {
  readonly kind: string
  /** Absent for what is cluster-wide, and where the manifests leave it open. */
  readonly namespace?: string
  readonly name: string
}

interface Named {
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name: string
}

/** One rule by which a subject may do it. The place is that of the rule. */
export interface Via extends Place {
  readonly binding: Name & Place
  /** Where the binding names the subject. */
  readonly subject: Place
  /** The role that is bound. */
  readonly role: Name
  /** The role in which the rule is written, if another one: the bound one aggregates it. */
  readonly writtenIn?: Name
  /** 0-based, in the role that it is written in. */
  readonly rule: number
  /** The names that the rule is limited to. */
  readonly resourceNames?: readonly string[]
  /** Where it holds: `namespace`, in the namespace of the binding, or `cluster`, everywhere. */
  readonly holds: 'namespace' | 'cluster'
}

/** A subject and all its ways. */
export interface Entry extends Name {
  readonly via: readonly Via[]
}

/** The whole answer. Keys are in this order, lists are sorted: the same manifests give the same text. */
export interface Report {
  readonly question: Readonly<Record<string, string>>
  /** The version of Kubernetes whose built-in roles count. */
  readonly kubernetes: string
  readonly subjects: readonly Entry[]
  /** To a question without a name: who else can, for the objects named in the rules only. */
  readonly forSomeNames: readonly Entry[]
  /** Bindings whose role is not known: whom they allow what cannot be said. */
  readonly unresolved: readonly { binding: Name & Place; role: Name; subjects: readonly Name[] }[]
}

/** Characters, about. Names have no limit of their own, and every way repeats some. */
const LONGEST = 50_000_000
/** Of a way besides its names. */
const FRAME = 200

/** The report, or undefined if it would be too long to be of use. */
export function reportOf(
  question: Question | UrlRequest,
  minor: number,
  { holders, byName }: Answer,
  unresolved: readonly Binding[],
): Report | undefined {
  if (isTooLong([...holders, ...byName], unresolved)) return undefined
  return {
    question: questionOf(question),
    kubernetes: `1.${minor}`,
    subjects: holders.flatMap(entryOf),
    forSomeNames: byName.flatMap(entryOf),
    unresolved: unresolved.map((binding) => ({
      binding: { ...nameOf(binding), ...placeOf(binding.at) },
      role: roleOf(binding),
      subjects: binding.subjects.map(nameOf),
    })),
  }
}

/** Looks at the parts before anything is put together. */
function isTooLong(holders: readonly Holder[], unresolved: readonly Binding[]): boolean {
  const lengths = new Map<Rule, number>()
  let left = LONGEST
  for (const { subject, paths } of holders) {
    for (const { binding, grants } of paths) {
      const names = nameLength(subject) + nameLength(binding) + binding.role.name.length
      for (const { source, rule } of grants) {
        const own = lengths.get(rule) ?? lengthOf(rule)
        lengths.set(rule, own)
        left -= FRAME + names + own + nameLength(source)
        if (left < 0) return true
      }
    }
  }
  for (const binding of unresolved) {
    left -= FRAME + nameLength(binding) + binding.role.name.length
    for (const subject of binding.subjects) left -= FRAME + nameLength(subject)
  }
  return left < 0
}

function nameLength({ namespace = '', name }: Named): number {
  return namespace.length + name.length
}

function lengthOf({ at, resourceNames }: Rule): number {
  const names = resourceNames.reduce((sum, name) => sum + name.length + 4, 0)
  return names + (at?.file.length ?? 0)
}

function questionOf(question: Question | UrlRequest): Report['question'] {
  if ('url' in question) return { verb: question.verb, url: question.url }
  const { verb, group, resource, subresource, name, scope } = question
  return {
    verb,
    group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(name === undefined ? {} : { name }),
    ...(typeof scope === 'object' ? { namespace: scope.namespace } : { scope }),
  }
}

/** Nobody is listed for what Kubernetes grants on its own. */
function entryOf({ subject, paths }: Holder): Entry[] {
  const via = paths.flatMap(viaOf)
  return via.length === 0 ? [] : [{ ...nameOf(subject), via }]
}

function viaOf({ binding, subject, grants }: Path): Via[] {
  const ours = grants.filter(({ rule }) => binding.at !== undefined || rule.at !== undefined)
  const role = roleOf(binding)
  return ours.map(({ source, rule }) => {
    const isOther = source.name !== role.name || source.kind !== role.kind
    return {
      binding: { ...nameOf(binding), ...placeOf(binding.at) },
      subject: placeOf(subject.at),
      role,
      ...(isOther ? { writtenIn: nameOf(source) } : {}),
      rule: rule.index,
      ...placeOf(rule.at),
      ...(rule.resourceNames.length > 0 ? { resourceNames: rule.resourceNames } : {}),
      holds: binding.kind === 'ClusterRoleBinding' ? 'cluster' : 'namespace',
    }
  })
}

function roleOf({ role, namespace }: Binding): Name {
  return nameOf({ ...role, namespace: role.kind === 'Role' ? namespace : undefined })
}

function nameOf({ kind, namespace, name }: Named): Name {
  return { kind, ...(namespace === undefined ? {} : { namespace }), name }
}

function placeOf(at: Position | undefined): Place {
  return at === undefined ? {} : { file: at.file, line: at.line }
}
