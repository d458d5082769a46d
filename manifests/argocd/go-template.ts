// A Go template and parameters in, the text that Argo CD makes of them out: the language of
// ApplicationSets with `goTemplate: true`. Of that language only placeholders are understood:
// `{{ .a.b }}` and `{{ index .a "b" 0 }}`. Everything else fails: nothing is guessed.
import { quotedName } from '../names.ts'
import { isPlainMap } from '../plain-value.ts'
import type { Filled, Parameters } from './filled.ts'

const SPACE = '[ \\t\\r\\n]'
const FIELD = '\\.[\\p{L}_][\\p{L}\\p{Nd}_]*'
const PATH = `(?:\\$?(?:${FIELD})+|\\$|\\.)`
const KEY = '(?:"[^"\\\\\\n]*"|`[^`]*`|\\d{1,9})'

/** A whole action; `-` beside a brace takes the white space outside it away (text/template, Lex). */
const ACTION = new RegExp(
  `\\{\\{(?<left>-(?=${SPACE}))?${SPACE}*` +
    `(?:(?<path>${PATH})|index${SPACE}+(?<base>${PATH})(?<keys>(?:${SPACE}+${KEY})+))` +
    `(?<right>${SPACE}+-)?${SPACE}*\\}\\}`,
  'uy',
)
const KEYS = new RegExp(KEY, 'g')
const FIELDS = new RegExp(FIELD, 'gu')

const ONLY = 'only {{ .name }}, {{ .a.b }} and {{ index .a "b" }} are understood here'

/** Fills a text. Fails on any other action, and on a value that is missing or more than one scalar. */
export function fillGo(template: string, parameters: Parameters): Filled {
  const pieces: string[] = []
  let from = 0
  let trims = false
  const keep = (text: string): void => {
    pieces.push(trims ? text.replace(/^[ \t\r\n]+/, '') : text)
  }
  for (let start = template.indexOf('{{'); start >= 0; start = template.indexOf('{{', from)) {
    ACTION.lastIndex = start
    const match = ACTION.exec(template)
    if (match === null) return { fault: `has ${shownAction(template, start)}`, hint: ONLY }
    const { left, right, path, base = '', keys = '' } = match.groups ?? {}
    const text = template.slice(from, start)
    keep(left === undefined ? text : withoutEnd(text))
    const found = lookUp(parameters, path === undefined ? stepsOf(base, keys) : stepsOf(path))
    const printed = print(found)
    if (printed === undefined) return { fault: noValue(match[0], found) }
    pieces.push(printed)
    trims = right !== undefined
    from = ACTION.lastIndex
  }
  keep(template.slice(from))
  return { text: pieces.join('') }
}

/** Not a pattern: one that is bound to the end takes the square of a long text's time. */
function withoutEnd(text: string): string {
  let end = text.length
  while (end > 0 && ' \t\r\n'.includes(text[end - 1] ?? '-')) end -= 1
  return text.slice(0, end)
}

function stepsOf(path: string, keys = ''): (string | number)[] {
  const fields = [...path.matchAll(FIELDS)].map(([field]) => field.slice(1))
  const others = [...keys.matchAll(KEYS)].map(([key]) =>
    /^\d/.test(key) ? Number(key) : key.slice(1, -1),
  )
  return [...fields, ...others]
}

/** A number is for lists only, a text for maps only, as in Go. */
function lookUp(value: unknown, steps: readonly (string | number)[]): unknown {
  let current = value
  for (const step of steps) {
    if (typeof step === 'number') current = Array.isArray(current) ? current[step] : undefined
    else current = isPlainMap(current) && Object.hasOwn(current, step) ? current[step] : undefined
  }
  return current
}

/** A scalar as Go's `%v` prints it; undefined for what is none. Numbers in JSON are float64 to Go. */
function print(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
  return printNumber(Number(value))
}

/** strconv's `%g` with the fewest digits: an exponent below -4 and from 6 on. */
function printNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(value)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** Argo CD would write `<no value>`, or fail under missingkey=error; both are mistakes. */
function noValue(action: string, found: unknown): string {
  const what =
    found === undefined || found === null ? 'has no value' : 'is no text, number or boolean'
  return `has ${quotedName(action)}, which ${what} for this element`
}

function shownAction(template: string, start: number): string {
  const end = template.indexOf('}}', start)
  return `the action ${quotedName(template.slice(start, end < 0 ? start + 200 : end + 2))}`
}
