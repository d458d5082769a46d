// Objects of a preview as a test wants them.
import type {
  PreviewKey,
  PreviewObject,
  PreviewSecret,
  PreviewWorkload,
  SecretOrigin,
} from '../../render/preview/model.ts'

/** A fingerprint that begins like this. */
export function printFrom(start: string): { readonly fingerprint: string } {
  return { fingerprint: start.padEnd(12, '0') }
}

/** The origin of a Secret in `deploy/secrets.yaml`. */
export function sampleOrigin(name: string, changes: Partial<SecretOrigin> = {}): SecretOrigin {
  return {
    phaseSecret: { kind: 'PhaseSecret', namespace: 'payments', name },
    at: { file: 'deploy/secrets.yaml', line: 1, column: 1 },
    app: 'keyspace.cloud',
    environment: 'Production',
    path: '/',
    ...changes,
  }
}

/** An emitted Secret of `payments`; with an origin of its own name unless `secret` says otherwise. */
export function sampleSecret(
  name: string,
  keys: readonly PreviewKey[],
  changes: Partial<PreviewObject> = {},
  secret: Partial<PreviewSecret> = {},
): PreviewObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    namespace: 'payments',
    name,
    at: { file: 'deploy/secrets.yaml', line: 10, column: 7 },
    part: 'emitted',
    secret: { type: 'Opaque', origin: sampleOrigin(name), keys, isComplete: true, ...secret },
    ...changes,
  }
}

/** A stamped Deployment of `payments` that reads all keys of Secret `checkout`. */
export function sampleWorkload(
  name: string,
  workload: Partial<PreviewWorkload>,
  changes: Partial<PreviewObject> = {},
): PreviewObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'payments',
    name,
    at: { file: 'deploy/workloads.yaml', line: 1, column: 1 },
    part: 'stamped',
    workload: {
      uses: [{ secret: 'checkout', keys: 'all' }],
      isStamped: true,
      because: [],
      missed: [],
      ...workload,
    },
    ...changes,
  }
}

/** An object that is neither Secret nor workload. */
export function sampleObject(name: string, changes: Partial<PreviewObject> = {}): PreviewObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'payments',
    name,
    at: { file: 'deploy/settings.yaml', line: 1, column: 1 },
    part: 'passed',
    ...changes,
  }
}

/** A diff of one hunk. */
export function sampleDiff(
  lines: readonly string[],
  start = 8,
): NonNullable<PreviewObject['diff']> {
  const count = (mark: string) => lines.filter((line) => !line.startsWith(mark)).length
  const [beforeLines, afterLines] = [count('+'), count('-')]
  return {
    operations: [{ op: 'replace', path: '/spec', value: { replicas: 2 } }],
    hunks: [
      {
        beforeStart: beforeLines === 0 ? 0 : start,
        beforeLines,
        afterStart: afterLines === 0 ? 0 : start,
        afterLines,
        lines,
      },
    ],
  }
}
