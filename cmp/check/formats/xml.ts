// Elements in, XML 1.0 out whose every line begins with an element, whatever the texts hold.
import { inertXmlInLogs } from '../../formats/log-commands.ts'
import { printable } from '../../visible.ts'

/** UTF-16 units of one line of text. */
const LONGEST = 1000

export interface Element {
  readonly name: string
  /** What is undefined is absent. */
  readonly attributes: Readonly<Record<string, string | number | undefined>>
  /** Lines of text, or elements. */
  readonly content?: readonly (string | Element)[] | undefined
}

/** Prints a document. */
export function printXml(root: Element): string {
  return inertXmlInLogs(`<?xml version="1.0" encoding="UTF-8"?>\n${print(root, '')}`)
}

function print({ name, attributes, content = [] }: Element, indent: string): string {
  const words = Object.entries(attributes).flatMap(([key, value]) => {
    return value === undefined ? [] : [` ${key}="${escaped(String(value))}"`]
  })
  const tag = `${indent}<${name}${words.join('')}`
  const texts = content.filter((each) => typeof each === 'string')
  if (content.length === 0) return `${tag}/>\n`
  // Line ends as references: a name has none, and a log sees one line.
  if (texts.length > 0) return `${tag}>${texts.map(escaped).join('&#10;')}</${name}>\n`
  const inner = content.map((each) => (typeof each === 'string' ? '' : print(each, `${indent}  `)))
  return `${tag}>\n${inner.join('')}${indent}</${name}>\n`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** What XML 1.0 forbids is among what nobody can see, and spelled out. */
function escaped(text: string): string {
  return printable(text, LONGEST).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
