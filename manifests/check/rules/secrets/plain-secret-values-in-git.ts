// SS001: a Secret with values stands in the repository.
import { ENVIRONMENT_ID } from '../../../provenance.ts'
import type { Facts } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import { PHASE_SECRET } from '../example-parts.ts'
import { TOKEN_TYPE } from '../workloads/legacy-sa-token-secret.ts'
import { isEmpty, secretFound, writtenSecrets } from './written-secrets.ts'

export const plainSecretValuesInGit: Rule<Facts> = {
  id: 'SS001',
  name: 'plain-secret-values-in-git',
  chapter: 'secrets',
  severity: 'high',
  summary: 'a Secret with values is in the manifests',
  why: 'Base64 is no encryption. Whoever can read the repository, a clone or a build log of it has the values, and taking them out again does not take them out of its history.\n\nSecrets without values are no findings, nor are those that this program rendered, where its output is read from standard input.',
  fix: 'Put the values into Phase and a PhaseSecret in the place of the Secret; then replace the values, since they have been seen.',
  fixable: 'no',
  example: {
    bad: `apiVersion: v1
kind: Secret
metadata:
  name: keyspace-cloud-prod-secret
  namespace: keyspace
stringData:
  DATABASE_URL: postgres://keyspace:example@db/keyspace
`,
    good: PHASE_SECRET,
  },
  *find(facts): Iterable<Found> {
    for (const secret of writtenSecrets(facts)) {
      const { type, annotations, entries, object } = secret
      const first = entries.find((entry) => !isEmpty(entry))
      // What is piped in may be our own output. In a file the annotation is only somebody's word for it.
      const isOurs = object.at.file === '-' && Object.hasOwn(annotations, ENVIRONMENT_ID)
      if (first === undefined || isOurs || type === TOKEN_TYPE) continue
      yield secretFound(secret, [first.field, first.key], {
        message:
          'has values in the manifests: whoever can read the repository or its history has them',
        hint: 'put them into Phase, a PhaseSecret in its place, and then change the values',
      })
    }
  },
}
