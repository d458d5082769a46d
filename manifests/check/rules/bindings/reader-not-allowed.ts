// RB018: somebody reads a Secret whom the policy does not list as a reader.
import { identityOf } from '../../../rbac/evaluate.ts'
import { normalized } from '../../../rbac/subjects.ts'
import type { Facts } from '../../facts.ts'
import { isRead, secretGrants } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { objectName, qualified, stepsOf, subjectText } from '../../words.ts'
import { PHASE_SECRET, READER_BINDING, readerRole } from '../example-parts.ts'

const ROLE = readerRole(
  "{apiGroups: [''], resources: [secrets], resourceNames: [keyspace-cloud-prod-secret], verbs: [get]}",
)

function policyOf(reader: string): string {
  return `version: 1
readers:
  - secrets: [keyspace/keyspace-cloud-prod-secret]
    subjects: [${reader}]
`
}

const MANIFESTS = `${PHASE_SECRET}${ROLE}${READER_BINDING}`

export const readerNotAllowed: Rule<Facts> = {
  id: 'RB018',
  name: 'reader-not-allowed',
  chapter: 'bindings',
  severity: 'high',
  summary: 'somebody can read a Secret whom the policy does not list among its readers',
  why: 'The policy lists who may read the Secret through the API. Whoever else can is either a mistake in the permissions or missing in the list; a reviewer has to decide which.',
  fix: 'Take the permission away, or list the subject under `readers`.',
  fixable: 'no',
  example: {
    bad: MANIFESTS.replace("name: 'keyspace-app'", "name: 'keyspace-worker'"),
    good: MANIFESTS,
    policy: policyOf('ServiceAccount/keyspace/keyspace-app'),
  },
  *find(facts): Iterable<Found> {
    const seen = new Set<string>()
    for (const grant of secretGrants(facts)) {
      const { binding, subjects, verbs } = grant
      for (const secret of verbs.some(isRead) ? grant.secrets : []) {
        const allowed = facts.allowedReaders(secret)?.map((each) => identityOf(normalized(each)))
        for (const subject of allowed === undefined ? [] : subjects) {
          const key = JSON.stringify([binding.at, qualified(secret), identityOf(subject)])
          if (allowed?.includes(identityOf(subject)) || seen.has(key)) continue
          seen.add(key)
          const { namespace, name } = secret
          yield {
            at: subject.at ?? binding.at,
            object: objectName(binding),
            message: `lets ${subjectText(subject)} read ${qualified(secret)}, whose readers the policy lists without it`,
            hint: 'take the permission away, or list the subject under readers',
            subject: normalized(subject),
            secrets: [{ namespace, name }],
            path: stepsOf({ binding, subject, grants: [grant] }),
          }
        }
      }
    }
  },
}
