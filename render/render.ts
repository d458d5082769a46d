// Manifests in, the rendered stream out; with an error among the problems there is no output at all.
import type { InputFile } from '../manifests/document.ts'
import type { Problem } from '../manifests/problem.ts'
import type { OpenSource } from './fetch.ts'
import type { PlanOptions } from './plan.ts'
import { plan } from './plan.ts'
import { openSecret, printStream } from './print-stream.ts'

/** What a render depends on beside its input. */
export interface RenderOptions extends PlanOptions {
  readonly openSource: OpenSource
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
  const secrets = new Map([...emitted].map(([object, each]) => [object, each.map(openSecret)]))
  const { output, problems: more } = await printStream(documents, { secrets, annotations: stamps })
  problems.push(...more)
  const failed = problems.some(({ severity }) => severity === 'error')
  return failed ? { problems } : { output, problems }
}
