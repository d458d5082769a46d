// A JSON schema and a value in, what is wrong with the value out. Knows the keywords that our own schemas
// and that of SARIF use (JSON Schema 2020-12 and draft 4, core and validation), and refuses a schema with any other.

type Schema = Readonly<Record<string, unknown>>

const ANNOTATIONS = ['$schema', '$defs', 'definitions', 'id', 'title', 'description', 'default']

/** Each mistake with the JSON pointer of the value; empty if it is valid. */
export function schemaMistakes(root: Schema, value: unknown): string[] {
  return check(root, value, '', root)
}

function check(schema: Schema, value: unknown, at: string, root: Schema): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    if (ANNOTATIONS.includes(keyword)) return []
    const test = KEYWORDS[keyword]
    if (test === undefined) throw new Error(`unknown keyword ${keyword} for ${at || 'the root'}`)
    return test({ rule, value, at, root, schema })
  })
}

interface Question {
  readonly rule: unknown
  readonly value: unknown
  readonly at: string
  readonly root: Schema
  readonly schema: Schema
}

const KEYWORDS: Readonly<Record<string, (question: Question) => string[]>> = {
  type: ({ rule, value, at }) => wrongUnless(isOfType(value, rule), at, `is no ${rule}`),
  const: ({ rule, value, at }) => wrongUnless(value === rule, at, `is not ${rule}`),
  enum: ({ rule, value, at }) => {
    return wrongUnless(Array.isArray(rule) && rule.includes(value), at, `is none of ${rule}`)
  },
  minimum: ({ rule, value, at }) => {
    return wrongUnless(typeof value !== 'number' || value >= Number(rule), at, `is below ${rule}`)
  },
  maximum: ({ rule, value, at }) => {
    return wrongUnless(typeof value !== 'number' || value <= Number(rule), at, `is above ${rule}`)
  },
  minItems: ({ rule, value, at }) => {
    const fits = !Array.isArray(value) || value.length >= Number(rule)
    return wrongUnless(fits, at, `has fewer than ${rule} items`)
  },
  uniqueItems: ({ rule, value, at }) => {
    if (rule !== true || !Array.isArray(value)) return []
    const texts = new Set(value.map((item) => JSON.stringify(item)))
    return wrongUnless(texts.size === value.length, at, 'has an item twice')
  },
  format: ({ rule, value, at }) => {
    const test = FORMATS[String(rule)]
    if (test === undefined) throw new Error(`unknown format ${rule}`)
    return wrongUnless(typeof value !== 'string' || test(value), at, `is no ${rule}`)
  },
  pattern: ({ rule, value, at }) => {
    const fits = typeof value !== 'string' || new RegExp(String(rule), 'u').test(value)
    return wrongUnless(fits, at, `does not match ${rule}`)
  },
  required: ({ rule, value, at }) =>
    isMap(value) && Array.isArray(rule)
      ? rule.flatMap((name) => wrongUnless(Object.hasOwn(value, name), at, `lacks ${name}`))
      : [],
  properties: ({ rule, value, at, root }) =>
    isMap(value) && isMap(rule)
      ? Object.entries(rule).flatMap(([name, schema]) =>
          Object.hasOwn(value, name)
            ? check(schemaOf(schema), value[name], `${at}/${name}`, root)
            : [],
        )
      : [],
  additionalProperties: ({ rule, value, at, root, schema }) => {
    const known = schemaOf(schema.properties ?? {})
    const others = Object.entries(isMap(value) ? value : {})
    return others.flatMap(([name, each]) => {
      if (rule === true || Object.hasOwn(known, name)) return []
      return rule === false
        ? [`${at || '/'} has ${name}`]
        : check(schemaOf(rule), each, `${at}/${name}`, root)
    })
  },
  items: ({ rule, value, at, root }) =>
    Array.isArray(value)
      ? value.flatMap((each, index) => check(schemaOf(rule), each, `${at}/${index}`, root))
      : [],
  oneOf: ({ rule, value, at, root }) => {
    const choices = Array.isArray(rule) ? rule : []
    const valid = choices.filter((each) => check(schemaOf(each), value, at, root).length === 0)
    return wrongUnless(valid.length === 1, at, `fits ${valid.length} of ${choices.length} choices`)
  },
  anyOf: ({ rule, value, at, root }) => {
    const choices = Array.isArray(rule) ? rule : []
    const isValid = choices.some((each) => check(schemaOf(each), value, at, root).length === 0)
    return wrongUnless(isValid, at, 'fits no choice')
  },
  $ref: ({ rule, value, at, root }) => {
    const steps = String(rule).split('/')
    if (steps.shift() !== '#') throw new Error(`no pointer into the schema: ${rule}`)
    const found = steps.reduce<unknown>((within, step) => schemaOf(within)[step], root)
    return check(schemaOf(found), value, at, root)
  },
}

/** Characters that a reference may have (RFC 3986), and percent signs that are followed by two digits. */
const URI_REFERENCE = /^(?:[\w.~!$&'()*+,;=:@/?#[\]-]|%[0-9A-Fa-f]{2})*$/

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'uri-reference': (text) => URI_REFERENCE.test(text),
  uri: (text) => URI_REFERENCE.test(text) && /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text),
  'date-time': (text) => !Number.isNaN(Date.parse(text)),
}

function wrongUnless(isRight: boolean, at: string, what: string): string[] {
  return isRight ? [] : [`${at || '/'} ${what}`]
}

function isOfType(value: unknown, type: unknown): boolean {
  if (Array.isArray(type)) return type.some((each) => isOfType(value, each))
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isMap(value)
  if (type === 'integer') return Number.isInteger(value)
  const known = ['string', 'boolean', 'number'].includes(String(type))
  if (!known) throw new Error(`unknown type ${type}`)
  return typeof value === type
}

function isMap(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function schemaOf(value: unknown): Schema {
  if (!isMap(value)) throw new Error('no schema')
  return value
}
