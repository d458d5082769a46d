// What people install to have `watch` run, as far as it can be checked without a cluster: one set of names
// from the configuration to the Role, no privilege, and nothing that our own check finds.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { readConfiguration } from '../cmp/config/read-configuration.ts'
import { kubernetesTags } from '../manifests/kubernetes-schema.ts'
import { checked } from './support/check-run.ts'

const INSTALL = 'manifests/install'
const BASE = join(INSTALL, 'kustomize/watch')
const EXAMPLES = join(INSTALL, 'examples/watch')

// biome-ignore lint/suspicious/noExplicitAny: trees of YAML that the tests walk through
function read(path: string): any[] {
  const options = { version: '1.1', customTags: kubernetesTags } as const
  return parseAllDocuments(readFileSync(path, 'utf8'), options).map((document) => {
    assert.deepEqual(document.errors, [], path)
    return document.toJS()
  })
}

const files = readdirSync(BASE).filter((name) => name !== 'kustomization.yaml')
const objects = files.flatMap((name) => read(join(BASE, name)))
const [kustomization] = read(join(BASE, 'kustomization.yaml'))
const named = (kind: string) => {
  const [only, ...others] = objects.filter((object) => object.kind === kind)
  assert.ok(only !== undefined && others.length === 0, kind)
  return only
}
const deployment = named('Deployment')
const pod = deployment.spec.template.spec
const [container, ...others] = pod.containers
const example = (name: string) => read(join(EXAMPLES, name))
/** A container without what differs between a Deployment and a CronJob. */
const privileges = ({ securityContext, resources, volumeMounts }: Record<string, unknown>) => ({
  securityContext,
  resources,
  volumeMounts,
})

function configuration() {
  const path = join(EXAMPLES, 'config.yaml')
  const outcome = readConfiguration(readFileSync(path), path)
  assert.ok('value' in outcome, JSON.stringify(outcome))
  assert.ok(outcome.value.watch !== undefined)
  return outcome.value.watch
}

test('the kustomization has every file beside it', () => {
  assert.deepEqual(kustomization.resources.toSorted(), files.toSorted())
})

test('the Role names the state and the lease of the configuration, and gives nothing else', () => {
  const { state, lease } = configuration()
  assert.ok(state !== undefined && 'configMap' in state && lease !== undefined)
  assert.deepEqual(named('Role').rules, [
    {
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: [state.configMap.name],
      verbs: ['get', 'update'],
    },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: [lease.name],
      verbs: ['get', 'update'],
    },
  ])
  assert.equal(named('ConfigMap').metadata.name, state.configMap.name)
  assert.equal(named('Lease').metadata.name, lease.name)
  // Without a namespace they are in the pod's own, where the Role is.
  assert.deepEqual([state.configMap.namespace, lease.namespace], [undefined, undefined])
})

test('the objects are there for the pods to fill, and nothing is in them', () => {
  assert.deepEqual(Object.keys(named('ConfigMap')), ['apiVersion', 'kind', 'metadata'])
  assert.deepEqual(named('Lease').spec, {})
})

test('the account of the pod is the one that the Role is bound to', () => {
  const { roleRef, subjects } = named('RoleBinding')
  assert.equal(roleRef.name, named('Role').metadata.name)
  assert.deepEqual(subjects, [{ kind: 'ServiceAccount', name: pod.serviceAccountName }])
  assert.equal(named('ServiceAccount').metadata.name, pod.serviceAccountName)
})

test('the pod has no privilege and no place to write to', () => {
  assert.equal(others.length, 0)
  assert.deepEqual(container.securityContext, {
    runAsUser: 999,
    runAsGroup: 999,
    runAsNonRoot: true,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  })
  for (const mount of container.volumeMounts) assert.equal(mount.readOnly, true, mount.name)
  const mounted = container.volumeMounts.map(({ name }: { name: string }) => name)
  assert.deepEqual(
    pod.volumes.map(({ name }: { name: string }) => name),
    mounted,
  )
  assert.equal(pod.automountServiceAccountToken, false)
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) assert.ok(!(field in pod), field)
  assert.ok(container.resources.requests.cpu && container.resources.limits.memory)
})

test('no key and no password of Argo CD gets into the pod: its certificate alone', () => {
  const sources = pod.volumes.flatMap(
    (volume: { projected?: { sources: object[] } }) => volume.projected?.sources ?? [],
  )
  const argocd = sources.find(
    (each: { secret?: { name: string } }) => each.secret?.name === 'argocd-secret',
  )
  assert.deepEqual(argocd.secret.items, [{ key: 'tls.crt', path: 'ca.crt' }])
})

test('the configuration finds its files where the pod has them', () => {
  const mounts = new Map<string, string>(
    container.volumeMounts.map((mount: { name: string; mountPath: string }) => [
      mount.name,
      mount.mountPath,
    ]),
  )
  const { argocd, phase } = configuration()
  assert.equal(argocd.caFile, `${mounts.get('argocd')}/ca.crt`)
  assert.equal(argocd.tokenFile, `${mounts.get('argocd')}/token`)
  assert.deepEqual(
    phase?.map(({ token }) => token),
    [{ file: `${mounts.get('phase')}/token` }],
  )
  assert.ok(container.args.includes(`--config=${mounts.get('config')}/config.yaml`))
  assert.equal(mounts.get('service-account'), '/var/run/secrets/kubernetes.io/serviceaccount')
})

test('the Secrets and the ConfigMap of the examples are the ones that the pod mounts', () => {
  const volume = (name: string) => pod.volumes.find((each: { name: string }) => each.name === name)
  const [argocd, phase] = example('tokens.yaml')
  assert.equal(volume('argocd').projected.sources[0].secret.name, argocd.metadata.name)
  assert.equal(volume('phase').secret.secretName, phase.metadata.name)
  for (const secret of [argocd, phase]) assert.deepEqual(Object.keys(secret.stringData), ['token'])
  const [{ resources, components, configMapGenerator, images }] = example('kustomization.yaml')
  assert.equal(configMapGenerator[0].name, volume('config').configMap.name)
  assert.equal(images[0].name, container.image)
  for (const path of [...resources, ...components].filter((each) => each.includes('/')))
    assert.ok(existsSync(path.replace('argocd-phase-plugin/', '')), path)
})

test('probes and policy know the port that is listened on', () => {
  const [{ name, containerPort }] = container.ports
  assert.ok(container.args.includes(`--listen=0.0.0.0:${containerPort}`))
  assert.deepEqual(container.livenessProbe.httpGet, { path: '/healthz', port: name })
  assert.deepEqual(container.readinessProbe.httpGet, { path: '/readyz', port: name })
  const [{ ports }] = named('NetworkPolicy').spec.ingress
  assert.deepEqual(ports, [{ protocol: 'TCP', port: containerPort }])
})

test('whatever selects pods, selects these', () => {
  const { labels } = deployment.spec.template.metadata
  const [egress] = read(join(INSTALL, 'kustomize/watch-egress/network-policy.yaml'))
  const selectors = [
    deployment.spec.selector,
    named('PodDisruptionBudget').spec.selector,
    named('NetworkPolicy').spec.podSelector,
    egress.spec.podSelector,
    pod.topologySpreadConstraints[0].labelSelector,
  ]
  for (const { matchLabels } of selectors) {
    for (const [key, value] of Object.entries(matchLabels)) assert.equal(labels[key], value)
  }
  assert.ok(deployment.spec.replicas > named('PodDisruptionBudget').spec.maxUnavailable)
})

test('the CronJob runs as the Deployment does, one at a time', () => {
  const [{ spec }] = example('cron-job.yaml')
  const job = spec.jobTemplate.spec.template.spec
  assert.deepEqual(privileges(job.containers[0]), privileges(container))
  assert.deepEqual(job.volumes, pod.volumes)
  assert.equal(job.serviceAccountName, pod.serviceAccountName)
  assert.equal(spec.concurrencyPolicy, 'Forbid')
  assert.ok(job.containers[0].args.includes('--once'))
})

test('the account of Argo CD may get Applications, and nothing else', () => {
  const [accounts, policies] = example('argocd-account.yaml')
  assert.deepEqual(accounts.data, { 'accounts.phase-watch': 'apiKey' })
  assert.equal(policies.data['policy.csv'], 'p, phase-watch, applications, get, */*, allow\n')
  const [{ spec }] = example('project-role.yaml')
  assert.deepEqual(spec.roles[0].policies, [
    'p, proj:payments:phase-watch, applications, get, payments/*, allow',
  ])
})

test('our own check finds nothing in it but the two tokens, which are not for Git', async () => {
  const paths = [...files.map((name) => join(BASE, name)), join(EXAMPLES, 'tokens.yaml')]
  const tokens = paths.map((path) => readFileSync(path, 'utf8')).join('---\n')
  const { report: unsealed } = await checked(tokens)
  assert.deepEqual(
    unsealed.findings.map(({ rule, object }) => `${rule} ${object?.name}`),
    ['SS001 phase-watch-argocd-token', 'SS001 phase-watch-phase-token'],
  )
  const text = tokens.replace(/^stringData:\n.*\n/gm, '')
  const { report } = await checked(text)
  assert.deepEqual(report.findings, [])
  // It looks closely enough to miss one of the two.
  const { report: broken } = await checked(text.replace('name: phase-watch-phase-token', 'name: x'))
  assert.deepEqual(
    broken.findings.map(({ rule }) => rule),
    ['RB024'],
  )
})
