// Pieces of a page in, HTML out. The one place that escapes: whatever is put into a template is text
// unless a template made it, so no name of a repository becomes markup.
import { visible, visibleYaml } from '../../visible.ts'

/** HTML that may stand between tags. Only this file makes it. */
export class Markup {
  readonly #html: string

  constructor(html: string) {
    this.#html = html
  }

  toString(): string {
    return this.#html
  }
}

/** What a template takes; nothing is printed for undefined. */
export type Part = string | number | Markup | readonly Part[] | undefined

/** A template: its own text is HTML, every string put into it is escaped, for text and attributes alike. */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const pieces = template.map(
    (text, index) => `${index === 0 ? '' : print(parts[index - 1])}${text}`,
  )
  return new Markup(pieces.join(''))
}

/** Lines of YAML; nothing in one of them begins another. */
export function yaml(lines: readonly string[]): Markup {
  return new Markup(lines.map((line) => entities(visibleYaml(line))).join('\n'))
}

/** Text that may be broken after the marks that part a long name. */
export function breakable(text: string): Markup {
  return new Markup(
    text
      .split(/(?<=[_./-])/)
      .map(escaped)
      .join('<wbr>'),
  )
}

/** `count` and the noun in its number: `1 Secret`, `2 Secrets`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

function print(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string') return escaped(part)
  if (part instanceof Markup || typeof part === 'number') return String(part)
  return part.map(print).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

function escaped(text: string): string {
  return entities(visible(text))
}

function entities(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '')
}
