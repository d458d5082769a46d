// A preview in, the same with every string that a repository, Phase or a cluster may choose replaced.
import type { Preview } from '../../render/preview/model.ts'

const STRINGS = [
  ...[
    'apiVersion',
    'name',
    'namespace',
    'label',
    'key',
    'renamedFrom',
    'placeholder',
    'fingerprint',
  ],
  ...['app', 'environment', 'path', 'tag', 'host', 'file', 'type', 'secret', 'pointer', 'stream'],
]
const LISTS = ['notes', 'keys', 'lines']

/** @param rename is given the old text; equal texts must stay equal, or connections are lost. */
export function renamePreview(preview: Preview, rename: (text: string) => string): Preview {
  const renamed = walk(preview, rename)
  const sides = { head: renameLabel(preview.head, rename), base: preview.base }
  if (preview.base !== undefined) sides.base = renameLabel(preview.base, rename)
  return { ...renamed, ...sides }
}

function renameLabel<T extends { readonly label: string }>(
  side: T,
  rename: (text: string) => string,
) {
  return { ...side, label: rename(side.label) }
}

function walk<T>(value: T, rename: (text: string) => string): T
function walk(value: unknown, rename: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => walk(item, rename))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([field, item]) => [
    field,
    renameField(field, item, rename),
  ])
  return Object.fromEntries(entries)
}

function renameField(field: string, value: unknown, rename: (text: string) => string): unknown {
  if (typeof value === 'string' && (field === 'kind' || STRINGS.includes(field)))
    return rename(value)
  if (!LISTS.includes(field) || !Array.isArray(value)) return walk(value, rename)
  return value.map((item) => {
    if (typeof item !== 'string') return walk(item, rename)
    // The first character of a line is the diff's.
    return field === 'lines' ? `${item.slice(0, 1)}${rename(item.slice(1))}` : rename(item)
  })
}
