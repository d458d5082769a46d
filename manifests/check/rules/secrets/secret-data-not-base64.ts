// SS005: a value of a Secret that the API server cannot read.
import { typeName } from '../../../plain-value.ts'
import { secretKeyFault } from '../../../secret.ts'
import type { Facts } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import type { Entry } from './written-secrets.ts'
import { bytesOf, secretFound, writtenSecrets } from './written-secrets.ts'

export const secretDataNotBase64: Rule<Facts> = {
  id: 'SS005',
  name: 'secret-data-not-base64',
  chapter: 'secrets',
  severity: 'high',
  summary: 'a value under data is not base64, or a value of a Secret is not text',
  why: 'The API server reads `data` as base64 and `stringData` as text. It refuses a Secret with anything else in it, so the sync fails. The text of a number, a `true` or a date has to be quoted in YAML.',
  fix: 'Encode the value, or move it to `stringData`; quote what YAML takes for a number, a boolean or a date.',
  fixable: 'no',
  example: { bad: example('"not base64"'), good: example('""') },
  *find(facts): Iterable<Found> {
    for (const secret of writtenSecrets(facts)) {
      for (const entry of secret.entries) {
        if (bytesOf(entry) !== undefined) continue
        yield secretFound(secret, [entry.field, entry.key], sayingWhat(entry))
      }
    }
  },
}

function sayingWhat({ field, key, value }: Entry): Pick<Found, 'message' | 'hint'> {
  // What is no key may be a value that slipped into one.
  const what = secretKeyFault(key) === undefined ? `${field}.${key}` : `a value of its ${field}`
  if (typeof value !== 'string') {
    return { message: `${what} is ${typeName(value)}, not text`, hint: 'quote it' }
  }
  return { message: `${what} is not base64`, hint: 'encode it, or put it under stringData' }
}

function example(value: string): string {
  return `apiVersion: v1
kind: Secret
metadata:
  name: keyspace
  namespace: keyspace
data:
  DATABASE_URL: ${value}
`
}
