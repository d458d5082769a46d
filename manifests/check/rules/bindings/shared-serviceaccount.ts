// RB012: workloads that use different managed Secrets run as one ServiceAccount, which may read all of them.
import { shownName } from '../../../names.ts'
import { identityOf } from '../../../rbac/evaluate.ts'
import type { Facts } from '../../facts.ts'
import { nameKey } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import type { PodWorkload } from '../../pod-workloads.ts'
import { accountOf, guardedUses, readableBy, usageOf } from '../../usage.ts'
import { listed, objectName, secretNames, stepsOf } from '../../words.ts'
import { ACCOUNT, deployment, PHASE_SECRET, READER_BINDING, READER_ROLE } from '../example-parts.ts'

const REST = [PHASE_SECRET, ACCOUNT, READER_ROLE, READER_BINDING].join('')
const WEB = deployment('serviceAccountName: keyspace-app')
const OTHER = deployment('serviceAccountName: keyspace-app', 'env: []', '', 'mail')

export const sharedServiceaccount: Rule<Facts> = {
  id: 'RB012',
  name: 'shared-serviceaccount',
  chapter: 'bindings',
  severity: 'medium',
  summary: 'workloads with different Secrets share a ServiceAccount that may read them',
  why: 'A permission of a ServiceAccount is one of every pod that runs as it. Workloads that use different Secrets can read each other’s: who breaks into the least of them has the Secrets of all.\n\nWorkloads that use the same Secrets may share a ServiceAccount, and so may those whose ServiceAccount may read none.',
  fix: 'Give each workload a ServiceAccount of its own, bound to the Secrets that it reads.',
  fixable: 'no',
  example: {
    bad: [REST, WEB, OTHER].join(''),
    good: [
      ...[REST, WEB, ACCOUNT.replace('keyspace-app', 'mail')],
      OTHER.replace('keyspace-app', 'mail'),
    ].join(''),
  },
  *find(facts): Iterable<Found> {
    const { workloads, reads } = usageOf(facts)
    for (const [identity, sharing] of workloads) {
      const [first] = sharing
      const [grant] = reads.get(identity) ?? []
      if (first === undefined || grant === undefined || !haveOtherNeeds(facts, sharing)) continue
      const subject = accountOf(first)
      const account = facts.accounts.get(nameKey(subject))
      const secrets = [...readableBy(facts, subject)]
      const bound = grant.subjects.find((each) => identityOf(each) === identity) ?? subject
      yield {
        at: account?.at ?? grant.binding.at,
        object: objectName(subject),
        message: `runs ${listed(namesOf(sharing))}, which use different Secrets: it may read ${listed(secrets.map(({ name }) => shownName(name)))} for all of them`,
        hint: 'give each workload a ServiceAccount of its own',
        subject,
        secrets: secretNames(secrets),
        path: stepsOf({ binding: grant.binding, subject: bound, grants: [grant] }),
      }
    }
  },
}

/** Whether some workload may read a Secret of its namespace that only another one uses. */
function haveOtherNeeds(facts: Facts, sharing: readonly PodWorkload[]): boolean {
  if (sharing.length < 2) return false
  const needs = sharing.map((workload) => {
    const readable = readableBy(facts, accountOf(workload))
    const used = guardedUses(facts, workload).filter((secret) => readable.has(secret))
    return used.map(nameKey).sort().join()
  })
  return new Set(needs).size > 1
}

function namesOf(workloads: readonly PodWorkload[]): string[] {
  return workloads
    .map(({ object: { object } }) => `${object.kind} ${shownName(object.name ?? '')}`)
    .sort()
}
