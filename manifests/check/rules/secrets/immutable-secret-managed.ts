// SS007: a Secret that Phase manages is immutable, so that no new value gets into it.

import { pointerOf } from '../../../fix/pointer.ts'
import type { Facts } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import { placeOf } from '../../places.ts'
import { usageOf } from '../../usage.ts'
import { objectName } from '../../words.ts'
import { PHASE_SECRET } from '../example-parts.ts'
import { declaredSecrets } from './declared-secrets.ts'

const OLD = `apiVersion: v1
kind: Secret
metadata:
  name: keyspace-cloud-prod-secret
  namespace: keyspace
`

export const immutableSecretManaged: Rule<Facts> = {
  id: 'SS007',
  name: 'immutable-secret-managed',
  chapter: 'secrets',
  severity: 'medium',
  summary: 'a Secret that Phase manages is immutable',
  why: 'The API server refuses to change an immutable Secret, and to make it changeable again. As soon as a value changes in Phase, the sync fails, and it goes on failing until somebody deletes the Secret.',
  fix: 'Remove `immutable`. If the Secret is immutable in the cluster already, delete it there or let Phase render one of another name.',
  fixable: 'suggestion',
  example: {
    bad: `${PHASE_SECRET}---\n${OLD}immutable: true\n`,
    good: `${PHASE_SECRET}---\n${OLD}`,
  },
  *find(facts): Iterable<Found> {
    const { guarded } = usageOf(facts)
    for (const { object, namespace, name, isImmutable, immutablePath } of declaredSecrets(facts)) {
      if (!isImmutable || guarded.in(namespace, name).length === 0) continue
      yield {
        at: placeOf(object, immutablePath),
        object: objectName({ ...object.object, namespace }),
        message: 'is immutable, but Phase manages it: no new value will get into it',
        hint: 'remove immutable, or let Phase render a Secret of another name',
        secrets: [{ namespace, name }],
        fix: {
          title: 'remove immutable',
          object,
          operations: [{ op: 'remove', path: pointerOf(immutablePath) }],
          isSafe: false,
        },
      }
    }
  },
}
