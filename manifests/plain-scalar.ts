// Which plain (unquoted) scalars are strings to every reader. Go's sigs.k8s.io/yaml reads YAML 1.1,
// most other tools YAML 1.2: both must agree, or the scalar has to be quoted.

/** Booleans and nulls of YAML 1.1 or 1.2, in lower case. */
const WORDS = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null'])

/** Opens with a letter, so is no number or date; holds no `: `, ` #`, indicator or blank. */
const SHAPE = /^[A-Za-z][\w./+=-]*(?::[\w./+=-]+)*$/

/** Hashes and UUIDs: about half of them would need quotes, and all of them get some, so that a new one changes nothing else. */
const HEXADECIMAL = /^[0-9a-f-]{8,}$/

/** A number without digits before its exponent: no reader should take it for one, some do. */
const EXPONENT = /^[eE][-+]?\d+$/

/** Whether this text, written without quotes in block style, is this string to every reader. */
export function isPlainString(text: string): boolean {
  if (WORDS.has(text.toLowerCase()) || EXPONENT.test(text)) return false
  return SHAPE.test(text) && !HEXADECIMAL.test(text)
}
