// Workloads and Secrets in a few words, and what stamping makes of them, for its tests.

import { SecretValue } from '../../manifests/secret-value.ts'
import { checksum } from '../../render/checksum.ts'
import type { RenderedSecret } from '../../render/model.ts'
import type { StampInput } from '../../render/stamp.ts'
import { stampWorkloads } from '../../render/stamp.ts'
import { manifestObject } from './manifest-object.ts'

/** The annotation that opts in. */
export const YES = { 'secrets.phase.dev/redeploy': 'true' }

/** A Deployment that opts in and reads all of `shop-secret`, with changes. */
export function workload(changes: {
  apiVersion?: string
  kind?: string
  metadata?: object
  template?: unknown
  podAnnotations?: object
  container?: object
  spec?: object
}) {
  const { apiVersion = 'apps/v1', kind = 'Deployment', metadata, podAnnotations = {} } = changes
  const container = changes.container ?? { envFrom: [{ secretRef: { name: 'shop-secret' } }] }
  const template = { metadata: { annotations: podAnnotations }, spec: { containers: [container] } }
  const spec = changes.spec ?? { template: 'template' in changes ? changes.template : template }
  const object = {
    apiVersion,
    kind,
    metadata: { name: 'app', annotations: YES, ...metadata },
    spec,
  }
  return manifestObject(JSON.stringify(object, undefined, 1))
}

/** `shop-secret` with one key, with changes. */
export function secret(changes: Partial<RenderedSecret> = {}): RenderedSecret {
  return {
    at: { file: 'app.yaml', line: 1, column: 1 },
    name: 'shop-secret',
    type: 'Opaque',
    labels: {},
    annotations: {},
    data: new Map([['API_KEY', SecretValue.ofText('fake-api-key')]]),
    environmentId: 'e1',
    isPlaceholder: false,
    checksumKey: new Uint8Array(32).fill(7),
    sealingKey: new Uint8Array(32).fill(8),
    ...changes,
  }
}

/** What stamping does with these objects and, unless changed, one `shop-secret`. */
export function run(objects: StampInput['objects'], changes: Partial<StampInput> = {}) {
  const secrets = [secret()]
  const fixed = { objects, secrets, extraKinds: [], defaultOptIn: false, checksum }
  const { stamps, problems } = stampWorkloads({ ...fixed, ...changes })
  return {
    stamps,
    stamped: stamps.map(({ object }) => `${object.object.kind} ${object.object.name}`),
    said: problems.map(({ severity, message, hint }) =>
      [`${severity}: ${message}`, ...(hint === undefined ? [] : [hint])].join(' | '),
    ),
    problems,
  }
}

/** A map of annotations with this opt-in. */
export function optIn(value: unknown): object {
  return { annotations: { 'secrets.phase.dev/redeploy': value } }
}
