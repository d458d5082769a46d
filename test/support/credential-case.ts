// One question of which token a PhaseSecret is read with, and the check of its answer.
import assert from 'node:assert/strict'
import type { Credential, TokenReader } from '../../cmp/credentials.ts'
import { credentialFor, tokenFacts } from '../../cmp/credentials.ts'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { authorize } from '../../render/authorize.ts'
import { sampleGrants } from './sample-grants.ts'
import { line, samplePhaseSecret } from './sample-phase-secret.ts'

/** How a run is configured, and what the PhaseSecret says. */
export interface CredentialSetup {
  readonly text?: string
  readonly file?: string
  readonly directory?: string
  readonly named?: ReadonlyMap<string, string>
  /** What may be read in the cluster, where that is allowed. */
  readonly cluster?: TokenReader
  /** At line 7. */
  readonly reference?: { readonly name: string; readonly namespace?: string }
  /** The PhaseSecret's namespace, `payments` unless told; `null` for none. */
  readonly own?: string | null
  /** The destination namespace; `null`: inside Argo CD, without one. */
  readonly destination?: string | null
}

export interface CredentialCase extends CredentialSetup {
  readonly name: string
  /** The token, or the problem as `summary` puts it. */
  readonly want: string | RegExp
}

export function findCredential(setup: CredentialSetup): Promise<Outcome<Credential>> {
  const { text, file, directory, cluster, reference, own = 'payments', destination } = setup
  const phaseSecret = samplePhaseSecret({
    object: { kind: 'PhaseSecret', namespace: own ?? undefined, name: 'app' },
    tokenReference: reference && { at: line(7), ...reference },
  })
  const application =
    destination === undefined ? undefined : { name: 'app', namespace: destination ?? undefined }
  const named: ReadonlyMap<string, string> = setup.named ?? new Map()
  const tokens = { text, file, directory, fromCluster: cluster !== undefined, named }
  const granted = authorize(phaseSecret, sampleGrants({ application, ...tokenFacts(tokens) }))
  if ('problems' in granted) return Promise.resolve(granted)
  return credentialFor(phaseSecret, granted.value.token, tokens, cluster)
}

/** Fault, line or `-`, and message. */
export function summary({ fault, at, message }: Problem): string {
  return `${fault} ${at?.line ?? '-'}: ${message}`
}

/** Tokens in these tests begin with `fake-`; none may be in a problem. */
export async function checkCredential({ want, ...setup }: CredentialCase): Promise<void> {
  const outcome = await findCredential(setup)
  if (typeof want === 'string') {
    assert.ok('value' in outcome)
    assert.equal(outcome.value.token, want)
    return
  }
  assert.ok('problems' in outcome)
  assert.match(outcome.problems.map(summary).join('\n'), want)
  assert.ok(outcome.problems.every(({ severity, hint }) => severity === 'error' && hint))
  assert.doesNotMatch(JSON.stringify(outcome), /fake-/)
}
