// What people install, as far as it can be checked without a cluster: the sidecar and its limits, the
// same in both ways to install it, and the examples.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { readConfiguration } from '../cmp/config/read-configuration.ts'
import { kubernetesTags } from '../manifests/kubernetes-schema.ts'

const FOLDER = 'manifests/install'
const paths = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => join(FOLDER, name))

/** A file's only document, read as Kubernetes reads it. */
// biome-ignore lint/suspicious/noExplicitAny: trees of YAML that the tests walk through
function read(path: string): any {
  const options = { version: '1.1', customTags: kubernetesTags } as const
  const [document, ...others] = parseAllDocuments(readFileSync(path, 'utf8'), options)
  assert.ok(document !== undefined && others.length === 0, path)
  assert.deepEqual(document.errors, [], path)
  return document.toJS()
}

const patch = read(join(FOLDER, 'kustomize/sidecar/repo-server.yaml')).spec.template.spec
const values = read(join(FOLDER, 'helm/values.yaml'))
const [sidecar] = patch.containers
const plugin = read('plugin.yaml')

test('every file is YAML that a strict parser takes', () => {
  assert.ok(paths.length >= 10)
  for (const path of paths) {
    const documents = parseAllDocuments(readFileSync(path, 'utf8'), { version: '1.1' })
    for (const { errors } of documents) assert.deepEqual(errors, [], path)
  }
})

test('Kustomize and the Helm chart install the same sidecar', () => {
  assert.deepEqual(values.repoServer.extraContainers, patch.containers)
  assert.deepEqual(values.repoServer.volumes, patch.volumes)
  const { data } = read(join(FOLDER, 'kustomize/sidecar/cmd-params.yaml'))
  assert.deepEqual(values.configs.params, data)
})

test('the sidecar has no privilege and writes only to folders of its own', () => {
  assert.deepEqual(sidecar.securityContext, {
    runAsUser: 999,
    runAsGroup: 999,
    runAsNonRoot: true,
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  })
  const writable = sidecar.volumeMounts.filter((mount: { readOnly?: boolean }) => !mount.readOnly)
  assert.deepEqual(
    writable.map(({ name }: { name: string }) => name),
    ['plugins', 'phase-tmp', 'phase-cache'],
  )
  assert.ok(sidecar.resources.requests.cpu && sidecar.resources.requests.memory)
})

test('every volume of the sidecar exists, and none is the repo-server’s /tmp', () => {
  const ours = patch.volumes.map(({ name }: { name: string }) => name)
  const mounted = sidecar.volumeMounts.map(({ name }: { name: string }) => name)
  for (const name of mounted) assert.ok([...ours, 'var-files', 'plugins'].includes(name), name)
  for (const name of ours) assert.ok(mounted.includes(name), name)
})

test('the log level is said, and is not debug', () => {
  assert.deepEqual(sidecar.args, ['--loglevel', 'info'])
})

test('no service account token reaches the pod unless that component is chosen', () => {
  assert.equal(values.repoServer.automountServiceAccountToken, false)
  assert.doesNotMatch(JSON.stringify(patch), /serviceAccountToken|automount/)
  const { containers, volumes } = read(join(FOLDER, 'kustomize/cluster-tokens/repo-server.yaml'))
    .spec.template.spec
  assert.deepEqual(
    containers.map(({ name }: { name: string }) => name),
    [sidecar.name],
  )
  assert.ok(volumes[0].projected.sources[0].serviceAccountToken)
})

test('the socket that the probe waits for is the one of plugin.yaml, which discovers nothing', () => {
  assert.equal(plugin.kind, 'ConfigManagementPlugin')
  const name = plugin.metadata.name
  const socket = `/home/argocd/cmp-server/plugins/${name}.sock`
  const [, , script] = sidecar.startupProbe.exec.command
  assert.ok(script.includes(`'${socket}'`), script)
  assert.equal(read(join(FOLDER, 'examples/application.yaml')).spec.source.plugin.name, name)
  const unwanted = ['version', 'discover', 'init', 'provideGitCreds', 'preserveFileMode']
  for (const field of unwanted) assert.equal(plugin.spec[field], undefined, field)
  assert.deepEqual(plugin.spec.generate, { command: ['argocd-phase-plugin', 'generate', '.'] })
})

describe('the examples', () => {
  const example = (name: string) => join(FOLDER, 'examples', name)

  test('the configuration is one, and its files are where the sidecar has them', () => {
    const outcome = readConfiguration(readFileSync(example('config.yaml')), 'config.yaml')
    assert.ok('value' in outcome, JSON.stringify(outcome))
    const { credentials, cache } = outcome.value
    const mounts = new Map<string, string>(
      sidecar.volumeMounts.map((mount: { name: string; mountPath: string }) => [
        mount.name,
        mount.mountPath,
      ]),
    )
    const [key] = Object.keys(read(example('token.yaml')).stringData)
    assert.equal(credentials.get('default'), `${mounts.get('phase-token')}/${key}`)
    // Below the mount: the mount itself can be written to by all.
    assert.ok(cache?.directory.startsWith(`${mounts.get('phase-cache')}/`))
    const { value } = sidecar.env.find((each: { name: string }) => each.name.endsWith('CONFIG'))
    assert.equal(value, `${mounts.get('phase-config')}/config.yaml`)
  })

  test('the kustomization has the objects that the sidecar mounts, in 20 lines', () => {
    const text = readFileSync(example('kustomization.yaml'), 'utf8')
    assert.ok(text.split('\n').length <= 21)
    const { components, configMapGenerator, images } = read(example('kustomization.yaml'))
    for (const component of components) {
      assert.ok(existsSync(component.replace('argocd-phase-plugin/', '')), component)
    }
    const volume = (name: string) =>
      patch.volumes.find((each: { name: string }) => each.name === name)
    assert.equal(configMapGenerator[0].name, volume('phase-config').configMap.name)
    assert.equal(read(example('token.yaml')).metadata.name, volume('phase-token').secret.secretName)
    assert.equal(images[0].name, sidecar.image)
  })

  for (const name of ['application.yaml', 'application-helm.yaml']) {
    test(`${name} heals itself: without it no changed value is applied`, () => {
      assert.equal(read(example(name)).spec.syncPolicy.automated.selfHeal, true)
    })
  }

  test('the parameters are those of plugin.yaml', () => {
    const announced = new Map(
      plugin.spec.parameters.static.map((each: { name: string; collectionType: string }) => [
        each.name,
        each.collectionType,
      ]),
    )
    const { parameters } = read(example('application-helm.yaml')).spec.source.plugin
    for (const { name, ...value } of parameters)
      assert.deepEqual(Object.keys(value), [announced.get(name)])
  })
})
