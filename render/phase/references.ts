// The text of a value in, its literal pieces and its references out. The syntax of Phase's own
// backend (phasehq/console backend/api/utils/secrets.py):
//
//   ${KEY}  ${path/KEY}  ${/path/KEY}          the same environment, paths from the root
//   ${env.KEY}  ${env./path/KEY}               another environment of the same app
//   ${app::env.KEY}  ${app::env./path/KEY}     another app
//
// There is no escape; `${{…}}` belongs to others and `${}` is literal.

/** A reference and what it points at; `target` is absent when the text has no form that can resolve. */
export interface Reference {
  /** As written, `${` and `}` included. */
  readonly text: string
  readonly target?: Target | undefined
}

interface Target {
  readonly app?: string | undefined
  readonly environment?: string | undefined
  /** As written; empty for the root. */
  readonly path: string
  readonly key: string
}

const REFERENCE = /\$\{([^{}]+)\}/g

/** Cuts a value at its references: literal text and references in their order, adding up to the value. */
export function splitReferences(text: string): (string | Reference)[] {
  const pieces: (string | Reference)[] = []
  let end = 0
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > end) pieces.push(text.slice(end, match.index))
    pieces.push({ text: match[0], target: parseTarget(match[1] ?? '') })
    end = match.index + match[0].length
  }
  if (end < text.length) pieces.push(text.slice(end))
  return pieces
}

/** `undefined` for what no form covers: an empty part, or an app without an environment. */
function parseTarget(inner: string): Target | undefined {
  const colons = inner.indexOf('::')
  const app = colons < 0 ? undefined : inner.slice(0, colons)
  const place = colons < 0 ? inner : inner.slice(colons + 2)
  const dot = place.indexOf('.')
  const environment = dot < 0 ? undefined : place.slice(0, dot)
  const file = place.slice(dot + 1)
  const slash = file.lastIndexOf('/')
  const path = file.slice(0, slash + 1)
  const key = file.slice(slash + 1)
  if (app === '' || environment === '' || key === '') return undefined
  if (app !== undefined && environment === undefined) return undefined
  return { app, environment, path, key }
}
