// What differs between the kinds that `watch` keeps something in: their names, and the calls of the client
// library for them.
import type { V1ConfigMap, V1Lease } from '@kubernetes/client-node'
import type { ClientConfiguration } from '../../client-configuration.ts'
import type { Client } from '../../kubeconfig.ts'

/** Where an object is. */
export interface Where {
  readonly namespace: string
  readonly name: string
}

/** What a kind is called, as messages say it. */
export interface KindNames {
  readonly kind: string
  readonly group: string
  readonly resource: string
  /** What to do about an object that is missing. */
  readonly mend: (where: Where) => string
}

/** Which calls of the library there are for a kind. */
export interface Kind<T> extends KindNames {
  readonly calls: (
    client: Client,
    configuration: ClientConfiguration,
  ) => {
    readonly read: (where: Where) => Promise<T>
    readonly replace: (where: Where, body: T) => Promise<T>
    readonly create: (where: Where, body: T) => Promise<T>
  }
}

/** Whose fields these are, for whoever looks at the object. */
const MANAGER = { fieldManager: 'argocd-phase-plugin' }

export const CONFIG_MAP: Kind<V1ConfigMap> = {
  kind: 'ConfigMap',
  group: '""',
  resource: 'configmaps',
  mend: ({ namespace, name }) =>
    `create it with nothing in it: kubectl --namespace ${namespace} create configmap ${name}`,
  calls: (client, configuration) => {
    const api = new client.CoreV1Api(configuration)
    return {
      read: (where) => api.readNamespacedConfigMap(where),
      replace: (where, body) => api.replaceNamespacedConfigMap({ ...where, ...MANAGER, body }),
      create: ({ namespace }, body) =>
        api.createNamespacedConfigMap({ namespace, ...MANAGER, body }),
    }
  },
}

export const LEASE: Kind<V1Lease> = {
  kind: 'Lease',
  group: 'coordination.k8s.io',
  resource: 'leases',
  mend: ({ namespace, name }) =>
    `apply a Lease ${name} without a spec in namespace ${namespace}, as the installation of watch has it`,
  calls: (client, configuration) => {
    const api = new client.CoordinationV1Api(configuration)
    return {
      read: (where) => api.readNamespacedLease(where),
      replace: (where, body) => api.replaceNamespacedLease({ ...where, ...MANAGER, body }),
      create: ({ namespace }, body) => api.createNamespacedLease({ namespace, ...MANAGER, body }),
    }
  },
}
