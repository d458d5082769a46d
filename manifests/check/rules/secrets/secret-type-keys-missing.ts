// SS002: a Secret does not hold what its type promises.
import { typeFaults } from '../../../secret.ts'
import type { Facts } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import type { WrittenSecret } from './written-secrets.ts'
import { bytesOf, secretFound, writtenSecrets } from './written-secrets.ts'

const NOTHING = new Uint8Array()

export const secretTypeKeysMissing: Rule<Facts> = {
  id: 'SS002',
  name: 'secret-type-keys-missing',
  chapter: 'secrets',
  severity: 'high',
  summary: 'a Secret does not hold the keys that its type needs, or not what belongs in them',
  why: 'The API server refuses a Secret of a built-in type without the keys of that type, so the sync fails. What it does not look at, such as a certificate that its key does not fit, fails where the Secret is used.',
  fix: 'Add the keys, or use the type `Opaque`.',
  fixable: 'no',
  example: {
    bad: example('certificate: ""'),
    good: example('tls.crt: ""\n  tls.key: ""'),
  },
  *find(facts): Iterable<Found> {
    for (const secret of writtenSecrets(facts)) {
      for (const { key, message, hint } of faultsOf(secret)) {
        const field = secret.entries.findLast((entry) => entry.key === key)?.field
        const path = key === undefined || field === undefined ? ['type'] : [field, key]
        yield secretFound(secret, path, {
          message,
          hint: key === undefined ? 'add it, or use another type' : hint,
        })
      }
    }
  },
}

/** What is left empty, for somebody else to fill, or cannot be read is not looked into. */
function faultsOf({ type, annotations, entries }: WrittenSecret) {
  const read = entries.map((entry) => [entry.key, bytesOf(entry) ?? NOTHING] as const)
  const data = new Map(read)
  const faults = typeFaults({ type, annotations, data })
  const isWhole = [...data.values()].every(({ length }) => length > 0)
  return isWhole ? faults : faults.filter(({ key }) => key === undefined)
}

function example(data: string): string {
  return `apiVersion: v1
kind: Secret
metadata:
  name: keyspace-tls
  namespace: keyspace
type: kubernetes.io/tls
data:
  ${data}
`
}
