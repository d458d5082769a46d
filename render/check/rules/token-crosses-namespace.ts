// RB042: a PhaseSecret is read with a token that lies in another namespace.
import type { Fix, Found, Rule } from '../../../manifests/check/model.ts'
import { placeOf } from '../../../manifests/check/places.ts'
import { objectName } from '../../../manifests/check/words.ts'
import type { ManifestObject } from '../../../manifests/document.ts'
import { pointerOf } from '../../../manifests/fix/pointer.ts'
import { crossingOf, crossingText } from '../crossing.ts'
import type { PhaseFacts } from '../facts.ts'

const phaseSecret = (namespace: string) => `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: keyspace
  namespace: keyspace
spec:
  phaseApp: keyspace
  authentication:
    serviceToken:
      serviceTokenSecretReference:
        secretName: phase-service-token
        secretNamespace: ${namespace}
  managedSecretReferences:
    - secretName: keyspace-cloud-prod-secret
`

const REFERENCE = ['spec', 'authentication', 'serviceToken', 'serviceTokenSecretReference']

export const tokenCrossesNamespace: Rule<PhaseFacts> = {
  id: 'RB042',
  name: 'token-crosses-namespace',
  chapter: 'phase',
  severity: 'high',
  summary: 'a PhaseSecret uses a service token of another namespace',
  why: "Phase's operator reads the token with its own permissions, from any namespace that a PhaseSecret names. Whoever may write PhaseSecrets in one namespace can so read everything that another team's token can read.",
  fix: 'Give each namespace a service account of its own in Phase that reads only what the namespace needs, and keep its token there.',
  fixable: 'suggestion',
  example: { bad: phaseSecret('platform'), good: phaseSecret('keyspace') },
  *find(facts): Iterable<Found> {
    for (const [object, { tokenReference }] of facts.phaseSecrets) {
      const crossing = tokenReference && crossingOf(facts, object, tokenReference.namespace)
      if (crossing === undefined) continue
      const path = [...REFERENCE, 'secretNamespace']
      const { from } = crossing
      yield {
        at: placeOf(object, path),
        object: objectName(object.object),
        severity: crossing.severity,
        message: `reads Phase with the token ${tokenReference?.name} ${crossingText(crossing)}`,
        hint: 'keep a token that reads only what this namespace needs in this namespace',
        fix: from === undefined ? undefined : stayHome(object, from, pointerOf(path)),
      }
    }
  },
}

/** Nobody here knows whether there is such a token at home. */
function stayHome(object: ManifestObject, from: string, path: string): Fix {
  return {
    title: `use the token in namespace ${from}`,
    object,
    operations: [{ op: 'replace', path, value: from }],
    isSafe: false,
  }
}
