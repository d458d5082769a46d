// A name of the file in; what a message may show of it out. Somebody who swaps `name` and `secret` must
// not find the key in a log.
import { shownName } from '../names.ts'

/** 16 bytes and more of base64 or hexadecimal; resources and names that people choose have no such stretch. */
const LIKE_A_KEY = /^(?=.*[A-Z\d+/=])[A-Za-z\d+/_-]{21,}={0,2}$/

/** A name as it is, or quoted; without it if it could be key material. */
export function shownIdentifier(name: string): string {
  if (name === '') return '""'
  const text = name.replace(/[\r\n]/g, '')
  const stretches = text.split(/[.:\s]/)
  const couldBeKey = stretches.some((part) => LIKE_A_KEY.test(part) && !isWords(part))
  return couldBeKey ? '(not shown: it looks like a key)' : shownName(name)
}

/** Names of resources in a message. */
const MOST_NAMES = 6

/** A list of resources, the first few. */
export function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(shownIdentifier).join(', ')
  return names.length > MOST_NAMES ? `${shown} and others` : shown
}

/** Words, dates and short random endings between dashes, such as `phase-20261123-a1b2`. */
function isWords(text: string): boolean {
  return text
    .split(/[-_/]/)
    .every((part) => /^(?:[A-Z]?[a-z]+|[a-z\d]{1,8}|[A-Z\d]{1,8})$/.test(part))
}
