// `preview [DIR|-]`: what a render would do, or what a change does, with no value of a Secret in it. All
// formats print the same finished preview; the exit code says whether there is a difference.
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'
import type { Preview } from '../../render/preview/model.ts'
import { wantsColour } from '../environment.ts'
import type { Io } from '../io.ts'
import { startProgress } from '../preview/progress.ts'
import type { PreviewRequest } from '../preview/run.ts'
import { makePreview } from '../preview/run.ts'
import { report } from '../report.ts'
import { needs, notTogether, unlessOneOf } from './options.ts'

/** What the command line says. */
export interface PreviewOptions extends PreviewRequest {
  readonly format: string
  readonly color: string
  readonly exitCode: boolean
  readonly commentId?: string | undefined
}

const FORMATS = ['text', 'markdown', 'json', 'html'] as const
type Format = (typeof FORMATS)[number]
const WHEN = ['auto', 'always', 'never']

/** Runs the command. @returns the exit code: 1 also for a difference, if that was asked for. */
export async function preview(options: PreviewOptions, io: Io): Promise<number> {
  const format = FORMATS.find((each) => each === options.format)
  const mistakes = checkOptions(options)
  if (mistakes.length > 0 || format === undefined) return report(mistakes, io)
  const progress = startProgress(io)
  const made = await makePreview(options, io, progress.step).finally(progress.done)
  const code = report(made.problems, io)
  if (made.preview === undefined) return code
  await io.stdout.write(await print(made.preview, format, options, io))
  return code === 0 && options.exitCode && differs(made.preview) ? 1 : code
}

/** What could not be seen may differ. */
function differs({ objects }: Preview): boolean {
  return objects.some(({ change = 'same' }) => change !== 'same')
}

async function print(
  made: Preview,
  format: Format,
  { color, commentId }: PreviewOptions,
  { stdout, env }: Io,
): Promise<string> {
  switch (format) {
    case 'text': {
      const { formatText } = await import('../preview/formats/text.ts')
      const colour = color === 'always' || (color === 'auto' && stdout.isTTY && wantsColour(env))
      return formatText(made, { colour, width: stdout.isTTY ? stdout.columns : undefined })
    }
    case 'markdown': {
      const { formatMarkdown } = await import('../preview/formats/markdown.ts')
      return formatMarkdown(made, { marker: commentId })
    }
    case 'json': {
      const { formatJson } = await import('../preview/formats/json.ts')
      return formatJson(made)
    }
    case 'html': {
      const { formatHtml } = await import('../preview/formats/html.ts')
      return formatHtml(made)
    }
  }
}

function checkOptions(options: PreviewOptions): Problem[] {
  const { format, color, commentId = 'preview' } = options
  return [
    ...unlessOneOf('--format', format, FORMATS),
    ...unlessOneOf('--color', color, WHEN),
    ...(/^[\w.-]{1,100}$/.test(commentId) ? [] : [COMMENT_ID]),
    ...conflicts(options),
  ]
}

function conflicts(options: PreviewOptions): Problem[] {
  const { app, appName, repo, parameters, recurse, offline, placeholders, against } = options
  const pairs: readonly Pair[] = [
    [app !== undefined && parameters !== undefined, '--app', '--parameters'],
    [app !== undefined && recurse, '--app', '--recurse'],
    [offline !== undefined && placeholders, '--offline', '--placeholders'],
  ]
  const alone: readonly Pair[] = [
    [app === undefined && appName !== undefined, '--app-name', '--app'],
    [app === undefined && repo !== undefined, '--repo', '--app'],
    [against !== 'live' && options.kubeconfig !== undefined, '--kubeconfig', '--against live'],
    [against !== 'live' && options.context !== undefined, '--context', '--against live'],
  ]
  const wrong = ([isWrong]: Pair) => isWrong
  return [
    ...pairs.filter(wrong).map(([, one, other]) => notTogether(one, other)),
    ...alone.filter(wrong).map(([, one, other]) => needs(one, other)),
  ]
}

type Pair = readonly [isWrong: boolean, one: string, other: string]

const COMMENT_ID = usageError(
  '--comment-id is no id',
  'letters, digits, "-", "_" and "." only, 100 at most',
)
