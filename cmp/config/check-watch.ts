// The section `watch`, well formed, in; what of it will not work, or not as its author may think, out.
import type { Problem } from '../../manifests/problem.ts'
import { checkMode, checkPath, warning } from './check-file.ts'
import type { Configuration } from './configuration.ts'
import { isPlain } from './server-address.ts'

/** Run it where `watch` runs. */
export function checkWatch({ watch }: Configuration, file: string): Problem[] {
  if (watch === undefined) return []
  const { argocd, phase = [], state, lease } = watch
  const tokens = phase.map(({ token }, index) => {
    const [field, path] =
      'file' in token ? ['tokenFile', token.file] : ['directory', token.directory]
    return { name: `watch.phase[${index}].${field}`, path }
  })
  const argocdToken = { name: 'watch.argocd.tokenFile', path: argocd.tokenFile }
  return [
    ...checkPath('watch.argocd.caFile', argocd.caFile, file),
    ...[argocdToken, ...tokens].flatMap(({ name, path }) => [
      ...checkPath(name, path, file),
      ...checkMode(name, path, file),
    ]),
    ...(argocd.server !== undefined && isPlain(argocd.server)
      ? [
          warning(
            file,
            'watch.argocd.server is asked without TLS: its token travels unencrypted',
            TLS,
          ),
        ]
      : []),
    ...(lease !== undefined && (state === undefined || 'file' in state)
      ? [
          warning(
            file,
            'watch.lease without watch.state.configMap: replicas share no state',
            SHARED,
          ),
        ]
      : []),
  ]
}

const TLS = 'use https, unless the server is in this cluster and insecure on purpose'
const SHARED = 'name a ConfigMap: the next leader reads there what is still to be refreshed'
