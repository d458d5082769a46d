// RB041: a PhaseSecret writes a Secret into a namespace that is not its own.
import { nameKey } from '../../../manifests/check/facts.ts'
import type { Fix, Found, Rule } from '../../../manifests/check/model.ts'
import { placeOf } from '../../../manifests/check/places.ts'
import { objectName } from '../../../manifests/check/words.ts'
import type { ManifestObject } from '../../../manifests/document.ts'
import { pointerOf } from '../../../manifests/fix/pointer.ts'
import type { Crossing } from '../crossing.ts'
import { crossingOf, crossingText } from '../crossing.ts'
import type { PhaseFacts } from '../facts.ts'

const phaseSecret = (namespace: string) => `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: keyspace
  namespace: keyspace
spec:
  phaseApp: keyspace
  managedSecretReferences:
    - secretName: keyspace-cloud-prod-secret
      secretNamespace: ${namespace}
`

export const managedSecretCrossesNamespace: Rule<PhaseFacts> = {
  id: 'RB041',
  name: 'managed-secret-crosses-namespace',
  chapter: 'phase',
  severity: 'high',
  summary: 'a PhaseSecret writes a Secret into a namespace that is not its own',
  why: "Phase's operator creates, overwrites and deletes the Secret with its own permissions, in any namespace that a PhaseSecret names. Whoever may write PhaseSecrets in one namespace can so replace Secrets of another team.",
  fix: 'Keep the PhaseSecret and its Secret in one namespace: leave `secretNamespace` out or give it the namespace of the PhaseSecret, and write a PhaseSecret in each namespace that needs the values.',
  fixable: 'yes',
  example: { bad: phaseSecret('shop'), good: phaseSecret('keyspace') },
  *find(facts): Iterable<Found> {
    for (const [object, { targets }] of facts.phaseSecrets) {
      for (const [index, target] of targets.entries()) {
        const crossing = crossingOf(facts, object, target.namespace)
        if (crossing === undefined) continue
        const path = ['spec', 'managedSecretReferences', index, 'secretNamespace']
        yield {
          at: placeOf(object, path),
          object: objectName(object.object),
          severity: crossing.severity,
          message: `writes Secret ${target.name} ${crossingText(crossing)}`,
          hint: 'write the PhaseSecret in the namespace that needs the Secret, and leave secretNamespace out',
          secrets: [{ namespace: crossing.to, name: target.name }],
          fix: stayHome(facts, object, crossing, target.name, pointerOf(path)),
        }
      }
    }
  },
}

/** Without asking only if nothing here uses the Secret where it is, and nothing has its name at home. */
function stayHome(
  facts: PhaseFacts,
  object: ManifestObject,
  { from, to }: Crossing,
  name: string,
  path: string,
): Fix | undefined {
  if (from === undefined) return undefined
  const isUsed = facts.workloads.some(
    ({ namespace, secrets }) => namespace === to && secrets.some((use) => use.name === name),
  )
  const home = nameKey({ namespace: from, name })
  const isTaken =
    facts.secrets.some((secret) => nameKey(secret) === home) ||
    facts.seen.some(
      ({ object: { kind, namespace = facts.namespace, name: own = '' } }) =>
        kind === 'Secret' && nameKey({ namespace, name: own }) === home,
    )
  return {
    title: `write ${name} in namespace ${from}`,
    object,
    operations: [{ op: 'replace', path, value: from }],
    isSafe: !isUsed && !isTaken,
  }
}
