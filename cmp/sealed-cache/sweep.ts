// The cache's folder in; the same folder within its bounds out. Any number of processes may sweep
// and write at once: what somebody else removed first is gone, which is all that was wanted.
import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DRAFT } from './private-folder.ts'

/** How the folders of credentials and the files in them are called. */
const NAME = /^[0-9a-f]{32}$/

/** Milliseconds after which a draft was left behind by a process that was killed. */
const DRAFT_LIFE = 10 * 60_000
/** Milliseconds after which an answer that nobody has used goes, whatever room there is. */
const IDLE_LIFE = 7 * 24 * 3_600_000

interface Kept {
  readonly path: string
  readonly size: number
  readonly usedAt: number
}

/**
 * Removes drafts that were left behind and answers that nobody uses, then the longest unused answers
 * until `maxBytes` are left. Touches nothing that the cache did not name.
 * @returns the bytes that are left.
 */
export function sweep(folder: string, maxBytes: number, now: number): number {
  removeDrafts(folder, now)
  const credentials = (quietly(() => readdirSync(folder, { withFileTypes: true })) ?? []).filter(
    (entry) => NAME.test(entry.name) && entry.isDirectory(),
  )
  const kept = credentials.flatMap(({ name }) => sweepCredential(join(folder, name), now))
  kept.sort((left, right) => left.usedAt - right.usedAt)
  let total = kept.reduce((sum, { size }) => sum + size, 0)
  for (const { path, size } of kept) {
    if (total <= maxBytes) break
    remove(path)
    total -= size
  }
  return total
}

/** Removes what is too old from one credential's folder, and the folder itself once it is empty. */
function sweepCredential(folder: string, now: number): Kept[] {
  removeDrafts(folder, now)
  const files = list(folder, NAME).flatMap((name) => statsOf(join(folder, name)))
  const isIdle = ({ usedAt }: Kept) => now - usedAt > IDLE_LIFE
  for (const { path } of files.filter(isIdle)) remove(path)
  const kept = files.filter((file) => !isIdle(file))
  if (kept.length === 0) quietly(() => rmdirSync(folder))
  return kept
}

function removeDrafts(folder: string, now: number): void {
  for (const name of list(folder, DRAFT)) {
    for (const { path, usedAt } of statsOf(join(folder, name))) {
      if (now - usedAt > DRAFT_LIFE) remove(path)
    }
  }
}

function list(folder: string, pattern: RegExp): string[] {
  return (quietly(() => readdirSync(folder)) ?? []).filter((name) => pattern.test(name))
}

function statsOf(path: string): Kept[] {
  const stats = quietly(() => lstatSync(path))
  return stats === undefined ? [] : [{ path, size: stats.size, usedAt: stats.mtimeMs }]
}

/** Removes a file, a link or a folder; what cannot be removed stays. */
export function remove(path: string): void {
  quietly(() => rmSync(path, { force: true, recursive: true }))
}

/** What a file operation returns; nothing if it failed. */
export function quietly<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
