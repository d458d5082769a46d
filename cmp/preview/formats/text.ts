// A preview in, text for a terminal or a log out: without a base the redacted stream, which stays YAML;
// with one, what differs and what rolls.
import type { Preview } from '../../../render/preview/model.ts'
import { inertInLogs } from '../../formats/log-commands.ts'
import { name, paintWith, sentence } from '../../formats/terminal.ts'
import { count, placeOf, titleOf } from '../../formats/words.ts'
import { visibleYaml } from '../../visible.ts'
import { countsOf } from './counts.ts'
import { comparison } from './text-comparison.ts'
import { costWords, movedWords, partWords, sideWords, useWords } from './words.ts'

/** What the text is for. */
export interface TextOptions {
  /** Whether to colour by SGR sequences; nothing else ever controls the terminal. */
  readonly colour: boolean
  /** Columns of the terminal; undefined: the reader is no terminal, and gets all of every line. */
  readonly width: number | undefined
}

/** What says it has fewer columns than this does not know. */
const NARROWEST = 20

/** Prints a preview. Nothing invisible but line ends, tabs of YAML and, if asked for, colours. */
export function formatText(preview: Preview, { colour, width }: TextOptions): string {
  const paint = paintWith(colour)
  if (preview.base !== undefined) {
    const edge = width !== undefined && width >= NARROWEST ? width : undefined
    const lines = comparison(preview, preview.base, { paint, width: edge })
    return inertInLogs([...lines, '', ...closing(preview)].map((line) => `${line}\n`).join(''))
  }
  const comments = [...summary(preview), '', ...closing(preview)]
  const lines = comments.map((line) => paint('faint', line === '' ? '#' : `# ${line}`))
  return streamOf(preview) + lines.map((line) => `${line}\n`).join('')
}

/** The stream, whole lines only. */
function streamOf({ stream = '' }: Preview): string {
  if (stream === '') return ''
  const lines = stream.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n')
  return lines.map((line) => `${visibleYaml(line)}\n`).join('')
}

/** What was made of what; the values are in the stream. */
function summary({ head, objects, isPlaceholder }: Preview): string[] {
  const what = isPlaceholder ? 'placeholders' : 'fingerprints'
  const made = objects.flatMap((object) => {
    const { secret, workload, part } = object
    const title = name(titleOf(object))
    if (part === 'emitted' && secret !== undefined) {
      const keys = `${count(secret.keys.length, 'key')}${secret.isComplete ? '' : ' or more'}`
      const { origin } = secret
      const by = origin && `${name(titleOf(origin.phaseSecret))} (${name(placeOf(origin.at))})`
      return [
        `${title}: ${keys} from ${movedWords(secret, name) ?? 'Phase'}`,
        ...(by === undefined ? [] : [`  by ${by}`]),
      ]
    }
    if (part !== 'stamped' || workload === undefined) return []
    const uses = workload.uses.map((use) => useWords(use, name)).join('; ')
    return [`${title}: stamped${uses === '' ? '' : `, uses ${uses}`}`]
  })
  const first = `Preview of ${sideWords(head, name)}, with ${what} in the place of values`
  return [first, ...(made.length === 0 ? [] : ['', ...made])]
}

function closing(preview: Preview): string[] {
  const { notes, measurements } = preview
  return [
    partWords(countsOf(preview)),
    ...(measurements === undefined ? [] : [costWords(measurements)]),
    ...notes.map((note) => `note: ${sentence(note)}`),
  ]
}
