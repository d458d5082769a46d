// YAML and what Phase would answer in, a state of a preview out.
import assert from 'node:assert/strict'
import { SecretValue } from '../../manifests/secret-value.ts'
import type { Grants } from '../../render/authorize.ts'
import { plan } from '../../render/plan.ts'
import type { Fingerprint } from '../../render/preview/fingerprint.ts'
import { fingerprintWith } from '../../render/preview/fingerprint.ts'
import type { State } from '../../render/preview/preview.ts'
import { stateOf } from '../../render/preview/preview.ts'
import { appOf } from '../../render/source.ts'
import { sampleGrants } from './sample-grants.ts'

/** Values by key, by environment. */
export type Phase = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Under this key, the same digits in every test. */
export const fingerprint: Fingerprint = fingerprintWith(Buffer.alloc(32, 7))

/** What stands for a text. */
export function printOf(text: string): string {
  return fingerprint(Buffer.from(text))
}

/** A state of one file, `app.yaml`; without `phase`, one with placeholders. */
export async function previewState(
  yaml: string,
  phase?: Phase,
  changes: Partial<Grants> = {},
): Promise<State> {
  const planned = await plan([{ path: 'app.yaml', bytes: Buffer.from(yaml) }], {
    grants: sampleGrants({ hasDefaultToken: phase !== undefined, ...changes }),
    openSource: phase && (async () => ({ value: { source: sourceOf(phase), notices: [] } })),
  })
  const errors = planned.problems.filter(({ severity }) => severity === 'error')
  assert.deepEqual(errors, [])
  return stateOf({ kind: 'source', label: 'app' }, [planned], fingerprint, new Map())
}

function sourceOf(phase: Phase) {
  return {
    read: async (request: Parameters<typeof appOf>[0] & { environment: string; path: string }) => ({
      appId: `id-of-${appOf(request)}`,
      host: 'https://phase.example',
      environmentId: `id-of-${request.environment}`,
      referencedEnvironmentIds: [],
      path: request.path,
      checksumKey: Buffer.alloc(32, request.environment),
      sealingKey: Buffer.alloc(32, 8),
      secrets: Object.entries(phase[request.environment] ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => ({ key, value: SecretValue.ofText(value) })),
      warnings: [],
    }),
  }
}

/** A PhaseSecret that becomes Secret `web`, with whatever else its one target says. */
export function phaseSecret(environment: string, target = ''): string {
  return `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: { name: web }
spec:
  phaseApp: shop
  phaseAppEnv: ${environment}
  managedSecretReferences:
    - secretName: web
${target}---
`
}

/** A Deployment `web` that reads one key by name, and all keys where none is named. */
export function deployment({
  key,
  stamped = true,
  image = 'web:1',
  more = '',
}: Workload = {}): string {
  const read =
    key === undefined
      ? 'envFrom: [{ secretRef: { name: web } }]'
      : `env: [{ name: X, valueFrom: { secretKeyRef: { name: web, key: ${key} } } }]`
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: { secrets.phase.dev/redeploy: '${stamped}' }
spec:
  ${more}
  template:
    spec:
      containers:
        - name: web
          image: ${image}
          ${read}
---
`
}

export interface Workload {
  readonly key?: string
  readonly stamped?: boolean
  readonly image?: string
  readonly more?: string
}
