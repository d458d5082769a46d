// Two texts in; the stretches in which they differ out, or a patch that `git apply` takes.
import { diffLines, structuredPatch } from 'diff'

/** A stretch of the first text and what the second has there; 1-based, in UTF-16 units, the end exclusive. */
export interface TextChange {
  readonly start: Place
  readonly end: Place
  readonly text: string
}

interface Place {
  readonly line: number
  readonly column: number
}

/** Changed lines above which looking for the shortest diff takes too long. */
const MOST_CHANGES = 2000

/** In order, each as short as it can be without splitting a character or a line end. */
export function changesBetween(before: string, after: string): readonly TextChange[] {
  const parts = diffLines(before, after, { maxEditLength: MOST_CHANGES })
  if (parts === undefined) return before === after ? [] : [changeAt(before, 0, before, after)]
  const changes: TextChange[] = []
  let offset = 0
  for (let index = 0; index < parts.length; index += 1) {
    let [removed, added] = ['', '']
    for (let part = parts[index]; part?.added || part?.removed; part = parts[index]) {
      if (part.added) added += part.value
      else removed += part.value
      index += 1
    }
    if (removed !== added) changes.push(changeAt(before, offset, removed, added))
    offset += removed.length + (parts[index]?.value.length ?? 0)
  }
  return changes
}

/**
 * The change of one file as a patch; empty if there is none.
 * @param name with `/` between folders.
 */
export function patchOf(name: string, before: string, after: string): string {
  if (before === after) return ''
  const options = { context: 3, maxEditLength: MOST_CHANGES }
  const { hunks } = structuredPatch('', '', before, after, '', '', options) ?? {
    hunks: [replacement(before, after)],
  }
  const [old, young] = [quoted(`a/${name}`), quoted(`b/${name}`)]
  const lines = hunks.flatMap((hunk) => [
    `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`,
    ...hunk.lines,
  ])
  // What follows a tab is no name: one with blanks would end too early without.
  return `${[`--- ${old}\t`, `+++ ${young}\t`, ...lines].join('\n')}\n`
}

/** All lines of the one, then all lines of the other. */
function replacement(before: string, after: string) {
  const [old, young] = [before, after].map((text) => text.replace(/\n$/, '').split('\n'))
  const mark = (sign: string, lines: readonly string[], text: string) => [
    ...lines.map((line) => sign + line),
    ...(text.endsWith('\n') ? [] : ['\\ No newline at end of file']),
  ]
  return {
    oldStart: 1,
    oldLines: old?.length ?? 0,
    newStart: 1,
    newLines: young?.length ?? 0,
    lines: [...mark('-', old ?? [], before), ...mark('+', young ?? [], after)],
  }
}

function range(start: number, lines: number): string {
  return `${lines === 0 ? start - 1 : start},${lines}`
}

function changeAt(text: string, offset: number, removed: string, added: string): TextChange {
  let head = 0
  const shortest = Math.min(removed.length, added.length)
  while (head < shortest && removed[head] === added[head]) head += 1
  while (head > 0 && isInside(removed, added, head)) head -= 1
  let tail = 0
  const most = shortest - head
  while (tail < most && removed.at(-1 - tail) === added.at(-1 - tail)) tail += 1
  while (tail > 0 && isInside(removed, added, -tail)) tail -= 1
  return {
    start: placeOf(text, offset + head),
    end: placeOf(text, offset + removed.length - tail),
    text: added.slice(head, added.length - tail),
  }
}

/** Whether an offset splits a character or a line end of either text; negative ones count from the end. */
function isInside(one: string, other: string, offset: number): boolean {
  return [one, other].some((text) => {
    const at = offset < 0 ? text.length + offset : offset
    return /^(?:[\ud800-\udbff][\udc00-\udfff]|\r\n)/.test(text.slice(at - 1, at + 1))
  })
}

function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

/** As Git writes names that have more than printable ASCII: in quotes, other bytes in octal. */
function quoted(name: string): string {
  if (/^[ !#-[\]-~]*$/.test(name)) return name
  const bytes = [...Buffer.from(name)].map((byte) => {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
    return isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`
  })
  return `"${bytes.join('')}"`
}
