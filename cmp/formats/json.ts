// Plain data in, JSON out that a terminal and a log can show; and how the nouns that all share look in it.
import type { ObjectName, Position } from '../../manifests/problem.ts'
import { visibleJson } from '../visible.ts'

/** Every field of a noun, whether it is there or not: none can be forgotten. */
type Fields<Noun> = Readonly<Record<keyof Noun, unknown>>

/** A noun to its fields, in the order in which they are printed. What is undefined is absent. */
export type Shape<Noun> = (noun: Noun) => Fields<Noun>

export const positionFields: Shape<Position> = ({ file, line, column }) => ({ file, line, column })

export const nameFields: Shape<ObjectName> = ({ kind, namespace, name }) => {
  return { kind, namespace, name }
}

/** Prints fields, two blanks an indent. Characters that nobody can see are escaped, as JSON allows. */
export function printJson(fields: object): string {
  return `${visibleJson(JSON.stringify(fields, undefined, 2))}\n`
}
