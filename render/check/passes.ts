// Facts and what the rules found in; the positive checks out: what is as it should be, with the objects that
// prove it, so that a reviewer sees more than the absence of findings. An exemption makes nothing right.

import { nameKey } from '../../manifests/check/facts.ts'
import { isRead, secretGrants } from '../../manifests/check/grants.ts'
import type { Found } from '../../manifests/check/model.ts'
import type { PodWorkload } from '../../manifests/check/pod-workloads.ts'
import type { Pass } from '../../manifests/check/report.ts'
import { accountOf, guardedUses, readableBy, usageOf } from '../../manifests/check/usage.ts'
import { listed, qualified } from '../../manifests/check/words.ts'
import { valueAt } from '../../manifests/plain-value.ts'
import type { Binding } from '../../manifests/rbac/model.ts'
import { normalized } from '../../manifests/rbac/subjects.ts'
import type { PhaseSecret } from '../model.ts'
import type { PhaseFacts } from './facts.ts'

/** What was found, by the id of the rule. */
type FoundBy = ReadonlyMap<string, readonly Found[]>

/** One positive check. */
interface Check {
  readonly id: string
  readonly name: string
  /** What holds, in front of the objects that prove it. */
  readonly says: string
  /** Rules whose findings refute it. */
  readonly refutedBy: readonly string[]
  /** The objects that it holds for, in words; none: there is nothing that it could hold for. */
  subjects(facts: PhaseFacts): readonly string[]
  /** Why it does not hold, where no rule says so. */
  exceptions?(facts: PhaseFacts): readonly string[]
}

/** The positive checks in their order. */
export function passesOf(facts: PhaseFacts, found: FoundBy): Pass[] {
  return CHECKS.map(({ id, name, says, refutedBy, subjects, exceptions }) => {
    const all = [...new Set(subjects(facts))].sort()
    if (all.length === 0) {
      return { id, name, status: 'not applicable', message: 'nothing here that this is about' }
    }
    const against = refutedBy.flatMap((rule) => found.get(rule) ?? [])
    const others = exceptions?.(facts) ?? []
    const [first] = against
    if (first !== undefined || others.length > 0) {
      const rules = refutedBy.filter((rule) => (found.get(rule) ?? []).length > 0)
      const see = rules.length === 0 ? [] : [`see ${rules.join(', ')}`]
      const why = [...see, ...new Set(others)]
      return { id, name, status: 'fail', message: `does not hold: ${listed(why)}`, at: first?.at }
    }
    return { id, name, status: 'pass', message: `${says}: ${listed(all)}` }
  })
}

const CHECKS: readonly Check[] = [
  {
    id: 'P1',
    name: 'roles-limited-to-managed-secrets',
    says: 'Secrets are read by resourceNames only, none of them unused',
    refutedBy: ['RB001', 'RB002', 'RB003', 'RB005', 'RB016'],
    subjects: (facts) =>
      readGrants(facts).map(({ source }) => `${source.kind} ${qualified(source)}`),
  },
  {
    id: 'P2',
    name: 'bindings-to-one-dedicated-account',
    says: 'each binding is for one ServiceAccount of its own namespace, and not for default',
    refutedBy: ['RB004', 'RB010', 'RB011', 'RB012', 'RB014'],
    subjects: (facts) => readGrants(facts).map(({ binding }) => nameOf(binding)),
    exceptions: (facts) =>
      readGrants(facts)
        .filter(({ binding }) => !isDedicated(binding))
        .map(({ binding }) => `${nameOf(binding)} is for more than that`),
  },
  {
    id: 'P3',
    name: 'accounts-exist-and-decide-on-tokens',
    says: 'the ServiceAccount is in the manifests, and it is decided whether its token is mounted',
    refutedBy: ['RB021'],
    subjects: (facts) => consumers(facts).map(accountName),
    exceptions: (facts) =>
      consumers(facts)
        .filter((workload) => !isDecided(facts, workload))
        .map((workload) => `${accountName(workload)} leaves automountServiceAccountToken open`),
  },
  {
    id: 'P4',
    name: 'consumers-run-as-the-bound-account',
    says: 'pods that use a managed Secret run as the ServiceAccount that is bound',
    refutedBy: ['RB022'],
    subjects: (facts) =>
      consumers(facts)
        .filter((workload) => boundUses(facts, workload).length > 0)
        .map(workloadName),
    exceptions: (facts) =>
      consumers(facts)
        .filter((workload) => boundUses(facts, workload).some((isOwn) => !isOwn))
        .map((workload) => `${workloadName(workload)} runs as ${accountName(workload)} instead`),
  },
  {
    id: 'P5',
    name: 'no-consumer-runs-as-default',
    says: 'pods that use a managed Secret have a ServiceAccount of their own',
    refutedBy: ['RB020'],
    subjects: (facts) => consumers(facts).map(workloadName),
  },
  {
    id: 'P6',
    name: 'service-token-out-of-reach',
    says: 'nobody but the platform reads the Secret with the token',
    refutedBy: ['RB040'],
    subjects: (facts) =>
      phaseSecretNames(facts, ({ tokenReference }) => tokenReference !== undefined),
  },
  {
    id: 'P7',
    name: 'phase-secrets-stay-in-their-namespace',
    says: 'Secrets are written, and tokens read, in the namespace of the PhaseSecret only',
    refutedBy: ['RB041', 'RB042'],
    subjects: (facts) => phaseSecretNames(facts, () => true),
  },
  {
    id: 'P8',
    name: 'appprojects-cover-what-is-rendered',
    says: 'destinations are named, and nothing is rendered outside of them',
    refutedBy: ['RB050', 'RB053'],
    subjects: ({ objects }) =>
      objects
        .filter(({ object }) => object.kind === 'AppProject')
        .map(({ object }) => `AppProject ${qualified({ ...object, name: object.name ?? '' })}`),
  },
  {
    id: 'P9',
    name: 'readers-are-the-allowed-ones',
    says: 'nobody reads the Secret through the API whom the policy does not list',
    refutedBy: ['RB018'],
    subjects: (facts) =>
      facts.secrets
        .filter((secret) => facts.allowedReaders(secret) !== undefined)
        .map((secret) => `Secret ${qualified(secret)}`),
  },
]

function readGrants(facts: PhaseFacts) {
  return secretGrants(facts).filter(({ verbs }) => verbs.some(isRead))
}

function nameOf(binding: Binding): string {
  return `${binding.kind} ${qualified(binding)}`
}

function isDedicated({ kind, namespace, subjects }: Binding): boolean {
  const [first, ...others] = subjects.map(normalized)
  if (kind !== 'RoleBinding' || first?.kind !== 'ServiceAccount' || others.length > 0) return false
  return first.namespace === namespace && first.name !== 'default'
}

/** Workloads that use a guarded Secret. */
function consumers(facts: PhaseFacts): PodWorkload[] {
  const guarded = new Set(facts.secrets.map(nameKey))
  return facts.workloads.filter(({ namespace, secrets }) =>
    secrets.some(({ name }) => guarded.has(nameKey({ namespace, name }))),
  )
}

/** For each Secret of a workload that ServiceAccounts are bound to read: whether its own is one of them. */
function boundUses(facts: PhaseFacts, workload: PodWorkload): boolean[] {
  const account = accountOf(workload)
  const own = readableBy(facts, account)
  const { readers } = usageOf(facts)
  return guardedUses(facts, workload)
    .filter((secret) => own.has(secret) || readers.has(nameKey(secret)))
    .map((secret) => own.has(secret) || facts.isTrusted(account))
}

function workloadName({ object: { object }, namespace }: PodWorkload): string {
  return `${object.kind} ${qualified({ namespace, name: object.name ?? '' })}`
}

function accountName({ namespace, serviceAccount }: PodWorkload): string {
  return `ServiceAccount ${qualified({ namespace, name: serviceAccount })}`
}

function isDecided(facts: PhaseFacts, { automount, namespace, serviceAccount }: PodWorkload) {
  const account = facts.accounts.get(nameKey({ namespace, name: serviceAccount }))
  if (account === undefined) return false
  const own = valueAt(account.value, 'automountServiceAccountToken')
  return automount !== undefined || typeof own === 'boolean'
}

function phaseSecretNames(
  { phaseSecrets }: PhaseFacts,
  isMeant: (phaseSecret: PhaseSecret) => boolean,
): string[] {
  return [...phaseSecrets.values()]
    .filter(isMeant)
    .map(({ object }) => `PhaseSecret ${qualified({ ...object, name: object.name ?? '' })}`)
}
