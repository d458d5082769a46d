// The installation as a platform team makes it: the real Kustomize over Argo CD's own manifests of every
// layout, and a real API server that is asked to take what comes out.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { kubernetesTags } from '../../manifests/kubernetes-schema.ts'
import { installArgocd } from './support/applications.ts'
import type { Cluster } from './support/kubernetes.ts'
import { startCluster } from './support/kubernetes.ts'
import type { Processes } from './support/processes.ts'
import { processesIn } from './support/processes.ts'
import { requireOwnNetwork, setting, temporaryFolder } from './support/setting.ts'

const INSTALL = 'manifests/install'
const LAYOUTS = ['cluster-install', 'core-install', 'namespace-install', 'ha/cluster-install']
const COMPONENTS = ['sidecar', 'cluster-tokens', 'egress']
/** Where the objects that we change or add live. */
const PATHS: Readonly<Record<string, string>> = {
  Deployment: '/apis/apps/v1/namespaces/argocd/deployments',
  ConfigMap: '/api/v1/namespaces/argocd/configmaps',
  NetworkPolicy: '/apis/networking.k8s.io/v1/namespaces/argocd/networkpolicies',
  Secret: '/api/v1/namespaces/argocd/secrets',
  Application: '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications',
  Role: '/apis/rbac.authorization.k8s.io/v1/namespaces/payments/roles',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings',
}

interface KubeObject {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: { readonly template: { readonly spec: PodSpec } }
}
interface PodSpec {
  readonly automountServiceAccountToken: boolean
  readonly containers: readonly { readonly name: string; readonly image: string }[]
  readonly volumes: readonly { readonly name: string }[]
}

let folder = ''
let remove = (): void => {}
let processes: Processes
let cluster: Cluster

before(async () => {
  requireOwnNetwork()
  ;({ path: folder, remove } = temporaryFolder())
  processes = processesIn(join(folder, 'logs'))
  cpSync(INSTALL, join(folder, 'argocd-phase-plugin', INSTALL), { recursive: true })
  cpSync(setting('ARGOCD_MANIFESTS'), join(folder, 'manifests'), { recursive: true })
  cluster = await startCluster(processes, folder)
  await installArgocd(cluster.admin, ['payments'])
})
after(async () => {
  await processes.end()
  remove()
})

/** What the example kustomization makes of one layout of Argo CD, with all components. */
function build(layout: string): readonly KubeObject[] {
  const home = join(folder, layout.replace('/', '-'))
  mkdirSync(home, { recursive: true })
  const example = readFileSync(join(INSTALL, 'examples/kustomization.yaml'), 'utf8')
  const components = COMPONENTS.map(
    (name) => `  - ../argocd-phase-plugin/${INSTALL}/kustomize/${name}\n`,
  )
  writeFileSync(
    join(home, 'kustomization.yaml'),
    example
      .replace('  - argo-cd ', `  - ../manifests/${layout} `)
      .replace(/^ {2}- argocd-phase-plugin\/.*\n/m, components.join('')),
  )
  for (const name of ['token.yaml', 'config.yaml']) {
    cpSync(join(INSTALL, 'examples', name), join(home, name))
  }
  return read(
    execFileSync(setting('KUSTOMIZE'), ['build', home], { encoding: 'utf8', maxBuffer: 2 ** 26 }),
  )
}

function read(text: string): readonly KubeObject[] {
  const options = { version: '1.1', customTags: kubernetesTags } as const
  return parseAllDocuments(text, options).map((document) => document.toJS())
}

/** Asks the API server whether it would take an object, unknown fields included. */
async function accept(object: KubeObject): Promise<void> {
  const path = `${PATHS[object.kind]}/${object.metadata.name}`
  const query = 'fieldManager=test&force=true&dryRun=All&fieldValidation=Strict'
  const type = 'application/apply-patch+yaml'
  const { status, text } = await cluster.admin.request('PATCH', `${path}?${query}`, object, type)
  assert.ok(status === 200 || status === 201, `${object.kind} ${object.metadata.name}: ${text}`)
}

describe('over Argo CD’s own manifests', () => {
  for (const layout of LAYOUTS) {
    test(`${layout}: one more container, nothing else moved, and the API server takes it`, async () => {
      const objects = build(layout)
      const named = (kind: string, name: string) =>
        objects.find((object) => object.kind === kind && object.metadata.name === name)
      const server = named('Deployment', 'argocd-repo-server')
      const spec = server?.spec?.template.spec
      assert.ok(server !== undefined && spec !== undefined)
      assert.deepEqual(spec.containers.map(({ name }) => name).sort(), [
        'argocd-repo-server',
        'phase',
      ])
      const sidecar = spec.containers.find(({ name }) => name === 'phase')
      assert.equal(sidecar?.image, 'registry.example.com/argocd-phase-plugin:0.1.0')
      assert.equal(spec.automountServiceAccountToken, false)
      const volumes = new Set(spec.volumes.map(({ name }) => name))
      for (const name of ['var-files', 'plugins', 'phase-tmp', 'phase-service-account'])
        assert.ok(volumes.has(name), name)
      const params = named('ConfigMap', 'argocd-cmd-params-cm')
      assert.equal(params?.data?.['reposerver.plugin.tar.exclusions'], '.git')
      const ours = [
        server,
        params,
        named('ConfigMap', 'argocd-phase-plugin'),
        named('Secret', 'argocd-phase-plugin-token'),
        named('NetworkPolicy', 'argocd-repo-server-egress'),
      ]
      for (const object of ours) {
        assert.ok(object !== undefined)
        await accept(object)
      }
    })
  }
})

test('the API server takes the other examples', async () => {
  for (const name of ['application.yaml', 'application-helm.yaml', 'token-secret-role.yaml']) {
    const objects = read(readFileSync(join(INSTALL, 'examples', name), 'utf8'))
    assert.ok(objects.length > 0)
    for (const object of objects) await accept(object)
  }
})
