// In: an object as it is in Git, in the cluster or in its annotation. Out: a copy in the one form in which
// they are compared: no nulls, nothing that the API server leaves out, a Secret's texts in its data.
import type { PlainMap } from '../plain-value.ts'
import { isPlainMap } from '../plain-value.ts'
import { isBase64, meansNothing } from './merge-keys.ts'
import type { Place } from './place.ts'
import { fieldPlace } from './place.ts'

/** Levels: deeper than any real object, far less than the stack holds. */
export const DEEPEST = 200

/** @param place of the object: only what it says of types counts. */
export function normalForm(object: PlainMap, place: Place): PlainMap {
  const whole = place.path[0] === 'Secret' && place.isBuiltIn ? withTextsInData(object) : object
  const form = normalValue(whole, place)
  return isPlainMap(form) ? form : {}
}

function normalValue(value: unknown, place: Place): unknown {
  // What is deeper is compared as it is, and never handed on.
  if (place.depth >= DEEPEST) return value
  if (Array.isArray(value)) {
    const inItem = { ...place, depth: place.depth + 1 }
    return value.map((item) => normalValue(item, inItem))
  }
  if (isPlainMap(value)) {
    const fields = Object.entries(value).flatMap(([name, each]) => {
      const field = fieldPlace(place, name)
      const normal = normalValue(fillIn(each, field), field)
      return isNothing(normal, field) ? [] : [[name, normal] as const]
    })
    return Object.fromEntries(fields)
  }
  return place.isBuiltIn && isBase64(place.path) ? printedBase64(value) : value
}

function isNothing(value: unknown, { path, isBuiltIn }: Place): boolean {
  if (value === null || value === undefined) return true
  return isBuiltIn && meansNothing(path, value)
}

/** A key of a Secret without a value is an empty value (argoproj/argo-cd issue 943). */
function fillIn(value: unknown, { path, isBuiltIn }: Place): unknown {
  const isData = isBuiltIn && path.length === 3 && path[0] === 'Secret' && path[1] === 'data'
  return value === null && isData ? '' : value
}

/** As the API server does: a text under `stringData` wins over the same key under `data`. */
function withTextsInData(secret: PlainMap): PlainMap {
  const { stringData, data, ...rest } = secret
  if (!isPlainMap(stringData)) return secret
  const texts = Object.entries(stringData).map(([key, value]) => [
    key,
    typeof value === 'string' ? Buffer.from(value).toString('base64') : value,
  ])
  const kept = isPlainMap(data) ? Object.entries(data) : []
  return { ...rest, data: Object.fromEntries([...kept, ...texts]) }
}

/** Text that is base64 in another spelling (line breaks, stray bits) as the API server prints it. */
function printedBase64(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.replace(/[\r\n]/g, '')
  return /^[A-Za-z\d+/]*={0,2}$/.test(text) && text.length % 4 === 0
    ? Buffer.from(text, 'base64').toString('base64')
    : value
}
