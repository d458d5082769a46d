// SS004: a Secret that is larger than the API server takes.
import { MAX_SECRET_BYTES } from '../../../secret.ts'
import type { Facts } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import type { Entry } from './written-secrets.ts'
import { bytesOf, secretFound, writtenSecrets } from './written-secrets.ts'

export const secretTooLarge: Rule<Facts> = {
  id: 'SS004',
  name: 'secret-too-large',
  chapter: 'secrets',
  severity: 'high',
  summary: 'the values of a Secret are larger than 1 MiB together',
  why: 'The API server refuses a Secret with more than 1 MiB of values, so the sync fails. It counts the decoded bytes of all values, not the keys.',
  fix: 'Spread the keys over several Secrets, or keep what is no secret in a ConfigMap or an image.',
  fixable: 'no',
  example: { bad: example('a'.repeat(MAX_SECRET_BYTES + 1)), good: example('') },
  *find(facts): Iterable<Found> {
    for (const secret of writtenSecrets(facts)) {
      const sizes = new Map(secret.entries.map((entry) => [entry.key, sizeOf(entry)]))
      const bytes = [...sizes.values()].reduce((total, size) => total + size, 0)
      if (bytes <= MAX_SECRET_BYTES) continue
      yield secretFound(secret, [secret.entries[0]?.field ?? 'data'], {
        message: 'its values are larger than 1 MiB together, which the API server refuses',
        hint: 'spread the keys over several Secrets',
      })
    }
  },
}

function sizeOf(entry: Entry): number {
  const { value } = entry
  return bytesOf(entry)?.length ?? (typeof value === 'string' ? Math.floor(value.length * 0.75) : 0)
}

function example(value: string): string {
  return `apiVersion: v1
kind: Secret
metadata:
  name: keyspace
  namespace: keyspace
stringData:
  certificates.pem: "${value}"
`
}
