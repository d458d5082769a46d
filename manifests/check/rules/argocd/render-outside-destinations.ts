// RB053: an Application deploys to where its project does not permit it, or brings what it does not permit:
// Argo CD refuses to sync it.
import type { ApplicationTarget, AppProject, Destination } from '../../../argocd/app-project.ts'
import { isArgoKind } from '../../../argocd/app-project.ts'
import { quotedName, shownName } from '../../../names.ts'
import { groupOf } from '../../../object-key.ts'
import { findResource } from '../../../rbac/resources.ts'
import type { Facts } from '../../facts.ts'
import { OPEN_NAMESPACE } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import { placeOf } from '../../places.ts'
import { mayPermitDestination, permitsKind } from '../../project-permits.ts'
import type { SeenObject } from '../../read-objects.ts'
import { objectName, qualified } from '../../words.ts'
import { argoObjects, projectNamed } from './projects.ts'

const manifests = (namespace: string) => `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: keyspace
  namespace: argocd
spec:
  destinations:
    - server: https://kubernetes.default.svc
      namespace: keyspace-*
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: keyspace
  namespace: argocd
spec:
  project: keyspace
  source:
    repoURL: https://git.example.com/keyspace.git
    path: deploy
  destination:
    server: https://kubernetes.default.svc
    namespace: ${namespace}
`

export const renderOutsideDestinations: Rule<Facts> = {
  id: 'RB053',
  name: 'render-outside-destinations',
  chapter: 'argocd',
  severity: 'high',
  summary: 'an Application deploys what or where its AppProject does not permit',
  why: 'Argo CD does not sync what the project forbids: the change never arrives, and the Application is out of sync or in error. It is worth a look too: the change reaches for a namespace that was not meant for it.',
  fix: 'Deploy to a permitted namespace, or have the platform team add the destination or the kind to the AppProject.',
  fixable: 'no',
  example: { bad: manifests('payments'), good: manifests('keyspace-production') },
  *find(facts): Iterable<Found> {
    for (const { object, ...target } of argoObjects(facts).applications) {
      const project = projectNamed(facts, target.project)
      if (project === undefined || mayPermitDestination(project, target.destination)) continue
      yield {
        at: placeOf(object, ['spec', 'destination', 'namespace']),
        object: objectName(object.object),
        message: `deploys to ${placeText(target.destination)}, which AppProject ${shownName(project.name)} does not permit`,
        hint: HINT,
      }
    }
    if (facts.application !== undefined) yield* rendered(facts, facts.application)
  },
}

const HINT =
  'deploy to a permitted place, or have the platform team permit this one in the AppProject'

function placeText({ server, name, namespace }: Destination): string {
  const cluster = server || name
  const where = namespace === '' ? 'no namespace' : `namespace ${quotedName(namespace)}`
  return cluster === '' ? where : `${where} of ${quotedName(cluster)}`
}

/** The objects of one Application's render. */
function* rendered(facts: Facts, target: ApplicationTarget): Generator<Found> {
  const project = projectNamed(facts, target.project)
  if (project === undefined) return
  for (const seen of facts.seen) {
    // The project is not of the render, and of a PhaseSecret only its Secrets arrive.
    if (isArgoKind(seen, 'AppProject') || seen.object.kind === 'PhaseSecret') continue
    const found = refusalOf(facts, project, target, seen)
    if (found !== undefined) yield found
  }
  const kind = { group: '', kind: 'Secret', isNamespaced: true }
  for (const { namespace, name, at } of facts.secrets) {
    if (at === undefined) continue
    const own = namespace === OPEN_NAMESPACE ? target.destination.namespace : namespace
    const reason = reasonOf(project, target, kind, own)
    if (reason === undefined) continue
    const secret = { namespace: own || undefined, name }
    const message = `Secret ${qualified(secret)} ${reason}`
    yield { at, message, hint: HINT, secrets: [secret] }
  }
}

function refusalOf(
  facts: Facts,
  project: AppProject,
  target: ApplicationTarget,
  { apiVersion, object, at }: SeenObject,
): Found | undefined {
  const { kind, namespace, name } = object
  const group = groupOf(apiVersion)
  const resource = findResource(kind, group)
  // Of a custom resource only its cluster knows whether it has a namespace, unless it names one.
  const isNamespaced = resource?.group === group ? resource.isNamespaced : !!namespace || undefined
  if (isNamespaced === undefined) return undefined
  const filled = facts.namespace === OPEN_NAMESPACE ? undefined : facts.namespace
  const own = isNamespaced ? namespace || target.destination.namespace || filled || '' : ''
  const reason = reasonOf(project, target, { group, kind, isNamespaced, name: name ?? '' }, own)
  if (reason === undefined) return undefined
  return { at, object: objectName(object), message: reason, hint: HINT }
}

/** As Argo CD asks: the kind first, then, with a namespace, whether that is permitted (IsResourcePermitted). */
function reasonOf(
  project: AppProject,
  { destination }: ApplicationTarget,
  kind: Parameters<typeof permitsKind>[1],
  namespace: string,
): string | undefined {
  const owner = `AppProject ${shownName(project.name)}`
  if (!permitsKind(project, kind)) {
    return `is of a kind, ${shownName(kind.kind)}, that ${owner} does not permit`
  }
  if (!kind.isNamespaced || namespace === '') return undefined
  const place = { ...destination, namespace }
  if (mayPermitDestination(project, place)) return undefined
  return `goes to ${placeText(place)}, which ${owner} does not permit`
}
