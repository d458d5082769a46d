// The file of an EncryptionConfiguration in; manifests that carry it, or that fetch it from Phase, out.
import type { SecretManifest } from '../print.ts'
import { printSecretYaml } from '../print.ts'
import { SecretValue } from '../secret-value.ts'
import { printComment, printYaml } from './print-yaml.ts'
import type { SecretPlace } from './targets/target.ts'

/** Where Phase keeps the file. */
export interface PhasePlace {
  readonly app: string
  readonly environment: string
  /** A folder of its own: every secret in it becomes a key of the Secret. */
  readonly path: string
  readonly key: string
}

/** A v1/Secret with the file in it; it holds the keys. */
export function secretManifest(file: SecretValue, place: SecretPlace): SecretValue {
  const { namespace, name, key } = place
  const secret: SecretManifest = {
    apiVersion: 'v1',
    kind: 'Secret',
    name,
    namespace,
    labels: {},
    annotations: {},
    type: 'Opaque',
    data: new Map([[key, base64Of(file)]]),
  }
  const warning =
    'It holds the keys of the cluster: seal it before it goes anywhere, and never into Git.'
  return SecretValue.ofText(printComment([warning]) + printSecretYaml(secret))
}

/** A PhaseSecret that becomes the same Secret when it is rendered; no key is in it. */
export function phaseSecret(place: SecretPlace, phase: PhasePlace): string {
  const { namespace, name, key } = place
  return printYaml({
    apiVersion: 'secrets.phase.dev/v1alpha1',
    kind: 'PhaseSecret',
    metadata: { name, namespace },
    spec: {
      phaseApp: phase.app,
      phaseAppEnv: phase.environment,
      phaseAppEnvPath: phase.path,
      managedSecretReferences: [
        {
          secretName: name,
          secretNamespace: namespace,
          processors: { [phase.key]: { asName: key, type: 'base64' } },
        },
      ],
    },
  })
}

/** The value that Phase has to keep: one line, because Phase's own tools trim what they are given. */
export function phaseValue(file: SecretValue): SecretValue {
  return SecretValue.ofText(`${base64Of(file)}\n`)
}

function base64Of(file: SecretValue): string {
  return Buffer.from(file.revealBytes()).toString('base64')
}
