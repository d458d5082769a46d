// Fields of the configuration that are more than a text in; their values out, or problems of the fields.
import { isAbsolute } from 'node:path'
import type { Fields } from '../../manifests/fields.ts'
import { parseHost } from '../../render/phase/source.ts'
import { SourceError } from '../../render/source.ts'

/** An absolute path: Argo CD starts us inside the repository, where a relative one would be an author's file. */
export function readPath(fields: Fields, name: string): string | undefined {
  const path = fields.string(name)
  if (path === undefined) return undefined
  if (isAbsolute(path) && !path.includes('\0')) return path
  fields.reject(name, 'is not an absolute path', 'Argo CD runs the plugin inside the repository')
  return undefined
}

/** A Phase host in its canonical spelling. */
export function readUrl(fields: Fields, name: string): string | undefined {
  const text = fields.string(name)
  if (text === undefined) {
    if (!fields.names().includes(name)) fields.reject(name, 'is missing')
    return undefined
  }
  try {
    return parseHost(text)
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    fields.reject(name, `is refused: ${error.message}`)
    return undefined
  }
}

/** Patterns as policies have them; an empty list would allow nothing and is a mistake. */
export function readPatterns(fields: Fields, name: string): readonly string[] | undefined {
  const patterns = fields.texts(name)
  if (patterns === undefined) return undefined
  if (patterns.length === 0 || patterns.includes('')) {
    fields.reject(name, 'is empty or has an empty entry', 'leave it out, or name something')
  }
  return patterns
}
