// The text of a Helm template in; its lines out, each as what of it is certain to be printed: the texts
// around its actions. Nothing is executed, and no line is refused.

/** A line that prints something. */
export interface TemplateLine {
  /** 1-based. */
  readonly number: number
  /** Columns before its text. */
  readonly indent: number
  /** What stands around its actions, in order; one text if there are none. */
  readonly texts: readonly string[]
  /** The field of the chart's values that its only action prints, such as `.Values.rules`; only if it is certain. */
  readonly value?: string | undefined
}

/** A stretch of lines that is printed as a whole, or not; indices into the lines, the end exclusive. */
export interface Block {
  readonly start: number
  readonly end: number
  /** Whether it may be printed several times. */
  readonly isLoop: boolean
}

/** What stands between two `---`. */
export interface Section {
  readonly lines: readonly TemplateLine[]
  /** Inner ones first. */
  readonly blocks: readonly Block[]
}

interface Line {
  readonly texts: string[]
  readonly actions: string[]
}

const CONTROL =
  /^(if|else|end|range|with|define|block|break|continue|template)\b|^\/\*|^\$\w+\s*:?=|^$/
const OPENS = /^(if|range|with|define|block)\b/
/** Functions that print all of a value and nothing else. */
const VALUE =
  /^\$?(\.Values(?:\.\w+)+)(?:\s*\|\s*(?:quote|squote|toYaml|toJson|toString|int|trim|n?indent \d+))*$|^toYaml (\$?\.Values(?:\.\w+)+)(?:\s*\|\s*n?indent \d+)?$/

/** Sections of one template that are looked at. */
const MOST_SECTIONS = 1000
/** Blocks of one section that count: each costs time. */
const MOST_BLOCKS = 200

interface Open {
  readonly isLoop: boolean
  /** Whether a dot is something else in it. */
  readonly rebinds: boolean
  readonly section: MutableSection
  start: number
}

interface MutableSection {
  readonly lines: TemplateLine[]
  readonly blocks: Block[]
}

/**
 * @param text of any content; the caller bounds its size.
 * @param isPlain whether braces mean nothing in it.
 */
export function readTemplate(text: string, isPlain = false): Section[] {
  let section: MutableSection = { lines: [], blocks: [] }
  const sections = [section]
  const open: Open[] = []
  for (const [index, { texts, actions }] of (isPlain ? plainLines(text) : scan(text)).entries()) {
    const isSeparator = /^---(\s|$)/.test(texts[0] ?? '')
    if (isSeparator) {
      section = { lines: [], blocks: [] }
      sections.push(section)
    }
    for (const action of actions) follow(action, open, section)
    if (isSeparator || !prints(texts, actions)) continue
    const value = open.some(({ rebinds }) => rebinds) ? undefined : valueIn(actions)
    section.lines.push(templateLine(index + 1, texts, value))
  }
  return sections.filter(({ lines }) => lines.length > 0).slice(0, MOST_SECTIONS)
}

/** Opens, goes on with or closes a block. */
function follow(action: string, open: Open[], section: MutableSection): void {
  const start = section.lines.length
  if (OPENS.test(action)) {
    const isLoop = action.startsWith('range')
    open.push({ isLoop, rebinds: !action.startsWith('if'), section, start })
    return
  }
  const block = open.at(-1)
  if (block === undefined || !/^(else|end)\b/.test(action)) return
  const { isLoop } = block
  const isHere = block.section === section && block.start < start
  if (isHere && section.blocks.length < MOST_BLOCKS) {
    section.blocks.push({ start: block.start, end: start, isLoop })
  }
  open.pop()
  if (action.startsWith('else')) open.push({ ...block, isLoop: false, section, start })
}

function templateLine(number: number, texts: readonly string[], value?: string): TemplateLine {
  const first = texts[0] ?? ''
  const indent = first.length - first.trimStart().length
  const trimmed = texts.map((text, n) => (n === 0 ? text.trimStart() : text))
  const last = trimmed.pop() ?? ''
  return { number, indent, texts: [...trimmed, last.trimEnd()], value }
}

function prints(texts: readonly string[], actions: readonly string[]): boolean {
  return texts.some((text) => text.trim() !== '') || actions.some((each) => !CONTROL.test(each))
}

function valueIn(actions: readonly string[]): string | undefined {
  const [action, another] = actions.filter((each) => !CONTROL.test(each))
  if (action === undefined || another !== undefined) return undefined
  const [, piped, given] = VALUE.exec(action) ?? []
  return (piped ?? given)?.replace(/^\$/, '')
}

function plainLines(text: string): Line[] {
  return text.split(/\r?\n/).map((line) => ({ texts: [line], actions: [] }))
}

/** Lines with their actions cut out; what `{{-` and `-}}` trim on the line is trimmed. */
function scan(text: string): Line[] {
  const lines: Line[] = []
  let line: Line = { texts: [''], actions: [] }
  const next = () => {
    lines.push(line)
    line = { texts: [''], actions: [] }
  }
  const add = (plain: string) => {
    for (const [n, part] of plain.split(/\r?\n/).entries()) {
      if (n > 0) next()
      line.texts.push((line.texts.pop() ?? '') + part)
    }
  }
  let at = 0
  for (let start = text.indexOf('{{'); start !== -1; start = text.indexOf('{{', at)) {
    const isTrimmed = /^-\s/.test(text.slice(start + 2, start + 4))
    const end = endOfAction(text, start + 2)
    const plain = text.slice(at, start)
    add(isTrimmed ? withoutBlanks(plain) : plain)
    const body = text.slice(start + 2, end).replace(/^-\s|\s-$/g, '')
    line.actions.push(body.trim())
    line.texts.push('')
    for (let n = body.split('\n').length; n > 1; n -= 1) {
      next()
      line.texts.push('')
    }
    at = end + 2
    if (/\s-$/.test(text.slice(end - 2, end))) while (/[ \t]/.test(text.charAt(at))) at += 1
  }
  add(text.slice(at))
  next()
  return lines
}

function withoutBlanks(text: string): string {
  let end = text.length
  while (end > 0 && /[ \t]/.test(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** The offset of the `}}` that ends an action: not one in a text or a comment of it. */
function endOfAction(text: string, from: number): number {
  if (/^(-\s)?\/\*/.test(text.slice(from, from + 4))) {
    const end = text.indexOf('*/', from)
    const close = end === -1 ? -1 : text.indexOf('}}', end)
    return close === -1 ? text.length : close
  }
  const tokens = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'|\}\}/g
  tokens.lastIndex = from
  for (let found = tokens.exec(text); found !== null; found = tokens.exec(text)) {
    if (found[0] === '}}') return found.index
  }
  return text.length
}
