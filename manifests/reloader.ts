// Annotations of a workload or its pod template in; whether Stakater Reloader, if it runs in the
// cluster, restarts the workload for a Secret out. Source: stakater/Reloader 1.4,
// internal/pkg/options/flags.go.

type Annotations = Readonly<Record<string, string>>

/** What Reloader looks at in a Secret. */
interface WatchedSecret {
  readonly name: string
  readonly annotations: Annotations
}

const AUTO = ['reloader.stakater.com/auto', 'secret.reloader.stakater.com/auto']
const RELOAD = 'secret.reloader.stakater.com/reload'
const EXCLUDE = 'secrets.exclude.reloader.stakater.com/reload'

/**
 * Whether Reloader restarts a workload with these annotations when a Secret that it references
 * changes. An entry of a list with more than `.*` for a pattern counts as a match: a pattern from a
 * repository is never run, it could take for ever.
 */
export function reloaderWatches(annotations: Annotations, secret: WatchedSecret): boolean {
  if (secret.annotations['reloader.stakater.com/ignore'] === 'true') return false
  if (entries(annotations, RELOAD).some((entry) => mayMatch(entry, secret.name))) return true
  if (AUTO.some((key) => annotations[key] === 'true')) {
    return !entries(annotations, EXCLUDE).includes(secret.name)
  }
  return (
    annotations['reloader.stakater.com/search'] === 'true' &&
    secret.annotations['reloader.stakater.com/match'] === 'true'
  )
}

function entries(annotations: Annotations, key: string): string[] {
  return (annotations[key] ?? '').split(',').map((entry) => entry.trim())
}

/** Whether a name matches an anchored pattern of literal parts with `.*` between them. */
function mayMatch(pattern: string, name: string): boolean {
  const parts = pattern.split('.*')
  if (!parts.every((part) => /^[\w.-]*$/.test(part))) return true
  const first = parts.shift() ?? ''
  const last = parts.pop()
  if (last === undefined) return first === name
  const end = name.length - last.length
  if (end < first.length || !name.startsWith(first) || !name.endsWith(last)) return false
  let from = first.length
  for (const part of parts) {
    const found = name.indexOf(part, from)
    if (found < 0) return false
    from = found + part.length
  }
  return from <= end
}
