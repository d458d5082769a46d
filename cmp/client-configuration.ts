// A kubeconfig and a signal in; what an API of the Kubernetes client library is made of out.
import type { Client, KubeConfig } from './kubeconfig.ts'

export type ClientConfiguration = ReturnType<Client['createConfiguration']>

/** As `KubeConfig.makeApiClient`, and every request ends with the signal. @throws where the cluster has no address. */
export function clientConfiguration(
  client: Client,
  config: KubeConfig,
  signal: AbortSignal,
): ClientConfiguration {
  const server = config.getCurrentCluster()?.server ?? ''
  return client.createConfiguration({
    baseServer: new client.ServerConfiguration(server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: async (request) => {
          request.setSignal(signal)
          return request
        },
        post: async (response) => response,
      },
    ],
  })
}
