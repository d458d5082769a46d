// The text of a store file → a checked Store, or problems with positions.
import { isSeq, LineCounter, parseDocument } from 'yaml'
import type { Outcome } from '../../manifests/document.ts'
import type { Store, StoreApp } from './store.ts'
import type { MaybeNode, Reading } from './store-reader.ts'
import {
  complain,
  positionOf,
  readEntries,
  readFields,
  readItems,
  readText,
  readTextOr,
} from './store-reader.ts'
import { readSecrets } from './store-secrets.ts'
import { readFaults, readTokens } from './store-tokens.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Reads a store.
 * @param text the YAML; @param file its name, for messages
 * @returns the store, or every problem of the file; messages hold no values.
 */
export function readStore(text: string, file: string): Outcome<Store> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const reading: Reading = { file, document, lines, problems: [] }
  for (const { code, pos } of [...document.errors, ...document.warnings]) {
    // The parser's own message may quote the file.
    const message = `not valid YAML: ${code.toLowerCase().replaceAll('_', ' ')}`
    const at = positionOf(reading, pos[0])
    reading.problems.push({ severity: 'error', fault: 'input', at, message })
  }
  if (reading.problems.length > 0) return { problems: reading.problems }
  const store = readRoot(reading)
  return reading.problems.length > 0 ? { problems: reading.problems } : { value: store }
}

function readRoot(reading: Reading): Store {
  const known = ['organisation', 'apps', 'tokens', 'faults'] as const
  const fields = readFields(reading, reading.document.contents, 'the store', known)
  const apps = readApps(reading, fields.apps)
  return {
    organisation: readTextOr(reading, fields.organisation, 'organisation', 'dev'),
    apps,
    tokens: readTokens(reading, fields.tokens, apps),
    faults: readFaults(reading, fields.faults),
  }
}

function readApps(reading: Reading, node: MaybeNode): readonly StoreApp[] {
  const ids = new Set<string>()
  if (isSeq(node))
    return readItems(reading, node, 'apps').map((item) => {
      const fields = readFields(reading, item, 'an app', ['name', 'id', 'environments'])
      const name = readText(reading, fields.name, 'the name of an app') ?? ''
      return readApp(reading, name, fields, ids)
    })
  return readEntries(reading, node, 'apps').map(({ key, node: app }) =>
    readApp(reading, key, readFields(reading, app, `app ${key}`, ['id', 'environments']), ids),
  )
}

function readApp(
  reading: Reading,
  name: string,
  fields: Partial<Record<'id' | 'environments', MaybeNode>>,
  ids: Set<string>,
): StoreApp {
  const environments = readEntries(reading, fields.environments, `the environments of app ${name}`)
  return {
    name,
    id: readId(reading, fields.id, ids),
    environments: environments.map(({ key, node }) => {
      const where = `${name}/${key}`
      const parts = readFields(reading, node, where, ['id', 'secrets', 'dynamic'])
      return {
        name: key,
        id: readId(reading, parts.id, ids),
        ...readSecrets(reading, where, parts),
      }
    }),
  }
}

function readId(reading: Reading, node: MaybeNode, ids: Set<string>): string | undefined {
  const id = readTextOr(reading, node, 'id', undefined)
  if (id === undefined) return undefined
  if (!UUID.test(id)) complain(reading, node, 'id must be a UUID in lower case')
  else if (ids.has(id)) complain(reading, node, 'id is used twice')
  ids.add(id)
  return id
}
