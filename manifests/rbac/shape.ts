// Plain values in, the same as the API server's JSON decoder takes them out: a missing or null field is
// the empty value of its type, null in a list of strings is '', and any other type refuses the object.
import { isPlainMap } from '../plain-value.ts'

type PlainMap = Readonly<Record<string, unknown>>

/** Told the size of each thing that is read: aliases make small files large. */
export type Spend = (units: number) => void

/** The API server would refuse the object. The message is a phrase that quotes nothing of it. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

/** A map. @throws RefusedError */
export function mapIn(value: unknown, where: string): PlainMap {
  if (value === undefined || value === null) return {}
  if (!isPlainMap(value)) throw new RefusedError(`${where} is not a map`)
  return value
}

/** A list. @throws RefusedError */
export function listIn(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new RefusedError(`${where} is not a list`)
  return value
}

/** A string. @throws RefusedError */
export function stringIn(value: unknown, where: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new RefusedError(`${where} is not text: quote it`)
  return value
}

/** A list of strings. @throws RefusedError */
export function textsIn(value: unknown, where: string): readonly string[] {
  const list = listIn(value, where)
  // Most lists are as they should be, and an alias may have them used ten thousand times.
  if (list.every((item): item is string => typeof item === 'string')) return list
  return list.map((item, index) => stringIn(item, `${where}[${index}]`))
}

/** A map of strings, such as labels. @throws RefusedError */
export function stringsIn(value: unknown, where: string): Readonly<Record<string, string>> {
  const entries = Object.entries(mapIn(value, where))
  return Object.fromEntries(
    entries.map(([key, item]) => [key, stringIn(item, `a value in ${where}`)]),
  )
}

/** Why a text cannot be the name of a role or binding (pkg/api/validate/content, IsPathSegmentName). */
export function pathSegmentFault(name: string): string | undefined {
  if (name === '.' || name === '..') return 'may not be . or ..'
  return /[/%]/.test(name) ? 'may hold neither / nor %' : undefined
}
