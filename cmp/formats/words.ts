// Names, places and numbers in, words for them out, the same in all formats. The words hold whatever a
// repository holds: whoever prints them has to neutralise them.
import type { ObjectName, Position } from '../../manifests/problem.ts'

/** How one kind of document shows what a repository holds. */
export type Show = (text: string) => string

/** `Kind namespace/name`, or what there is of it. */
export function titleOf({ kind, namespace, name }: ObjectName): string {
  const path = [namespace, name].filter((part) => part !== undefined).join('/')
  return path === '' ? kind : `${kind} ${path}`
}

export function placeOf({ file, line }: Position): string {
  return `${file}:${line}`
}

/** `1 key`, `2 keys`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
