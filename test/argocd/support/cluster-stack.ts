// Tier 2, running: tier 1, a control plane and the application-controller.
import { installArgocd } from './applications.ts'
import { startController } from './argocd.ts'
import type { KubeClient } from './kube-client.ts'
import type { Cluster } from './kubernetes.ts'
import { startCluster } from './kubernetes.ts'
import type { Places } from './leaks.ts'
import type { Values } from './phase.ts'
import type { Stack } from './stack.ts'
import { startStack } from './stack.ts'

export interface ClusterStack extends Stack {
  readonly cluster: Cluster
}

/** @param namespaces to create, for Applications to go to. @param settings of argocd-cm. */
export async function startClusterStack(
  values: Values,
  namespaces: readonly string[],
  settings?: Readonly<Record<string, string>>,
): Promise<ClusterStack> {
  const stack = await startStack(values)
  try {
    const cluster = await startCluster(stack.processes, stack.folder)
    await installArgocd(cluster.admin, namespaces, settings)
    await startController(stack.processes, stack.folder, cluster.kubeconfig)
    return { ...stack, cluster }
  } catch (error) {
    await stack.end()
    throw error
  }
}

/** Everything in the cluster that is no Secret and may say something of one. */
const LISTS = [
  '/apis/argoproj.io/v1alpha1/applications',
  '/apis/argoproj.io/v1alpha1/appprojects',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/replicasets',
  '/apis/apps/v1/controllerrevisions',
  '/apis/events.k8s.io/v1/events',
  '/api/v1/events',
  '/api/v1/configmaps',
  '/api/v1/pods',
  '/api/v1/serviceaccounts',
]

/** The objects of the cluster as places to search. */
export function objectPlaces(admin: KubeClient): Promise<Places> {
  return listPlaces(admin, LISTS)
}

/** Where values have to be: a search that does not find them here finds nothing anywhere. */
export function secretPlaces(admin: KubeClient): Promise<Places> {
  return listPlaces(admin, ['/api/v1/secrets'])
}

async function listPlaces(admin: KubeClient, paths: readonly string[]): Promise<Places> {
  const places = new Map<string, Buffer>()
  for (const path of paths) {
    const { status, text } = await admin.request('GET', path)
    if (status !== 200) throw new Error(`GET ${path}: ${status}`)
    places.set(path, Buffer.from(text))
  }
  return places
}
