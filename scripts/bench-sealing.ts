// Sealed output, measured: values per second of a warm process, and a render with it beside the same one
// without.
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sealValue } from '../manifests/sealing/seal-secret.ts'
import { SecretValue } from '../manifests/secret-value.ts'
import { sealer } from '../test/support/sealing.ts'

/** With a key as controllers make it. */
const { certificate, pem } = sealer(4096, '2020-01-01', '2049-12-31')

/** Values of 32 bytes that are sealed in a second. */
export function sealedPerSecond(count: number): number {
  const options = {
    certificate,
    scope: 'strict',
    mode: { kind: 'deterministic', key: randomBytes(32) },
  } as const
  const values = Array.from({ length: count }, () => SecretValue.ofBytes(randomBytes(32)))
  const start = performance.now()
  for (const [index, value] of values.entries()) {
    sealValue(value, { namespace: 'bench', name: 'bench', key: `KEY_${index}` }, options)
  }
  return (count * 1000) / (performance.now() - start)
}

/** The environment of a render inside Argo CD whose policy says `plain` or `sealed`. */
export function outputSettings(
  folder: string,
  output: 'plain' | 'sealed',
): Readonly<Record<string, string>> {
  const file = join(folder, 'sealing.pem')
  writeFileSync(file, pem)
  const sealed = output === 'sealed' ? { output, certificate: 'bench' } : { output }
  const policy = {
    name: 'bench',
    match: { projects: ['bench'] },
    allow: { apps: ['*'], environments: ['*'], targetNamespaces: ['*'], ...sealed },
  }
  const sealing = { certificates: { bench: { file } } }
  const path = join(folder, `${output}.yaml`)
  writeFileSync(path, JSON.stringify({ version: 1, sealing, policies: [policy] }))
  return {
    PHASE_PLUGIN_CONFIG: path,
    ARGOCD_APP_NAME: 'bench',
    ARGOCD_APP_NAMESPACE: 'bench',
    ARGOCD_APP_PROJECT_NAME: 'bench',
  }
}
