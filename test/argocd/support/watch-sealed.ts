// A plugin whose output is sealed, and the kind that it makes: as much of sealed-secrets as Argo CD needs to
// apply it. Nothing opens what is sealed here.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { sealer } from '../../support/sealing.ts'
import type { ClusterStack } from './cluster-stack.ts'
import { setting } from './setting.ts'
import { pluginConfig } from './stack.ts'
import { waitFor } from './wait.ts'

/** The plugin. */
export const SEALED = 'sealed'
const CRD = 'crds/bitnami.com_sealedsecrets.yaml'
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

export async function addSealedSidecar(stack: ClusterStack): Promise<void> {
  const { admin } = stack.cluster
  const crd: object = parse(readFileSync(join(setting('SEALED_SECRETS'), CRD), 'utf8'))
  await admin.apply(`${CRDS}/sealedsecrets.bitnami.com`, crd)
  await waitFor('SealedSecrets are served', async () => {
    return (await admin.get('/apis/bitnami.com/v1alpha1/sealedsecrets')) !== undefined
  })
  const file = join(stack.folder, 'sealing.pem')
  writeFileSync(file, sealer().pem)
  const configuration = join(stack.folder, 'sealed.json')
  const output = { output: 'sealed', certificate: 'here' }
  const allow = { apps: ['shop'], environments: ['*'], ...output }
  writeFileSync(
    configuration,
    JSON.stringify({
      version: 1,
      sealing: { certificates: { here: { file } } },
      policies: [{ name: 'all', match: { applications: ['*'] }, allow }],
    }),
  )
  await stack.addSidecar({
    name: SEALED,
    config: pluginConfig(SEALED),
    env: { ...stack.phase.env, PHASE_PLUGIN_CONFIG: configuration },
  })
}

/** What the live SealedSecret of a name, in the namespace of that name, has sealed. */
export async function encryptedData({ cluster }: ClusterStack, name: string): Promise<object> {
  const found = await cluster.admin.get<{ spec: { encryptedData: object } }>(
    `/apis/bitnami.com/v1alpha1/namespaces/${name}/sealedsecrets/${name}`,
  )
  if (found === undefined) throw new Error(`there is no SealedSecret ${name}`)
  return found.spec.encryptedData
}
