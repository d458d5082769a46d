// SS003: a key that no Secret may have.
import { secretKeyFault } from '../../../secret.ts'
import type { Facts } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import { secretFound, writtenSecrets } from './written-secrets.ts'

export const secretKeyInvalid: Rule<Facts> = {
  id: 'SS003',
  name: 'secret-key-invalid',
  chapter: 'secrets',
  severity: 'high',
  summary: 'a key of a Secret is one that the API server refuses',
  why: 'A key may hold letters, digits, `-`, `_` and `.` only, and 253 characters at most: it becomes the name of a file. The API server refuses the whole Secret, so the sync fails.',
  fix: 'Use another key.',
  fixable: 'no',
  example: { bad: example('DATABASE URL'), good: example('DATABASE_URL') },
  *find(facts): Iterable<Found> {
    for (const secret of writtenSecrets(facts)) {
      for (const { field, key } of secret.entries) {
        const fault = secretKeyFault(key)
        if (fault === undefined) continue
        // Not which: a value that slipped into a key is still one.
        yield secretFound(secret, [field, key], {
          message: `a key of its ${field} ${fault}`,
          hint: 'use another key',
        })
      }
    }
  },
}

function example(key: string): string {
  return `apiVersion: v1
kind: Secret
metadata:
  name: keyspace
  namespace: keyspace
data:
  ${key}: ""
`
}
