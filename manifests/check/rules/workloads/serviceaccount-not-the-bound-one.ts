// RB022: a rule names a managed Secret for one ServiceAccount, which runs nothing; the workload that uses the
// Secret runs as another.
import { shownName } from '../../../names.ts'
import { identityOf } from '../../../rbac/evaluate.ts'
import type { Facts, GuardedSecret } from '../../facts.ts'
import { nameKey } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import {
  accountOf,
  DEFAULT_ACCOUNT,
  guardedUses,
  namedReaders,
  readableBy,
  usageOf,
} from '../../usage.ts'
import { listed } from '../../words.ts'
import { ACCOUNT, deployment, PHASE_SECRET, READER_BINDING, READER_ROLE } from '../example-parts.ts'
import { accountPath, runAs, workloadFound } from './workload-found.ts'

const OTHER_ACCOUNT = ACCOUNT.replace('keyspace-app', 'keyspace-web')
const REST = [PHASE_SECRET, ACCOUNT, OTHER_ACCOUNT, READER_ROLE, READER_BINDING].join('')

export const serviceaccountNotTheBoundOne: Rule<Facts> = {
  id: 'RB022',
  name: 'serviceaccount-not-the-bound-one',
  chapter: 'workloads',
  severity: 'high',
  summary: 'a workload that uses a managed Secret is not the ServiceAccount that may read it',
  why: 'A Role names the Secret, and its binding names a ServiceAccount that runs nothing: most likely one of the two names is wrong. If the workload reads the Secret through the API, it is refused; if it does not, there is a permission that waits for whoever runs a pod as that ServiceAccount.\n\nA ServiceAccount that is bound and runs another workload is no finding: a workload that gets the Secret from the kubelet needs no permission.',
  fix: 'Run the workload as the ServiceAccount that is bound, or bind the one that it runs as, or remove the binding.',
  fixable: 'yes',
  example: {
    bad: `${REST}---\n${deployment('serviceAccountName: keyspace-web')}`,
    good: `${REST}---\n${deployment('serviceAccountName: keyspace-app')}`,
  },
  *find(facts): Iterable<Found> {
    const isMeant = meantForNobody(facts)
    for (const workload of facts.workloads) {
      const subject = accountOf(workload)
      // Of those that run as default RB020 tells.
      if (workload.serviceAccount === DEFAULT_ACCOUNT || facts.isTrusted(subject)) continue
      const secrets = guardedUses(facts, workload)
      const missed = secrets.filter((secret) => {
        return isMeant(secret) && !readableBy(facts, subject).has(secret)
      })
      const bound = namedReaders(facts, missed)
      if (bound.length === 0) continue
      const there = bound.filter((name) =>
        facts.accounts.has(nameKey({ namespace: workload.namespace, name })),
      )
      const [only] = there.length === 1 ? there : []
      yield workloadFound(workload, accountPath(workload), {
        message: `uses Secret ${listed(missed.map(({ name }) => shownName(name)))} and runs as ServiceAccount ${shownName(workload.serviceAccount)}, but it is ${listed(bound.map(shownName))} that is bound to read it and runs nothing`,
        hint: 'use the ServiceAccount that is bound, or bind the one that is used',
        subject,
        secrets: missed.map(({ namespace, name }) => ({ namespace, name })),
        fix: only === undefined ? undefined : runAs(facts, workload, only),
      })
    }
  },
}

/** Whether rules name ServiceAccounts for a Secret, and all of them run nothing. */
function meantForNobody(facts: Facts): (secret: GuardedSecret) => boolean {
  const { workloads, readers } = usageOf(facts)
  const known = new Map<GuardedSecret, boolean>()
  return (secret) => {
    const { namespace } = secret
    const runsNothing = (name: string) =>
      !workloads.has(identityOf({ kind: 'ServiceAccount', namespace, name }))
    const names = readers.get(nameKey(secret))
    const isSo = known.get(secret) ?? (names !== undefined && [...names].every(runsNothing))
    known.set(secret, isSo)
    return isSo
  }
}
