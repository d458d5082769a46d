// The `secrets` and `dynamic` of one environment of the store file → StoreSecret, StoreDynamicSecret.
import { isMap } from 'yaml'
import { SecretValue } from '../../manifests/secret-value.ts'
import type { StoreDynamicSecret, StoreEnvironment, StoreSecret } from './store.ts'
import type { Entry, MaybeNode, Reading } from './store-reader.ts'
import {
  complain,
  readChoice,
  readEntries,
  readFields,
  readFlag,
  readItems,
  readText,
  readTextOr,
} from './store-reader.ts'

const SECRET_FIELDS = [
  'value',
  'unencrypted',
  'comment',
  'tags',
  'type',
  'lifecycle',
  'override',
] as const

/** Reads what one environment holds. `where` is its `app/environment`, for messages. */
export function readSecrets(
  reading: Reading,
  where: string,
  fields: Partial<Record<'secrets' | 'dynamic', MaybeNode>>,
): Pick<StoreEnvironment, 'secrets' | 'dynamic'> {
  const { secrets, dynamic } = fields
  const paths = secrets === undefined ? [] : readEntries(reading, secrets, `secrets of ${where}`)
  return {
    secrets: paths.flatMap(({ key: path, keyNode, node }) => {
      checkPath(reading, keyNode, path)
      const entries = readEntries(reading, node, `path ${path} of ${where}`)
      return entries.map((entry) => readSecret(reading, path, entry))
    }),
    dynamic: readItems(reading, dynamic, `dynamic of ${where}`).map((item) =>
      readDynamicSecret(reading, item),
    ),
  }
}

function readSecret(reading: Reading, path: string, { key, node }: Entry): StoreSecret {
  const fields = isMap(node)
    ? readFields(reading, node, `secret ${key}`, SECRET_FIELDS)
    : { value: node }
  const value = readText(reading, fields.value ?? node, `the value of ${key}`) ?? ''
  const unencrypted = readFlag(reading, fields.unencrypted, `unencrypted of ${key}`)
  if (unencrypted && value !== '')
    complain(reading, fields.unencrypted, `only an empty value can be unencrypted: ${key}`)
  const override = readTextOr(reading, fields.override, `override of ${key}`, undefined)
  return {
    path,
    key,
    value: SecretValue.ofText(value),
    unencrypted,
    comment: readTextOr(reading, fields.comment, `comment of ${key}`, ''),
    tags: readItems(reading, fields.tags, `tags of ${key}`).flatMap(
      (tag) => readText(reading, tag, `a tag of ${key}`) ?? [],
    ),
    type: readChoice(
      reading,
      fields.type,
      `type of ${key}`,
      ['secret', 'sealed', 'config'],
      'secret',
    ),
    lifecycle: readChoice(
      reading,
      fields.lifecycle,
      `lifecycle of ${key}`,
      ['static', 'rotating'],
      'static',
    ),
    override: override === undefined ? undefined : SecretValue.ofText(override),
  }
}

function readDynamicSecret(reading: Reading, node: MaybeNode): StoreDynamicSecret {
  const fields = readFields(reading, node, 'a dynamic secret', ['name', 'path', 'keys'])
  const path = readTextOr(reading, fields.path, 'path of a dynamic secret', '/')
  checkPath(reading, fields.path, path)
  const outputs = readEntries(reading, fields.keys, 'keys of a dynamic secret')
  return {
    name: readText(reading, fields.name, 'name of a dynamic secret') ?? '',
    path,
    keys: new Map(
      outputs.map(({ key, node: name }) => [key, readText(reading, name, `output ${key}`) ?? '']),
    ),
  }
}

function checkPath(reading: Reading, node: MaybeNode, path: string): void {
  if (path === '/' || /^(\/[^/]+)+$/.test(path)) return
  complain(
    reading,
    node,
    'a path starts with a slash, and has none at its end or doubled',
    'write / or /folder or /folder/inner',
  )
}
