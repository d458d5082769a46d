// RB021: a workload names a ServiceAccount that the manifests do not have in its namespace.
import { shownName } from '../../../names.ts'
import { CloseNames } from '../../close-names.ts'
import type { Facts } from '../../facts.ts'
import { namespaceIn } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import type { PodWorkload } from '../../pod-workloads.ts'
import { accountOf, DEFAULT_ACCOUNT, usageOf } from '../../usage.ts'
import { listed, qualified } from '../../words.ts'
import { ACCOUNT, deployment } from '../example-parts.ts'
import { accountPath, runAs, workloadFound } from './workload-found.ts'

/** Where Kubernetes' own controllers have ServiceAccounts that nobody writes down. */
const SYSTEM = 'kube-system'

export const serviceaccountMissing: Rule<Facts> = {
  id: 'RB021',
  name: 'serviceaccount-missing',
  chapter: 'workloads',
  severity: 'medium',
  summary: 'a workload names a ServiceAccount that its namespace does not have',
  why: 'Without the ServiceAccount no pod is created: the workload stays at zero, and Argo CD waits for it. If somebody else creates one of this name later, the workload runs with whatever they gave to it.\n\n`default` is never missing: Kubernetes creates it in every namespace.',
  fix: 'Add the ServiceAccount, or correct the name.',
  fixable: 'suggestion',
  example: {
    bad: `${ACCOUNT}---\n${deployment('serviceAccountName: keyspace-ap')}`,
    good: `${ACCOUNT}---\n${deployment('serviceAccountName: keyspace-app')}`,
  },
  *find(facts): Iterable<Found> {
    const { accounts } = usageOf(facts)
    const near = new Map(
      [...Map.groupBy(facts.accounts.values(), (account) => namespaceIn(facts, account))].map(
        ([namespace, group]) => [
          namespace,
          new CloseNames(group.map(({ object }) => object.name ?? '')),
        ],
      ),
    )
    for (const workload of facts.workloads) {
      const { namespace, serviceAccount } = workload
      const subject = accountOf(workload)
      if (serviceAccount === DEFAULT_ACCOUNT || namespace === SYSTEM) continue
      if (accounts.maybeIn(namespace, serviceAccount).length > 0 || facts.isTrusted(subject))
        continue
      const meant = near.get(namespace)?.find(serviceAccount)
      yield workloadFound(workload, accountPath(workload), {
        message: `runs as ServiceAccount ${shownName(serviceAccount)}, which is not in the manifests of its namespace`,
        hint: hintOf(workload, meant, accounts.namespacesOf(serviceAccount)),
        subject,
        fix: meant === undefined ? undefined : { ...runAs(facts, workload, meant), isSafe: false },
      })
    }
  },
}

function hintOf(
  { serviceAccount: name }: PodWorkload,
  meant: string | undefined,
  elsewhere: readonly string[],
): string {
  if (meant !== undefined) return `did you mean ${shownName(meant)}?`
  if (elsewhere.length === 0) return 'add the ServiceAccount to the manifests'
  const others = elsewhere.map((namespace) => qualified({ namespace, name }))
  return `a pod can only use a ServiceAccount of its own namespace, and there is ${listed(others)}`
}
