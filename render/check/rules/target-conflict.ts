// RB043: a Secret that a PhaseSecret writes is written by something else too.
import { nameKey, namespaceIn } from '../../../manifests/check/facts.ts'
import type { Found, Rule } from '../../../manifests/check/model.ts'
import { PHASE_SECRET } from '../../../manifests/check/rules/example-parts.ts'
import { listed, objectName, qualified } from '../../../manifests/check/words.ts'
import type { ManifestObject } from '../../../manifests/document.ts'
import { groupOf } from '../../../manifests/object-key.ts'
import { valueAt } from '../../../manifests/plain-value.ts'
import type { PhaseFacts } from '../facts.ts'

const sealedSecret = (name: string) => `---
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: ${name}
  namespace: keyspace
spec:
  encryptedData: {}
`

export const targetConflict: Rule<PhaseFacts> = {
  id: 'RB043',
  name: 'target-conflict',
  chapter: 'phase',
  severity: 'high',
  summary: 'a Secret that a PhaseSecret writes is written by something else too',
  why: "Two writers of one Secret replace each other's keys for ever. Phase's operator deletes and creates a Secret anew when its type or data differ, with the labels and annotations that somebody else gave it. Workloads see the one or the other, and a Secret can be taken over by whoever adds a second writer.",
  fix: 'Give each writer a Secret of its own, or remove the writer that is not wanted.',
  fixable: 'no',
  example: {
    bad: `${PHASE_SECRET}${sealedSecret('keyspace-cloud-prod-secret')}`,
    good: `${PHASE_SECRET}${sealedSecret('keyspace-tls')}`,
  },
  *find(facts): Iterable<Found> {
    const writers = writersOf(facts)
    for (const [object, { targets }] of facts.phaseSecrets) {
      const own = writerText(object, facts)
      for (const { name, namespace: written, at } of targets) {
        const namespace = written || facts.namespace
        const texts = writers.get(nameKey({ namespace, name })) ?? []
        // The object itself written down twice is another matter.
        const others = texts.filter((text) => text !== own)
        if (others.length === 0) continue
        const secret = { namespace: objectName({ kind: '', namespace }).namespace, name }
        yield {
          at,
          object: objectName(object.object),
          message: `writes Secret ${qualified(secret)}, as ${listed(others)} does`,
          hint: 'give each of them a Secret of its own',
          secrets: [secret],
        }
      }
    }
  },
}

/** Who writes a Secret, sorted, each once; of many only the first few. */
function writersOf(facts: PhaseFacts): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>()
  const add = (object: ManifestObject, namespace: string, name: string) => {
    const key = nameKey({ namespace, name })
    const texts = found.get(key) ?? new Set()
    found.set(key, texts.add(writerText(object, facts)))
  }
  for (const object of facts.objects) {
    for (const { name, namespace } of facts.phaseSecrets.get(object)?.targets ?? []) {
      add(object, namespace || facts.namespace, name)
    }
    const name = nameOfWritten(object)
    if (name !== undefined) add(object, object.object.namespace || facts.namespace, name)
  }
  return new Map([...found].map(([key, texts]) => [key, [...texts].sort().slice(0, MOST)]))
}

/** One more than is listed, and one for the PhaseSecret itself. */
const MOST = 7

/** Which Secret of its own namespace an object becomes; undefined if none. */
function nameOfWritten({ apiVersion, object, value }: ManifestObject): string | undefined {
  const { kind, name } = object
  const type = `${kind}.${groupOf(apiVersion)}`
  if (type === 'Secret.' || type === 'SealedSecret.bitnami.com') return name
  if (type === 'ExternalSecret.kubernetes-client.io') return name
  if (type !== 'ExternalSecret.external-secrets.io') return undefined
  if (valueAt(value, 'spec', 'target', 'creationPolicy') === 'None') return undefined
  const target = valueAt(value, 'spec', 'target', 'name')
  return typeof target === 'string' && target !== '' ? target : name
}

function writerText(object: ManifestObject, facts: PhaseFacts): string {
  const { kind, name = '' } = object.object
  return `${kind} ${qualified({ namespace: namespaceIn(facts, object), name })}`
}
