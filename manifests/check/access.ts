// Facts in; for each guarded Secret everybody who gets at it, and how, out. What a subject does through a
// group it is in is the group's: nobody knows all members of a group.
import { namespaceOf } from '../object-key.ts'
import type { Holder } from '../rbac/evaluate.ts'
import { identityOf } from '../rbac/evaluate.ts'
import type { Policy } from '../rbac/policy.ts'
import { whoCan } from '../rbac/question.ts'
import { normalized } from '../rbac/subjects.ts'
import type { Facts, GuardedSecret } from './facts.ts'
import { ANY_NAME } from './facts.ts'
import { isRead, SECRET_VERBS } from './grants.ts'
import type { Power } from './powers.ts'
import { holdersOfPower, powersOf } from './powers.ts'
import type { Reach, Reacher, SecretAccess } from './report.ts'
import { REACHES } from './report.ts'
import { objectName, stepsOf, subjectName } from './words.ts'

/** Somebody's reach, as it is collected. */
interface Entry {
  readonly holder: Holder
  readonly reach: Reach
  readonly power: string
}

/**
 * Makes the question who gets at a guarded Secret. Ask it of no more Secrets than are listed: subjects times
 * Secrets are more than fit into memory.
 */
export function accessReader(facts: Facts): (secret: GuardedSecret) => SecretAccess {
  const powers = powersOf(facts.minor)
  const policyIn = policiesNear(facts)
  const inNamespace = new Map<string, readonly Entry[]>()
  return (secret) => {
    const { namespace } = secret
    const policy = policyIn(namespace)
    const shared = inNamespace.get(namespace) ?? powerEntries(policy, powers, namespace)
    inNamespace.set(namespace, shared)
    return {
      secret: { namespace: objectName({ kind: '', namespace }).namespace, name: secret.name },
      at: secret.at,
      usedBy: usersOf(facts, secret),
      reachers: reachersOf([...secretEntries(policy, secret), ...shared], facts, secret),
      removed: [],
    }
  }
}

/**
 * The policy by namespace: the bindings of the manifests that count there, and no others, so that a question
 * about one namespace is not asked of the bindings of all.
 */
export function policiesNear({ policy, rbac }: Facts): (namespace: string) => Policy {
  const near = Map.groupBy(rbac.bindings, ({ kind, namespace }) =>
    kind === 'ClusterRoleBinding' ? EVERYWHERE : namespace,
  )
  const everywhere = near.get(EVERYWHERE) ?? []
  return (namespace) => ({
    ...policy,
    bindings: [...everywhere, ...(near.get(namespace) ?? [])],
  })
}

const EVERYWHERE = Symbol('every namespace')

/** Who may do something to one Secret through the API, with what they may do. */
export function secretEntries(policy: Policy, { namespace, name }: GuardedSecret): Entry[] {
  return SECRET_VERBS.flatMap((verb) => {
    const reach = isRead(verb) ? 'read' : 'write'
    const question = { verb, group: '', resource: 'secrets', scope: { namespace } }
    const answer = whoCan(name === ANY_NAME ? question : { ...question, name }, policy)
    return [...answer.holders, ...answer.byName].map((holder) => ({
      holder,
      reach,
      power: `${verb} secrets`,
    }))
  })
}

function powerEntries(policy: Policy, powers: readonly Power[], namespace: string): Entry[] {
  return powers.flatMap((power) =>
    holdersOfPower(policy, power, namespace).map((holder) => ({
      holder,
      reach: power.reach,
      power: power.text,
    })),
  )
}

function reachersOf(entries: readonly Entry[], facts: Facts, secret: GuardedSecret): Reacher[] {
  const allowed = facts.allowedReaders(secret)?.map((subject) => identityOf(normalized(subject)))
  const groups = Map.groupBy(
    entries,
    ({ holder, reach }) => `${reach} ${identityOf(holder.subject)}`,
  )
  const reachers = [...groups.values()].flatMap((group): Reacher[] => {
    const [first] = group
    const path = first?.holder.paths[0]
    if (first === undefined || path === undefined) return []
    const { subject } = first.holder
    const isAllowed = facts.isTrusted(subject) || allowed?.includes(identityOf(subject))
    return [
      {
        subject: subjectName(subject),
        reach: first.reach,
        powers: gathered(group.map(({ power }) => power)),
        path: stepsOf(path),
        ...(first.reach === 'read' && allowed !== undefined ? { isAllowed } : {}),
      },
    ]
  })
  return reachers.sort((a, b) => (reacherKey(a) < reacherKey(b) ? -1 : 1))
}

/** `create,patch pods` for `create pods` and `patch pods`; sorted by the resource. */
function gathered(powers: readonly string[]): string[] {
  const byResource = Map.groupBy(new Set(powers), (power) => power.slice(power.indexOf(' ') + 1))
  return [...byResource]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([resource, own]) => {
      const verbs = own.map((power) => power.slice(0, power.indexOf(' '))).sort()
      return `${verbs.join(',')} ${resource}`
    })
}

/** Equal for one subject and reach; sorts by reach. */
function reacherKey({ reach, subject }: Reacher): string {
  return `${REACHES.indexOf(reach)} ${identityOf(subject)}`
}

function usersOf(facts: Facts, { namespace, name }: GuardedSecret): SecretAccess['usedBy'] {
  return facts.workloads
    .filter((workload) => workload.namespace === namespace)
    .filter(({ secrets }) => secrets.some((use) => use.name === name && use.how !== 'pull'))
    .map(({ object: { object } }) =>
      objectName({ ...object, namespace: namespaceOf(object, facts.namespace) }),
    )
}

/** What a change does to who gets at a Secret. @param old absent where the base does not have the Secret. */
export function compareAccess(old: SecretAccess | undefined, access: SecretAccess): SecretAccess {
  const had = new Set(old?.reachers.map(reacherKey))
  const has = new Set(access.reachers.map(reacherKey))
  return {
    ...access,
    isNew: old === undefined,
    reachers: access.reachers.map((each) => ({ ...each, isNew: !had.has(reacherKey(each)) })),
    removed: old?.reachers.filter((each) => !has.has(reacherKey(each))) ?? [],
  }
}
