// A cache in a folder of its own, answers that can be told apart, and a look at the files.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSealedCache } from '../../cmp/sealed-cache/sealed-cache.ts'
import type { AnswerCache, CachedAnswer } from '../../render/phase/source.ts'

export const KEY = new Uint8Array(32).fill(7)

/** Runs `use` with the name of a folder that does not exist yet, below one that goes away. */
export async function withFolder(use: (directory: string) => Promise<void> | void): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), 'argocd-phase-cache-'))
  try {
    await use(join(parent, 'cache'))
  } finally {
    rmSync(parent, { recursive: true, force: true })
  }
}

/** The cache of one credential; the folder must be usable. */
export function openCacheOf(
  directory: string,
  key: Uint8Array = KEY,
  maxBytes?: number,
): AnswerCache {
  const cache = openSealedCache({ directory, maxBytes })
  assert.ok('value' in cache, 'the folder is used')
  return cache.value.open(key)
}

/** An answer that shows which name and tag it was kept under. */
export function answerOf(name: string, tag = 'tag', size = 1000): CachedAnswer {
  const body = Buffer.alloc(size, createHash('sha256').update(`${name} ${tag}`).digest())
  return { body, asked: 1_767_225_600_000 + size, tag }
}

/** What an answer is, comparable. */
export function plain(answer: CachedAnswer | undefined): object | undefined {
  return answer && { ...answer, body: Buffer.from(answer.body).toString('hex') }
}

export interface Found {
  readonly path: string
  readonly kind: 'folder' | 'file' | 'other'
  /** The permission bits. */
  readonly mode: number
  readonly size: number
}

/** Everything below a folder. */
export function look(directory: string): Found[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => {
    const path = join(directory, name)
    const stats = lstatSync(path)
    const kind = stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other'
    return { path, kind, mode: stats.mode & 0o777, size: stats.size }
  })
}

/** The paths of the regular files below a folder. */
export function filesIn(directory: string): string[] {
  return look(directory).flatMap(({ kind, path }) => (kind === 'file' ? [path] : []))
}

/** The one file below a folder. */
export function onlyFile(directory: string): string {
  const [path, ...others] = filesIn(directory)
  assert.ok(path !== undefined && others.length === 0, 'there is one file')
  return path
}
