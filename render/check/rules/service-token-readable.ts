// RB040: somebody other than the platform gets at the token that a PhaseSecret is read with: through the API,
// by a pod that they may create, or by a workload that is there already.
import { policiesNear, secretEntries } from '../../../manifests/check/access.ts'
import type { GuardedSecret } from '../../../manifests/check/facts.ts'
import { nameKey } from '../../../manifests/check/facts.ts'
import type { Fix, Found, Rule } from '../../../manifests/check/model.ts'
import { placeOf } from '../../../manifests/check/places.ts'
import { holdersOfPower, powersOf } from '../../../manifests/check/powers.ts'
import {
  listed,
  objectName,
  qualified,
  stepsOf,
  subjectText,
} from '../../../manifests/check/words.ts'
import { pointerOf } from '../../../manifests/fix/pointer.ts'
import type { Holder } from '../../../manifests/rbac/evaluate.ts'
import { identityOf } from '../../../manifests/rbac/evaluate.ts'
import type { Policy } from '../../../manifests/rbac/policy.ts'
import type { PhaseFacts } from '../facts.ts'

const manifests = (name: string) => `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: keyspace
  namespace: keyspace
spec:
  phaseApp: keyspace
  authentication:
    serviceToken:
      serviceTokenSecretReference:
        secretName: phase-service-token
  managedSecretReferences:
    - secretName: keyspace-cloud-prod-secret
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: secret-reader
  namespace: keyspace
rules:
  - apiGroups: ['']
    resources: [secrets]
    resourceNames: [${name}]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: secret-reader
  namespace: keyspace
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: secret-reader
subjects:
  - kind: ServiceAccount
    name: keyspace-app
`

export const serviceTokenReadable: Rule<PhaseFacts> = {
  id: 'RB040',
  name: 'service-token-readable',
  chapter: 'phase',
  severity: 'critical',
  summary: "somebody gets at the service token that a PhaseSecret's values are read with",
  why: 'The service token reads everything that its account may read in Phase, which is often more than the one Secret, and from anywhere: who has it needs the cluster no more. No application needs it.',
  fix: "Let only Phase's operator, or this plugin, read the token: take it out of the role, limit the role to the Secrets of the application, or keep the token in a namespace of its own where nobody else may create pods. Subjects of the platform are named in the policy.",
  fixable: 'suggestion',
  example: {
    bad: manifests('phase-service-token'),
    good: manifests('keyspace-cloud-prod-secret'),
  },
  *find(facts): Iterable<Found> {
    const policyIn = policiesNear(facts)
    for (const token of tokensOf(facts)) {
      const policy = policyIn(token.namespace)
      yield* byApi(facts, policy, token)
      yield* byNewPods(facts, policy, token)
      yield* byWorkloads(facts, token)
    }
  },
}

const HINT = "let only the platform's own subjects at it, and name those in the policy"

/** The Secrets that PhaseSecrets name as their tokens, each once. */
function tokensOf(facts: PhaseFacts): GuardedSecret[] {
  const found = new Map<string, GuardedSecret>()
  for (const { tokenReference } of facts.phaseSecrets.values()) {
    if (tokenReference === undefined) continue
    const { name, namespace: written, at } = tokenReference
    const token = { name, namespace: written || facts.namespace, at }
    const key = nameKey(token)
    if (!found.has(key)) found.set(key, token)
  }
  return [...found.values()]
}

function* byApi(facts: PhaseFacts, policy: Policy, token: GuardedSecret): Generator<Found> {
  const reads = secretEntries(policy, token).filter(({ reach }) => reach === 'read')
  for (const { holder, powers } of bySubject(facts, reads)) {
    yield held(facts, token, holder, `may ${listed(powers.map(verbOf))} the service token`)
  }
}

/** `get` of `get secrets`. */
function verbOf(power: string): string {
  return power.split(' ', 1)[0] ?? ''
}

function* byNewPods(facts: PhaseFacts, policy: Policy, token: GuardedSecret): Generator<Found> {
  const entries = powersOf(facts.minor)
    .filter(({ rule }) => rule === 'RB030')
    .flatMap((power) =>
      holdersOfPower(policy, power, token.namespace).map((holder) => {
        return { holder, power: power.text }
      }),
    )
  for (const { holder } of bySubject(facts, entries)) {
    yield held(facts, token, holder, 'may run a pod that mounts the service token')
  }
}

interface Subjected {
  readonly holder: Holder
  readonly powers: readonly string[]
}

/** Each untrusted subject once, in their order. */
function bySubject(
  facts: PhaseFacts,
  entries: readonly { readonly holder: Holder; readonly power: string }[],
): Subjected[] {
  const untrusted = entries.filter(({ holder }) => !facts.isTrusted(holder.subject))
  const groups = Map.groupBy(untrusted, ({ holder }) => identityOf(holder.subject))
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    return [{ holder: first.holder, powers: group.map(({ power }) => power) }]
  })
}

function held(facts: PhaseFacts, token: GuardedSecret, holder: Holder, what: string): Found {
  const { subject, paths } = holder
  const [path] = paths
  const [grant] = path?.grants ?? []
  const secret = { ...token, namespace: objectName({ kind: '', ...token }).namespace }
  const isWritten = grant?.rule.at !== undefined
  return {
    at: grant?.rule.at ?? path?.binding.at,
    object: path && objectName(isWritten ? grant.source : path.binding),
    message: `${subjectText(subject)} ${what} ${qualified(secret)}`,
    hint: HINT,
    subject,
    secrets: [{ namespace: secret.namespace, name: secret.name }],
    path: path && stepsOf(path),
    fix: grant && withoutName(facts, grant, token.name),
  }
}

/** Takes the token out of a list of names. It may be the operator that has them by this role. */
function withoutName(
  facts: PhaseFacts,
  { source, rule }: Holder['paths'][number]['grants'][number],
  name: string,
): Fix | undefined {
  const object = facts.originOf(source)
  const index = rule.resourceNames.indexOf(name)
  // An empty list would mean all names.
  if (object === undefined || index < 0 || rule.resourceNames.length < 2) return undefined
  return {
    title: `take ${name} out of the rule`,
    object,
    operations: [{ op: 'remove', path: pointerOf(['rules', rule.index, 'resourceNames', index]) }],
    isSafe: false,
  }
}

function* byWorkloads(facts: PhaseFacts, token: GuardedSecret): Generator<Found> {
  for (const workload of facts.workloads) {
    const { namespace, object, serviceAccount, secrets } = workload
    if (namespace !== token.namespace) continue
    const use = secrets.find(({ name, how }) => name === token.name && how !== 'pull')
    const subject = { kind: 'ServiceAccount', namespace, name: serviceAccount } as const
    if (use === undefined || facts.isTrusted(subject)) continue
    const own = objectName({ kind: '', namespace }).namespace
    yield {
      at: placeOf(object, use.path),
      object: objectName(object.object),
      message: `has the service token ${qualified({ namespace: own, name: token.name })} in its pods`,
      hint: HINT,
      subject: { ...subject, namespace: own },
      secrets: [{ namespace: own, name: token.name }],
    }
  }
}
