// A checked PhaseSecret as the parser would hand it over, with what a test wants different.
import type { PhaseSecret } from '../../render/model.ts'

/** Line `line` of app.yaml. */
export function line(number: number): { file: string; line: number; column: number } {
  return { file: 'app.yaml', line: number, column: 3 }
}

/** `PhaseSecret payments/app` at line 1 of app.yaml, with one target in no namespace. */
export function samplePhaseSecret(changes: Partial<PhaseSecret> = {}): PhaseSecret {
  return {
    object: { kind: 'PhaseSecret', namespace: 'payments', name: 'app' },
    at: line(1),
    request: {
      app: { name: 'app' },
      environment: 'production',
      path: '/',
      onReferenceError: 'Fail',
    },
    fields: { host: line(5) },
    targets: [sampleTarget()],
    argocdAnnotations: {},
    ...changes,
  }
}

/** `Secret app-secret` at line 9 of app.yaml. */
export function sampleTarget(namespace?: string): PhaseSecret['targets'][number] {
  return {
    at: line(9),
    name: 'app-secret',
    namespace,
    type: 'Opaque',
    nameTransformer: 'upper_snake',
    processors: new Map(),
    labels: {},
    annotations: {},
  }
}
