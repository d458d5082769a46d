// RB020: pods that use a managed Secret run as the ServiceAccount that every pod of the namespace may have.
import { shownName } from '../../../names.ts'
import type { Facts, GuardedSecret } from '../../facts.ts'
import { nameKey } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import type { PodWorkload } from '../../pod-workloads.ts'
import { accountOf, DEFAULT_ACCOUNT, guardedUses, mountsToken, namedReaders } from '../../usage.ts'
import { listed, secretNames } from '../../words.ts'
import { ACCOUNT, deployment, PHASE_SECRET, READER_BINDING, READER_ROLE } from '../example-parts.ts'
import { accountPath, runAs, workloadFound } from './workload-found.ts'

const REST = [PHASE_SECRET, ACCOUNT, READER_ROLE, READER_BINDING].join('')

export const workloadUsesDefaultSa: Rule<Facts> = {
  id: 'RB020',
  name: 'workload-uses-default-sa',
  chapter: 'workloads',
  severity: 'high',
  summary: 'a workload that uses a managed Secret runs as the ServiceAccount default',
  why: 'Every pod of the namespace that names no ServiceAccount runs as `default`. Whatever is ever granted to it, to read this Secret or to do anything else, all of them get; and nobody can tell them apart in an audit log.\n\nThe Secret itself comes by the kubelet, whatever the ServiceAccount is. The finding is low where the token of `default` is not mounted.',
  fix: 'Give the workload a ServiceAccount of its own and name it in `serviceAccountName`.',
  fixable: 'yes',
  example: {
    bad: `${REST}---\n${deployment('')}`,
    good: `${REST}---\n${deployment('serviceAccountName: keyspace-app')}`,
  },
  *find(facts): Iterable<Found> {
    for (const workload of facts.workloads) {
      const subject = accountOf(workload)
      if (workload.serviceAccount !== DEFAULT_ACCOUNT || facts.isTrusted(subject)) continue
      const secrets = guardedUses(facts, workload)
      if (secrets.length === 0) continue
      const account = ownAccount(facts, workload, secrets)
      yield workloadFound(workload, accountPath(workload), {
        severity: mountsToken(facts, workload) ? 'high' : 'low',
        message: `uses Secret ${listed(secrets.map(({ name }) => shownName(name)))} and runs as ServiceAccount default, as every pod of its namespace may`,
        hint:
          account === undefined
            ? 'add a ServiceAccount of its own and name it in serviceAccountName'
            : `name ServiceAccount ${shownName(account)} in serviceAccountName`,
        subject,
        secrets: secretNames(secrets),
        fix: account === undefined ? undefined : runAs(facts, workload, account),
      })
    }
  },
}

/** The one ServiceAccount of the manifests that is named for its Secrets; else one of the workload's own name. */
function ownAccount(
  facts: Facts,
  { namespace, object }: PodWorkload,
  secrets: readonly GuardedSecret[],
): string | undefined {
  const isThere = (name: string) => facts.accounts.has(nameKey({ namespace, name }))
  const bound = namedReaders(facts, secrets).filter(isThere)
  const own = object.object.name ?? ''
  if (bound.length === 0) return own !== DEFAULT_ACCOUNT && isThere(own) ? own : undefined
  return bound.length === 1 ? bound[0] : undefined
}
