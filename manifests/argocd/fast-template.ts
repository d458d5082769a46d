// A text with `{{name}}` placeholders and parameters in, the text that Argo CD makes of them out: the
// language of ApplicationSets without `goTemplate` (argo-cd applicationset/utils, Replace; the
// library valyala/fasttemplate). What is no parameter stays as it is written.
import type { Filled, Parameters } from './filled.ts'

/** Fills a text. Fails on a placeholder without an end. */
export function fillFast(template: string, parameters: Parameters): Filled {
  // Argo CD looks for a placeholder within one line first, and at nothing without one.
  if (!template.split('\n').some(hasPlaceholder)) return { text: template }
  const pieces: string[] = []
  let from = 0
  for (let start = template.indexOf('{{'); start >= 0; start = template.indexOf('{{', from)) {
    const end = template.indexOf('}}', start + 2)
    if (end < 0) return { fault: 'has a {{ without }}' }
    const tag = template.slice(start + 2, end)
    const name = trimmed(tag)
    const value = name !== '' && Object.hasOwn(parameters, name) ? parameters[name] : undefined
    pieces.push(template.slice(from, start), typeof value === 'string' ? value : `{{${tag}}}`)
    from = end + 2
  }
  return { text: pieces.join('') + template.slice(from) }
}

function hasPlaceholder(line: string): boolean {
  const start = line.indexOf('{{')
  return start >= 0 && line.lastIndexOf('}}') >= start + 2
}

/** Without what Go's strings.TrimSpace takes away. Not a pattern: those take the square of a long text's time. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && isSpace(text[start])) start += 1
  while (start < end && isSpace(text[end - 1])) end -= 1
  return text.slice(start, end)
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /[\s\u0085]/.test(character) && character !== '\ufeff'
}
