// EN017: API servers of one control plane that do not read the same.
import type { Found, Rule } from '../../check/model.ts'
import type { ApiServer } from '../api-server.ts'
import { apiServersOf, configPath, reloads } from '../api-server.ts'
import type { EncryptionFacts } from '../facts.ts'
import { apiServerPod, CONFIG_FLAG, MOUNT, RELOAD_FLAG, VOLUME } from './example-parts.ts'

export const differingServers: Rule<EncryptionFacts> = {
  id: 'EN017',
  name: 'encryption-control-planes-differ',
  chapter: 'encryption',
  severity: 'high',
  summary: 'API servers that stand side by side have different settings of encryption',
  why: 'Every API server of a control plane reads what every other one wrote. With different files, or one without, reads fail or succeed by chance, depending on which server answers.',
  fix: 'Give all API servers of a control plane the same flags and mounts. Put the manifests of different clusters into different folders.',
  fixable: 'no',
  example: {
    bad: `${apiServerPod({ name: 'kube-apiserver-a' })}${apiServerPod({ name: 'kube-apiserver-b', flags: [], mounts: [], volumes: [] })}`,
    good: `${apiServerPod({ name: 'kube-apiserver-a' })}${apiServerPod({
      name: 'kube-apiserver-b',
      flags: [CONFIG_FLAG, RELOAD_FLAG],
      mounts: [MOUNT],
      volumes: [VOLUME],
    })}`,
  },
  *find(facts): Iterable<Found> {
    const pods = apiServersOf(facts.objects).filter(({ kind }) => kind === 'static pod')
    for (const [first, ...others] of Map.groupBy(pods, folderOf).values()) {
      if (first === undefined) continue
      for (const other of others) {
        const what = difference(first, other)
        if (what === undefined) continue
        const { object } = other
        const message = `has ${what} than another API server of its folder`
        const hint = 'give all API servers of a control plane the same file'
        yield { at: other.configAt ?? other.at, object: object.object, message, hint }
      }
    }
  },
}

function folderOf({ at: { file } }: ApiServer): string {
  return file.slice(0, file.lastIndexOf('/') + 1)
}

function difference(left: ApiServer, right: ApiServer): string | undefined {
  if (configPath(left) !== configPath(right)) return 'another --encryption-provider-config'
  if (reloads(left) !== reloads(right)) return 'another setting of automatic reload'
  return undefined
}
