// RB023: pods that use a managed Secret get a token of the API server that they have no use for.
import { shownName } from '../../../names.ts'
import type { Facts } from '../../facts.ts'
import { nameKey } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import { apiNeed } from '../../needs.ts'
import { accountOf, guardedUses, mountsToken } from '../../usage.ts'
import { secretNames } from '../../words.ts'
import { ACCOUNT, deployment, PHASE_SECRET } from '../example-parts.ts'
import { isMutable, setPodField, workloadFound } from './workload-found.ts'

const FIELD = 'automountServiceAccountToken'
const WITH_TOKEN = ACCOUNT.replace(`${FIELD}: false\n`, '')

export const tokenAutomountedNeedlessly: Rule<Facts> = {
  id: 'RB023',
  name: 'token-automounted-needlessly',
  chapter: 'workloads',
  severity: 'low',
  summary:
    'a workload that uses a managed Secret has a token of the API server that it does not need',
  why: "Unless the pod or its ServiceAccount says otherwise, the kubelet puts a token of the ServiceAccount into every container. Who breaks into one can ask the API server as that ServiceAccount, for all that is ever bound to it. The manifests give this one nothing that its pods need: environment variables and volumes come from the kubelet.\n\nWorkloads that ask for a token as a volume, or that Vault's agent is put into, are no findings. The token serves for more than the manifests show if another repository binds the ServiceAccount.",
  fix: 'Set `automountServiceAccountToken: false` in the pod, or in the ServiceAccount for all of its pods.',
  fixable: 'yes',
  example: {
    bad: `${PHASE_SECRET}---\n${WITH_TOKEN}---\n${deployment('serviceAccountName: keyspace-app')}`,
    good: `${PHASE_SECRET}---\n${WITH_TOKEN}---\n${deployment('serviceAccountName: keyspace-app\n      automountServiceAccountToken: false')}`,
  },
  *find(facts): Iterable<Found> {
    for (const workload of facts.workloads) {
      const subject = accountOf(workload)
      if (!mountsToken(facts, workload) || facts.isTrusted(subject)) continue
      const secrets = guardedUses(facts, workload)
      const need = secrets.length === 0 ? 'unknown' : apiNeed(facts, workload)
      if (need === 'unknown') continue
      const reason =
        need === 'none'
          ? 'for which the manifests have no permission'
          : 'which may only read Secrets that its pods get from the kubelet'
      // The permissions of a ServiceAccount from elsewhere, such as default, are not all known.
      const isKnown = need === 'none' && facts.accounts.has(nameKey(subject))
      yield workloadFound(workload, [...workload.podSpec, FIELD], {
        message: `mounts the token of ServiceAccount ${shownName(workload.serviceAccount)}, ${reason}`,
        hint: `set ${FIELD}: false`,
        subject,
        secrets: secretNames(secrets),
        fix: {
          title: `set ${FIELD} to false`,
          object: workload.object,
          operations: [setPodField(workload, FIELD, false)],
          isSafe: isKnown && workload.automount === undefined && isMutable(workload),
        },
      })
    }
  },
}
