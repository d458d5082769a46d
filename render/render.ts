// Manifests in, the rendered stream out; with an error among the problems there is no output at all.
import type { InputFile } from '../manifests/document.ts'
import type { Problem } from '../manifests/problem.ts'
import type { OpenSource } from './fetch.ts'
import type { RenderedSecret } from './model.ts'
import type { PlanOptions } from './plan.ts'
import { plan } from './plan.ts'
import type { Printable } from './print-stream.ts'
import { openSecret, printStream } from './print-stream.ts'
import type { SealedSecrets, Sealing } from './seal.ts'

/** What a render depends on beside its input. */
export interface RenderOptions extends PlanOptions {
  readonly openSource: OpenSource
  /** Needed where a policy has Secrets sealed. */
  readonly sealing?: Sealing | undefined
}

/** The finished stream, unless an error stands in its way. */
export interface Rendered {
  readonly output?: Uint8Array | undefined
  /** Everything there is to say; warnings and notices do not keep the output back. */
  readonly problems: readonly Problem[]
}

/** Renders manifests. Reads all PhaseSecrets at once; writes nothing. */
export async function render(
  files: readonly InputFile[],
  options: RenderOptions,
): Promise<Rendered> {
  const { documents, emitted, stamps, problems } = await plan(files, options)
  const sealed = await sealAll([...emitted.values()].flat(), options)
  problems.push(...sealed.problems)
  // A Secret that could not be sealed is in nobody's output, least of all as it is.
  if (hasError(problems)) return { problems }
  const secrets = new Map(
    [...emitted].map(([object, each]) => [object, each.map((one) => printable(one, sealed))]),
  )
  const { output, problems: more } = await printStream(documents, { secrets, annotations: stamps })
  problems.push(...more)
  return hasError(problems) ? { problems } : { output, problems }
}

/** Loaded where it is needed, like the YAML library. */
async function sealAll(
  secrets: readonly RenderedSecret[],
  { sealing, grants }: RenderOptions,
): Promise<SealedSecrets> {
  const wanted = secrets.filter((secret) => secret.sealed !== undefined)
  if (wanted.length === 0) return { sealed: new Map(), problems: [] }
  if (sealing === undefined)
    throw new TypeError('a policy seals, and nothing to seal with is given')
  const { sealSecrets } = await import('./seal.ts')
  return sealSecrets(wanted, sealing, grants.application?.namespace)
}

function printable(secret: RenderedSecret, { sealed }: SealedSecrets): Printable {
  return sealed.get(secret) ?? openSecret(secret)
}

function hasError(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error')
}
