// A chart in, the JSON schemas in it that would make Helm read something else out: a reference to
// file:///… reads any file of the machine (and Helm's complaint quotes what it says), one to http://… asks
// the network. Subcharts count, in folders and in archives.
import { join, posix } from 'node:path'
import type { Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import { readBounded } from '../read-file.ts'
import { readArchive } from './chart-archive.ts'
import type { Repository } from './places.ts'
import { namesIn } from './places.ts'

const SCHEMA = 'values.schema.json'
/** Bytes of a schema and of a packaged chart. */
const LARGEST_SCHEMA = 5 * 1024 * 1024
const LARGEST_ARCHIVE = 20 * 1024 * 1024
/** Charts in charts: folders, and archives in archives. */
const DEEPEST = 20
/** Kept inside Helm's own library: exactly these addresses, any other would be fetched. */
const DRAFTS =
  /^https?:\/\/json-schema\.org\/(schema|draft-0[4-7]\/schema|draft\/20(19-09|20-12)\/(schema|meta\/[a-z-]+))#?$/
const KEYWORDS = ['$ref', '$dynamicRef', '$recursiveRef', '$schema']

/**
 * @param chart a folder.
 * @param network whether Helm may ask the network; files of the machine are refused all the same.
 */
export function farSchemas(chart: string, repository: Repository, network: boolean): Problem[] {
  const problems: Problem[] = []
  const visit = (folder: string, depth: number): void => {
    const shown = (name: string) => repository.display(join(folder, name))
    const schema = readBounded(join(folder, SCHEMA), LARGEST_SCHEMA)
    const found = typeof schema === 'string' ? schema === 'too-large' : leadsFar(schema, network)
    if (found) problems.push(bad(shown(SCHEMA)))
    for (const name of namesIn(join(folder, 'charts'))) {
      const path = join(folder, 'charts', name)
      // Helm skips these (pkg/chart/v2/loader: LoadFiles).
      if (/^[_.]/.test(name)) continue
      if (/\.tgz$/i.test(name)) problems.push(...inArchive(path, shown(`charts/${name}`), network))
      else if (depth === DEEPEST) problems.push(unreadable(shown(`charts/${name}`)))
      else visit(path, depth + 1)
    }
  }
  visit(chart, 0)
  return problems
}

function inArchive(path: string, shown: string, network: boolean): Problem[] {
  const bytes = readBounded(path, LARGEST_ARCHIVE)
  const verdict = typeof bytes === 'string' ? 'unreadable' : judgeArchive(bytes, network, 0)
  if (verdict === 'fine') return []
  return [verdict === 'far' ? bad(shown) : unreadable(shown)]
}

function judgeArchive(
  bytes: Buffer,
  network: boolean,
  depth: number,
): 'fine' | 'far' | 'unreadable' {
  const entries = depth > DEEPEST ? undefined : readArchive(bytes)
  if (entries === undefined) return 'unreadable'
  for (const { names, bytes: content } of entries) {
    const bases = names.map((name) => posix.basename(posix.normalize(name.replaceAll('\\', '/'))))
    if (bases.includes(SCHEMA) && leadsFar(content, network)) return 'far'
    if (!bases.some((base) => base.endsWith('.tgz')) || content.length === 0) continue
    const inner = judgeArchive(content, network, depth + 1)
    if (inner !== 'fine') return inner
  }
  return 'fine'
}

/** Whether a schema refers to anything but itself and the drafts of JSON schema. */
function leadsFar(bytes: Buffer, network: boolean): boolean {
  const waiting: unknown[] = []
  try {
    waiting.push(JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, '')))
  } catch {
    // Helm says what is wrong with it, and follows nothing.
    return false
  }
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node !== 'object' || node === null) continue
    for (const [key, value] of Object.entries(node)) {
      if (typeof value !== 'string') waiting.push(value)
      else if (KEYWORDS.includes(key) && isFar(value, network)) return true
    }
  }
  return false
}

/** Not even a name that the schema gives itself: it may mean another file from another place. */
function isFar(reference: string, network: boolean): boolean {
  if (reference.startsWith('#') || DRAFTS.test(reference)) return false
  return !(network && /^https?:\/\//i.test(reference))
}

function bad(file: string): Problem {
  const at = wholeFile(file)
  const message = 'refers to a JSON schema outside the chart, which Helm would fetch or read'
  const hint = 'copy what it needs below $defs, or set the parameter skipSchemaValidation'
  return { severity: 'error', fault: 'input', at, message, hint }
}

function unreadable(file: string): Problem {
  const at = wholeFile(file)
  const message = 'is no packaged chart that can be looked into'
  return { severity: 'error', fault: 'input', at, message, hint: 'package it again: helm package' }
}
