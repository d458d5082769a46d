// A folder in; a place to keep Phase's sealed answers in from run to run, for any number of processes
// at once. Each credential has a folder of its own, found by a key that only the whole token gives:
//
//   <directory>/<of the key>/<of the key and the answer's name>      0700, 0600
//
// A file that is not ours, not whole or not authentic is as good as absent. Nothing here fails a run.
import { createHmac } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { AnswerCache, CachedAnswer, CacheOptions } from '../../render/phase/source.ts'
import { readBytes } from '../read-file.ts'
import type { CacheSettings } from '../settings.ts'
import { decodeEntry, encodeEntry, LARGEST_ENTRY } from './entry.ts'
import type { PrivateFolder } from './private-folder.ts'
import { draftName, openPrivateFolder } from './private-folder.ts'
import { quietly, remove, sweep } from './sweep.ts'

/** The caches of all credentials in one folder. */
type SealedCache = Pick<CacheOptions, 'open'>

const MAX_BYTES = 64 * 1024 * 1024
/** Milliseconds after which a long-lived process looks again what others have written. */
const SWEEP_EVERY = 60_000

/** What a source needs to use the cache of the settings; nothing without one, or if it cannot be used. */
export function openCache(settings: CacheSettings | undefined): {
  readonly options?: CacheOptions
  readonly problems: readonly Problem[]
} {
  if (settings === undefined) return { problems: [] }
  const cache = openSealedCache(settings)
  if ('problems' in cache) return cache
  const { maxAge, staleIfError } = settings
  return { options: { ...cache.value, maxAge, staleIfError }, problems: [] }
}

/** Opens the folder; a folder that cannot be used is a warning, and the run does without. */
export function openSealedCache(
  options: Pick<CacheSettings, 'directory' | 'maxBytes'>,
): Outcome<SealedCache> {
  const folder = openPrivateFolder(options.directory)
  if ('why' in folder) {
    const message = `the cache folder ${folder.why}: nothing is cached`
    const hint =
      'let cacheDir name a folder that does not exist yet, in a place that this user can write to'
    return { problems: [{ severity: 'warning', fault: 'usage', message, hint }] }
  }
  const room = new Room(folder.path, options.maxBytes ?? MAX_BYTES)
  return { value: { open: (key) => new FolderCache(folder, room, key) } }
}

/** Keeps the whole folder within its bounds. */
class Room {
  readonly maxBytes: number
  readonly #folder: string
  /** Bytes that the last sweep left, and what this process added since. */
  #total = Number.POSITIVE_INFINITY
  #sweptAt = 0

  constructor(folder: string, maxBytes: number) {
    this.#folder = folder
    this.maxBytes = maxBytes
  }

  /** Makes room after the folder grew. A run that only replaces answers by their like lists nothing. */
  grew(bytes: number): void {
    if (bytes <= 0) return
    this.#total += bytes
    const now = Date.now()
    if (this.#total <= this.maxBytes && Math.abs(now - this.#sweptAt) < SWEEP_EVERY) return
    this.#total = sweep(this.#folder, this.maxBytes, now)
    this.#sweptAt = now
  }
}

class FolderCache implements AnswerCache {
  readonly #path: string
  readonly #owner: number
  readonly #room: Room
  readonly #key: Uint8Array
  readonly #macKey: Uint8Array

  constructor({ path, owner }: PrivateFolder, room: Room, key: Uint8Array) {
    this.#path = join(path, nameOf(key, 'folder'))
    this.#owner = owner
    this.#room = room
    this.#key = key
    this.#macKey = derive(key, 'mac')
  }

  async read(name: string): Promise<CachedAnswer | undefined> {
    const path = this.#pathOf(name)
    const isThere = quietly(() => lstatSync(path)) !== undefined
    if (!isThere || !this.#isOurs()) return undefined
    const bytes = quietly(() => this.#readFile(path))
    const answer = bytes === undefined ? undefined : decodeEntry(this.#macKey, name, bytes)
    if (answer === undefined) remove(path)
    return answer
  }

  async write(name: string, answer: CachedAnswer): Promise<void> {
    const bytes = encodeEntry(this.#macKey, name, answer)
    if (bytes.length > Math.min(this.#room.maxBytes, LARGEST_ENTRY)) return
    quietly(() => mkdirSync(this.#path, { mode: 0o700 }))
    if (!this.#isOurs()) return
    const draft = join(this.#path, draftName())
    const path = this.#pathOf(name)
    const before = quietly(() => lstatSync(path).size) ?? 0
    try {
      // Not flushed to the disk: what a crash leaves half written does not verify.
      writeFileSync(draft, bytes, { flag: 'wx', mode: 0o600 })
      renameSync(draft, path)
    } catch {
      // A full disk, or somebody removed the folder: there is only less to find next time.
      remove(draft)
      return
    }
    this.#room.grew(bytes.length - before)
  }

  async clear(): Promise<void> {
    remove(this.#path)
  }

  #pathOf(name: string): string {
    return join(this.#path, nameOf(this.#key, `answer ${name}`))
  }

  /** Whether the credential's folder is one, and nobody else's. */
  #isOurs(): boolean {
    const stats = quietly(() => lstatSync(this.#path))
    return stats?.isDirectory() === true && stats.uid === this.#owner && (stats.mode & 0o022) === 0
  }

  /** The bytes of a regular file of ours; never waits for a pipe, never follows a link. */
  #readFile(path: string): Buffer | undefined {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
    const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const stats = fstatSync(descriptor)
      if (!stats.isFile() || stats.uid !== this.#owner || stats.size > LARGEST_ENTRY)
        return undefined
      const bytes = readBytes(descriptor, stats.size)
      // The longest unused goes first when room is needed.
      const now = new Date()
      quietly(() => futimesSync(descriptor, now, now))
      return bytes
    } finally {
      closeSync(descriptor)
    }
  }
}

function derive(key: Uint8Array, label: string): Buffer {
  return createHmac('sha256', key).update(label).digest()
}

/** 32 hexadecimal digits that tell nothing of the key or the label, which may hold any characters. */
function nameOf(key: Uint8Array, label: string): string {
  return derive(key, label).toString('hex').slice(0, 32)
}
