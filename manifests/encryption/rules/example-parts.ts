// Documents that examples are made of. A key is a placeholder: an example never holds one that could be used.

/** A configuration for `secrets`. @param providers lines of `providers`, each one provider in flow style. */
export function configurationOf(...providers: readonly string[]): string {
  return entriesOf(['secrets', ...providers])
}

/** Several entries: the resources in flow style without brackets, then the providers. */
export function entriesOf(...entries: readonly (readonly string[])[]): string {
  const lines = entries.map(([resources = '', ...providers]) => {
    const items = providers.map((provider) => `      - ${provider}\n`).join('')
    return `  - resources: [${resources}]\n    providers:\n${items}`
  })
  return `---
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
${lines.join('')}`
}

/** A provider with keys. @param keys `NAME` or `NAME=SECRET`; without a secret a placeholder of that name. */
export function keyed(kind: string, ...keys: readonly string[]): string {
  const items = keys.map((key) => {
    const [, name = '', secret] = /^([^=]+)(?:=(.*))?$/s.exec(key) ?? []
    const placeholder = `\${${name.toUpperCase().replace(/\W/g, '_')}}`
    return `{name: '${name}', secret: '${secret ?? placeholder}'}`
  })
  return `{${kind}: {keys: [${items.join(', ')}]}}`
}

export const IDENTITY = '{identity: {}}'

/** A kms provider. @param fields more of them, in flow style. */
export function kms(name: string, fields = 'apiVersion: v2, '): string {
  return `{kms: {${fields}name: ${name}, endpoint: 'unix:///run/kms/plugin.sock'}}`
}

/** What a static pod says. */
export interface PodParts {
  readonly name?: string
  readonly flags?: readonly string[]
  /** Each one map in flow style. */
  readonly mounts?: readonly string[]
  readonly volumes?: readonly string[]
}

export const CONFIG_FLAG = '--encryption-provider-config=/etc/kubernetes/enc/enc.yaml'
export const RELOAD_FLAG = '--encryption-provider-config-automatic-reload=true'
export const MOUNT = '{name: enc, mountPath: /etc/kubernetes/enc, readOnly: true}'
export const VOLUME = '{name: enc, hostPath: {path: /etc/kubernetes/enc, type: Directory}}'

/** The static pod of an API server. */
export function apiServerPod({
  name = 'kube-apiserver',
  flags = [CONFIG_FLAG, RELOAD_FLAG],
  mounts = [MOUNT],
  volumes = [VOLUME],
}: PodParts = {}): string {
  const list = (items: readonly string[], indent: string): string =>
    items.map((item) => `\n${indent}- ${item}`).join('')
  return `---
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: kube-system
spec:
  containers:
    - name: kube-apiserver
      image: registry.example.com/kube-apiserver:v1.37.0
      command:
        - kube-apiserver
        - --etcd-servers=https://127.0.0.1:2379${list(flags, '        ')}
      volumeMounts: ${mounts.length === 0 ? '[]' : list(mounts, '        ')}
  volumes: ${volumes.length === 0 ? '[]' : list(volumes, '    ')}
`
}
