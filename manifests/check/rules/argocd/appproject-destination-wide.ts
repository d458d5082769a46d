// RB050: Applications of a project may be deployed to any namespace or to any cluster.
import type { AppProject, Destination } from '../../../argocd/app-project.ts'
import { destinationFits } from '../../../argocd/glob.ts'
import { pointerOf } from '../../../fix/pointer.ts'
import { quotedName } from '../../../names.ts'
import type { Facts } from '../../facts.ts'
import type { Fix, Found, PatchOperation, Rule } from '../../model.ts'
import { placeOf } from '../../places.ts'
import { objectName } from '../../words.ts'
import { argoObjects, destinationsOf, isWide } from './projects.ts'

const project = (namespace: string) => `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: keyspace
  namespace: argocd
spec:
  destinations:
    - server: https://kubernetes.default.svc
      namespace: ${namespace}
`

export const appprojectDestinationWide: Rule<Facts> = {
  id: 'RB050',
  name: 'appproject-destination-wide',
  chapter: 'argocd',
  severity: 'high',
  summary: 'an AppProject lets its Applications deploy to any namespace or any cluster',
  why: 'Argo CD applies manifests with permissions of its own. A project without limits lets whoever may merge into one of its repositories put a pod, a Role or a Secret next to the Secrets of every other team. A lone `!kube-system` is no limit either: it permits everything else.',
  fix: 'Name the clusters and namespaces that the Applications of the project deploy to; a pattern such as `keyspace-*` is fine where the names are under control.',
  fixable: 'suggestion',
  example: { bad: project("'*'"), good: project('keyspace') },
  *find(facts): Iterable<Found> {
    for (const each of argoObjects(facts).projects) {
      for (const [index, item] of each.destinations.entries()) {
        const wide = widthOf(item)
        if (wide === undefined) continue
        yield {
          at: placeOf(each.object, ['spec', 'destinations', index, wide.field]),
          object: objectName(each.object.object),
          message: wide.message,
          hint: 'name the clusters and namespaces that its Applications deploy to',
          fix: onlyUsed(facts, each, index, item),
        }
      }
    }
  },
}

interface Width {
  readonly field: keyof Destination
  readonly message: string
}

function widthOf({ server, name, namespace }: Destination): Width | undefined {
  const field = isWide(server) ? 'server' : 'name'
  const isAnyCluster = isWide(server) || isWide(name)
  if (isWide(namespace)) {
    const except = namespace.startsWith('!') ? ` but ${quotedName(namespace.slice(1))}` : ''
    const cluster = isAnyCluster ? 'every cluster' : `cluster ${quotedName(server || name)}`
    return { field: 'namespace', message: `permits every namespace${except} of ${cluster}` }
  }
  if (!isAnyCluster) return undefined
  return { field, message: `permits namespace ${quotedName(namespace)} of every cluster` }
}

const MOST = 20

/** Puts what the project's Applications use now into the item's place. */
function onlyUsed(
  facts: Facts,
  owner: AppProject,
  index: number,
  item: Destination,
): Fix | undefined {
  const used = destinationsOf(facts, owner).filter(
    ({ server, name, namespace }) =>
      namespace !== '' &&
      destinationFits(item.namespace, namespace) &&
      ((server !== '' && destinationFits(item.server, server)) ||
        (name !== '' && destinationFits(item.name, name))),
  )
  if (used.length === 0 || used.length > MOST) return undefined
  return {
    title: 'permit only the destinations of its Applications',
    object: owner.object,
    operations: used.map(({ server, name, namespace }, offset): PatchOperation => {
      const cluster = server === '' ? { name } : { server }
      const path = pointerOf(['spec', 'destinations', index + offset])
      return { op: offset === 0 ? 'replace' : 'add', path, value: { ...cluster, namespace } }
    }),
    isSafe: false,
  }
}
