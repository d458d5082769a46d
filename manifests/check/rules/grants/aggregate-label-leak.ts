// RB009: a ClusterRole about Secrets is added to view, edit or admin by a label.

import { pointerOf } from '../../../fix/pointer.ts'
import { allowsAnyName } from '../../../rbac/match.ts'
import type { Role } from '../../../rbac/model.ts'
import type { Facts } from '../../facts.ts'
import { isRead, SECRET_VERBS } from '../../grants.ts'
import type { Found, Rule } from '../../model.ts'
import { placeOf } from '../../places.ts'
import { objectName } from '../../words.ts'

const LABELS = ['view', 'edit', 'admin'].map(
  (role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, role] as const,
)

function exampleOf(labels: string): string {
  return `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: secret-reader
  labels: {${labels}}
rules:
  - {apiGroups: [''], resources: [secrets], verbs: [get, list]}
`
}

export const aggregateLabelLeak: Rule<Facts> = {
  id: 'RB009',
  name: 'aggregate-label-leak',
  chapter: 'grants',
  severity: 'high',
  summary: 'a label adds a ClusterRole that reads Secrets to a role that many have',
  why: 'Kubernetes copies the rules of every ClusterRole with the label `rbac.authorization.k8s.io/aggregate-to-view` into `view`, which deliberately reads no Secrets. With it everybody who may look around in a namespace reads its Secrets. `edit` and `admin` read Secrets anyway; there the label adds it to who is bound to them through other labels.',
  fix: 'Remove the label.',
  fixable: 'yes',
  example: {
    bad: exampleOf('rbac.authorization.k8s.io/aggregate-to-view: "true"'),
    good: exampleOf('team: keyspace'),
  },
  *find(facts): Iterable<Found> {
    for (const role of facts.rbac.roles) {
      const object = facts.originOf(role)
      if (role.kind !== 'ClusterRole' || !readsSecrets(role) || object === undefined) continue
      for (const [label, target] of LABELS) {
        if (role.labels[label] !== 'true') continue
        const path = ['metadata', 'labels', label]
        yield {
          at: placeOf(object, path),
          object: objectName(role),
          severity: target === 'view' ? undefined : 'low',
          message: `is added to ${target}: everybody bound to it reads what this role reads of Secrets`,
          hint: `remove the label ${label}`,
          fix: {
            title: `remove the label ${label}`,
            object,
            operations: [{ op: 'remove', path: pointerOf(path) }],
            isSafe: target === 'view',
          },
        }
      }
    }
  },
}

function readsSecrets({ rules }: Role): boolean {
  return rules.some((rule) =>
    SECRET_VERBS.some(
      (verb) => isRead(verb) && allowsAnyName(rule, { verb, group: '', resource: 'secrets' }),
    ),
  )
}
