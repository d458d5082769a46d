// MF002: what a render warns of, and what the API server would refuse.
import type { Found, Rule } from '../../../manifests/check/model.ts'
import { clusterBindingOf } from '../../../manifests/check/rules/example-parts.ts'
import type { PhaseFacts } from '../facts.ts'

export const withoutEffect: Rule<PhaseFacts> = {
  id: 'MF002',
  name: 'without-effect',
  chapter: 'manifests',
  severity: 'medium',
  summary: 'something in the manifests has no effect, or the API server refuses it',
  why: 'A role or binding that the API server refuses grants nothing and fails the sync; an object that is there twice, or is one of Kubernetes itself, is not what it seems to be.',
  fix: 'Follow the hint.',
  fixable: 'no',
  example: {
    bad: clusterBindingOf('ClusterRole view', 'ServiceAccount keyspace-app'),
    good: clusterBindingOf('ClusterRole view', 'ServiceAccount keyspace/keyspace-app'),
  },
  *find({ problems }): Iterable<Found> {
    for (const { severity, at, object, message, hint } of problems) {
      if (severity === 'warning') yield { at, object, message, hint }
    }
  },
}
