// RB055: several projects deploy to one cluster, all with Argo CD's own permissions.
import type { AppProject, Destination } from '../../../argocd/app-project.ts'
import { isDenial } from '../../../argocd/glob.ts'
import { pointerOf } from '../../../fix/pointer.ts'
import { shownName } from '../../../names.ts'
import type { Facts } from '../../facts.ts'
import type { Fix, Found, Rule } from '../../model.ts'
import { placeOf } from '../../places.ts'
import { IN_CLUSTER } from '../../project-permits.ts'
import { listed, objectName } from '../../words.ts'
import { argoObjects, isWide } from './projects.ts'

const project = (name: string, accounts: boolean) => `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: ${name}
  namespace: argocd
spec:
  destinations:
    - server: https://kubernetes.default.svc
      namespace: ${name}
${
  accounts
    ? `  destinationServiceAccounts:
    - server: https://kubernetes.default.svc
      namespace: ${name}
      defaultServiceAccount: argocd-deployer
`
    : ''
}`

export const syncWithoutImpersonation: Rule<Facts> = {
  id: 'RB055',
  name: 'sync-without-impersonation',
  chapter: 'argocd',
  severity: 'low',
  summary:
    "Applications of a project sync with Argo CD's own permissions on a cluster that others share",
  why: 'Without impersonation every sync runs as the application controller, which usually may do everything. The lists of the AppProject are then all that keeps one team out of the namespaces of another; with impersonation the API server does it too.',
  fix: 'Name a ServiceAccount for each destination in `destinationServiceAccounts`, give it the permissions that the team needs there, and turn on `application.sync.impersonation.enabled` in `argocd-cm`.',
  fixable: 'suggestion',
  example: {
    bad: `${project('keyspace', false)}---\n${project('payments', true)}`,
    good: `${project('keyspace', true)}---\n${project('payments', true)}`,
  },
  *find(facts): Iterable<Found> {
    const { projects } = argoObjects(facts)
    const sharing = new Sharing(projects)
    for (const each of projects) {
      if (each.hasDestinationServiceAccounts) continue
      const others = sharing.othersOf(each)
      if (others.length === 0) continue
      yield {
        at: placeOf(each.object, ['spec', 'destinations']),
        object: objectName(each.object.object),
        message: `has no destinationServiceAccounts, and shares a cluster with ${listed(others)}`,
        hint: 'name a ServiceAccount for each destination in destinationServiceAccounts',
        fix: withAccounts(each),
      }
    }
  },
}

/** One more than is listed. */
const MOST = 6

/** Which projects have a cluster in common, in time proportional to their number. */
class Sharing {
  /** Sorted names by cluster; under `*` those that may deploy anywhere. */
  readonly #byCluster: ReadonlyMap<string, readonly string[]>
  /** All that may deploy somewhere. */
  readonly #all: readonly string[]

  constructor(projects: readonly AppProject[]) {
    const found = new Map<string, Set<string>>()
    for (const project of projects) {
      for (const cluster of clustersOf(project)) {
        const names = found.get(cluster) ?? new Set()
        found.set(cluster, names.add(text(project)))
      }
    }
    this.#byCluster = new Map([...found].map(([key, names]) => [key, [...names].sort()]))
    this.#all = [...new Set([...found.values()].flatMap((names) => [...names]))].sort()
  }

  /** The first few, by name. */
  othersOf(project: AppProject): string[] {
    const own = text(project)
    const clusters = clustersOf(project)
    if (clusters.size === 0) return []
    const lists = clusters.has(ANY)
      ? [this.#all]
      : [...clusters, ANY].map((cluster) => this.#byCluster.get(cluster) ?? [])
    const first = lists.flatMap((names) => names.slice(0, MOST + 1))
    return [...new Set(first)]
      .filter((name) => name !== own)
      .sort()
      .slice(0, MOST)
  }
}

const ANY = '*'

/** Argo CD's own cluster has one key under both its names. */
function clustersOf({ destinations }: AppProject): ReadonlySet<string> {
  const keys = destinations.flatMap(({ server, name }) => {
    if (isWide(server) || isWide(name)) return [ANY]
    const cluster = server || (name === IN_CLUSTER.name ? IN_CLUSTER.server : `name ${name}`)
    return server === '' && name === '' ? [] : [cluster]
  })
  return new Set(keys)
}

function text({ name }: AppProject): string {
  return `AppProject ${shownName(name)}`
}

/** A name that nothing has yet. */
const ACCOUNT = 'argocd-deployer'

/** Only where servers are written: an account is found by the address of its cluster alone. */
function withAccounts({ object, destinations }: AppProject): Fix | undefined {
  const isUsable = ({ server, namespace }: Destination) =>
    server !== '' && !isDenial(server) && !isDenial(namespace)
  if (destinations.length === 0 || !destinations.every(isUsable)) return undefined
  const accounts = destinations.map(({ server, namespace }) => {
    return { server, namespace, defaultServiceAccount: ACCOUNT }
  })
  return {
    title: `sync as ServiceAccount ${ACCOUNT} of the destination`,
    object,
    operations: [
      { op: 'add', path: pointerOf(['spec', 'destinationServiceAccounts']), value: accounts },
    ],
    isSafe: false,
  }
}
