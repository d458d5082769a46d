// RB026: an annotation asks for a restart when a Secret changes, where there will be none.
// What the operator does: phasehq/kubernetes-secrets-operator 1.4 and 2.0.
import type { ManifestObject } from '../../../document.ts'
import { pointerOf } from '../../../fix/pointer.ts'
import { shownName } from '../../../names.ts'
import { groupOf } from '../../../object-key.ts'
import { valueAt } from '../../../plain-value.ts'
import { secretReferences } from '../../../secret-references.ts'
import type { GroupKind, Workload } from '../../../workload.ts'
import { findWorkloads, POD_TEMPLATE, stampRefusal, workloadReference } from '../../../workload.ts'
import type { Facts } from '../../facts.ts'
import { ANY_NAME, namespaceIn } from '../../facts.ts'
import type { Fix, Found, Rule } from '../../model.ts'
import type { FieldPath } from '../../places.ts'
import { placeOf } from '../../places.ts'
import { usageOf } from '../../usage.ts'
import { objectName } from '../../words.ts'
import { deployment, PHASE_SECRET } from '../example-parts.ts'

const NAME = 'secrets.phase.dev/redeploy'
const PATH = ['metadata', 'annotations', NAME]
const ON_TEMPLATE = [...POD_TEMPLATE, ...PATH]

export const redeployAnnotationWithoutEffect: Rule<Facts> = {
  id: 'RB026',
  name: 'redeploy-annotation-without-effect',
  chapter: 'workloads',
  severity: 'medium',
  summary: 'the annotation secrets.phase.dev/redeploy has no effect where it stands',
  why: 'Nothing says so when a restart does not come: the pods go on with the old value.\n\nThis plugin changes the pod template of Deployments, StatefulSets, DaemonSets, ReplicaSets, ReplicationControllers, Argo Rollouts and the kinds that its configuration names, for Secrets that the workload gets by `envFrom`, `env` or a volume, in containers and initContainers. Phase’s operator restarts Deployments only, and only for `envFrom` of containers.\n\nOf the value this plugin takes `"false"` for no and all else for yes; the operator restarts whatever the value is.',
  fix: 'Remove the annotation, or put it on the metadata of the workload that uses the Secret.',
  fixable: 'suggestion',
  example: {
    bad: `${PHASE_SECRET}---\n${deployment('', 'env: []', `${NAME}: 'true'`)}`,
    good: `${PHASE_SECRET}---\n${deployment('', undefined, `${NAME}: 'true'`)}`,
  },
  *find(facts): Iterable<Found> {
    const kinds = extraKindsOf(facts)
    const { workloads, unresolved } = findWorkloads(facts.objects, kinds, facts.namespace)
    for (const object of facts.objects) yield* valueFound(facts, object, kinds)
    for (const object of unresolved) if (asks(object)) yield unresolvedFound(facts, object)
    for (const workload of workloads) yield* workloadFound(facts, workload)
  },
}

/** The kinds that somebody's configuration added to those that run pods. */
function extraKindsOf({ workloads }: Facts): GroupKind[] {
  const kinds = workloads.map(({ object }) => {
    return { group: groupOf(object.apiVersion), kind: object.object.kind }
  })
  return [...new Map(kinds.map((kind) => [`${kind.kind}.${kind.group}`, kind])).values()]
}

function asks({ value }: ManifestObject): boolean {
  const written = valueAt(value, ...PATH)
  return typeof written === 'string' && written !== 'false'
}

function* valueFound(
  facts: Facts,
  object: ManifestObject,
  kinds: readonly GroupKind[],
): Iterable<Found> {
  const written = valueAt(object.value, ...PATH)
  if (written === undefined) return
  if (typeof written !== 'string') {
    yield said(facts, object, PATH, {
      message: `annotation ${NAME} is not text: the API server refuses the object`,
      hint: 'quote it: "true" or "false"',
      fix: typeof written === 'boolean' ? quoted(object, written) : undefined,
    })
    return
  }
  if (written === 'false') {
    // The operator knows no other kind, so there "false" is what it says.
    if (object.object.kind !== 'Deployment') return
    yield said(facts, object, PATH, {
      severity: 'info',
      message: `annotation ${NAME} of "false" keeps this plugin from restarting it, but Phase's operator restarts it all the same`,
      hint: 'remove the annotation where the operator still runs',
    })
    return
  }
  const refusal = stampRefusal(object, kinds)
  if (refusal === undefined) return
  yield said(facts, object, PATH, {
    message: `annotation ${NAME} has no effect, neither here nor with Phase's operator: ${refusal}`,
    hint: 'remove the annotation',
    fix: removal(object),
  })
}

function unresolvedFound(facts: Facts, object: ManifestObject): Found {
  const { kind, name } = workloadReference(object) ?? {}
  const target = [kind, name].map((word) => shownName(word ?? '')).join(' ')
  return said(facts, object, PATH, {
    message: `annotation ${NAME} has no effect: spec.workloadRef names ${target}, which is no Deployment of the manifests`,
    hint: 'correct spec.workloadRef',
  })
}

function* workloadFound(facts: Facts, { object, owners }: Workload): Iterable<Found> {
  if (valueAt(object.value, ...ON_TEMPLATE) !== undefined) {
    if (owners.every(({ value }) => valueAt(value, ...PATH) === undefined)) {
      yield said(facts, object, ON_TEMPLATE, {
        message: `annotation ${NAME} has no effect on the pod template, neither here nor with Phase's operator`,
        hint: "put it on the workload's own metadata",
        fix: moved(object),
      })
    }
  }
  const asking = owners.filter(asks)
  if (asking.length === 0 || usesManaged(facts, object)) return
  for (const owner of asking) {
    yield said(facts, owner, PATH, {
      message: `annotation ${NAME} has no effect, neither here nor with Phase's operator: its containers get no Secret that Phase manages in their namespace`,
      hint: 'remove the annotation, or correct the name of the Secret; imagePullSecrets do not count',
      fix: removal(owner),
    })
  }
}

function usesManaged(facts: Facts, object: ManifestObject): boolean {
  const { guarded } = usageOf(facts)
  const namespace = namespaceIn(facts, object)
  const references = secretReferences(valueAt(object.value, ...POD_TEMPLATE))
  return [ANY_NAME, ...references.map(({ name }) => name)].some(
    (name) => references.length > 0 && guarded.maybeIn(namespace, name).length > 0,
  )
}

function removal(object: ManifestObject): Fix {
  const title = `remove annotation ${NAME}`
  return { title, object, operations: [{ op: 'remove', path: pointerOf(PATH) }], isSafe: false }
}

function quoted(object: ManifestObject, written: boolean): Fix {
  const value = String(written)
  const operations = [{ op: 'replace', path: pointerOf(PATH), value }] as const
  return { title: `quote ${value}`, object, operations, isSafe: false }
}

function moved(object: ManifestObject): Fix {
  const value = valueAt(object.value, ...ON_TEMPLATE)
  const hasMap = valueAt(object.value, 'metadata', 'annotations') !== undefined
  const path = hasMap ? PATH : PATH.slice(0, -1)
  const operations = [
    { op: 'add', path: pointerOf(path), value: hasMap ? value : { [NAME]: value } },
    { op: 'remove', path: pointerOf(ON_TEMPLATE) },
  ] as const
  return { title: "move it to the workload's metadata", object, operations, isSafe: false }
}

function said(
  facts: Facts,
  object: ManifestObject,
  path: FieldPath,
  what: Omit<Found, 'at' | 'object'>,
): Found {
  const namespace = namespaceIn(facts, object)
  return {
    ...what,
    at: placeOf(object, path),
    object: objectName({ ...object.object, namespace }),
  }
}
