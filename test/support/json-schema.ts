// A JSON schema and a value in, what is wrong with the value out. Knows the keywords that our own schemas
// use (JSON Schema 2020-12, core and validation), and refuses a schema with any other.

type Schema = Readonly<Record<string, unknown>>

const ANNOTATIONS = ['$schema', '$defs', 'title', 'description', 'default']

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
  additionalProperties: ({ rule, value, at, schema }) => {
    if (rule !== false) throw new Error('additionalProperties is known as false only')
    const known = schemaOf(schema.properties ?? {})
    const others = isMap(value) ? Object.keys(value) : []
    return others.flatMap((name) => wrongUnless(Object.hasOwn(known, name), at, `has ${name}`))
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
  $ref: ({ rule, value, at, root }) => {
    const name = String(rule).replace(/^#\/\$defs\//, '')
    return check(schemaOf(schemaOf(root.$defs)[name]), value, at, root)
  },
}

function wrongUnless(isRight: boolean, at: string, what: string): string[] {
  return isRight ? [] : [`${at || '/'} ${what}`]
}

function isOfType(value: unknown, type: unknown): boolean {
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
