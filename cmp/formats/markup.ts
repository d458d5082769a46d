// Names in, GitHub-flavoured Markdown out in which they are code and nothing else: in code neither GitHub
// nor GitLab looks for markup, links, mentions, references or emoji.
import { printable, visibleYaml } from '../visible.ts'

/** UTF-16 units of one name. */
const LONGEST_NAME = 200
const LONGEST_NOTE = 600
/**
 * Backticks that in a row still are a fence for cmark-gfm: it keeps the length in one byte. (For spans it
 * stops at 80, but there is always a shorter one.)
 */
const LONGEST_FENCE = 60

/** A code span. An empty name is two quotes. */
export function code(text: string): string {
  return span(printable(text, LONGEST_NAME))
}

/**
 * A code span in a cell of a table. Cells end at `|` in spite of code, and not all parsers agree on one
 * after a backslash, so that is spelled out.
 */
export function cellCode(text: string): string {
  const safe = printable(text, LONGEST_NAME).replace(/\\\|/g, '\\\\u{7c}')
  return span(safe).replaceAll('|', '\\|')
}

function span(line: string): string {
  if (line === '') return '`""`'
  const runs = new Set(line.match(/`+/g)?.map(({ length }) => length))
  let length = 1
  while (runs.has(length)) length += 1
  const fence = '`'.repeat(length)
  // One blank on both sides is taken away; without it a backtick would belong to the fence.
  const inner = /^[` ]|[` ]$/.test(line) ? ` ${line} ` : line
  return `${fence}${inner}${fence}`
}

/** Text in raw HTML. */
export function html(text: string): string {
  return printable(text, LONGEST_NAME).replace(/[&<>"'`]/g, (character) => {
    return `&#${character.charCodeAt(0)};`
  })
}

/** Words in which nothing can be active as they are, with ordinary marks around them. */
const PLAIN_WORD = /^\(?[A-Za-z]+[.,:;)]{0,2}$/
/** What the platforms take for a commit. */
const HASH = /^[0-9a-f]{7,}/i

/** A sentence: plain words stay, whatever else there is becomes code. */
export function prose(text: string): string {
  const words = printable(text, LONGEST_NOTE)
    .split(' ')
    .filter((word) => word !== '')
  const groups: { isPlain: boolean; words: string[] }[] = []
  for (const word of words) {
    const isPlain = PLAIN_WORD.test(word) && !HASH.test(word)
    const last = groups.at(-1)
    if (last?.isPlain === isPlain) last.words.push(word)
    else groups.push({ isPlain, words: [word] })
  }
  return groups.map(wordsOf).join(' ')
}

function wordsOf({ isPlain, words }: { isPlain: boolean; words: readonly string[] }): string {
  return isPlain ? words.join(' ') : span(words.join(' '))
}

/** A fenced block that nothing in it can end. Lines keep tabs. */
export function fenced(lines: readonly string[], language: string): string {
  const safe = lines.map((line) => {
    // GitLab takes a line that begins with a slash for a command, and has looked for fences of three only.
    return visibleYaml(line).replace(/^\//, ' /').replace(/`+/g, shortened)
  })
  const fence = '`'.repeat(Math.max(3, longestRun(safe) + 1))
  return `${fence}${language}\n${safe.join('\n')}\n${fence}`
}

/** What is longer than a fence can be is spelled out in part. */
function shortened(run: string): string {
  return run.slice(0, LONGEST_FENCE) + '\\u{60}'.repeat(Math.max(0, run.length - LONGEST_FENCE))
}

function longestRun(lines: readonly string[]): number {
  let longest = 0
  for (const line of lines) {
    for (const [run] of line.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  }
  return longest
}
