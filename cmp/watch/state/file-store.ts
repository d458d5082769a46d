// The watcher's memory in a file, for one process on one machine. It is replaced as a whole, readable for its
// owner alone, in a folder that has to be there.
import { statSync } from 'node:fs'
import { writeNewFiles } from '../../new-file.ts'
import { readBounded } from '../../read-file.ts'
import type { StateStore, WatchState } from '../model.ts'
import { StateError } from '../model.ts'
import { LARGEST_DOCUMENT, stateFromJson } from './codec.ts'
import { tooLarge, writings } from './writings.ts'

/**
 * A file that is empty, broken, larger than is ever written or of another version of this program is taken
 * for none: `load` answers undefined, and the next `save` takes its place. What fails are a file that may not
 * be read and a folder that is not there or cannot be written to.
 *
 * A save is refused where the file is another one than was loaded or saved last, until it is loaded again.
 * That finds two watchers on one file, and is no lock: of two that write in the same millisecond, one is lost.
 */
export function fileStore(path: string): StateStore {
  let version: string | undefined
  return {
    async load() {
      version = versionOf(path)
      return read(path)
    },
    async save(state) {
      const now = versionOf(path)
      if (version !== undefined && version !== now) {
        const hint = 'only one process may write it: give each watcher its own file'
        throw new StateError(`somebody else wrote ${path}`, hint)
      }
      const bytes = bytesOf(state)
      const problem = writeNewFiles([{ path, bytes, mode: 0o600, replaces: true }])
      if (problem !== undefined) throw new StateError(problem.message, HINT)
      version = versionOf(path)
    },
  }
}

const HINT = 'name a file for the state in a folder that is there and can be written to'

function read(path: string): WatchState | undefined {
  const bytes = readBounded(path, LARGEST_DOCUMENT)
  if (typeof bytes !== 'string') return stateFromJson(bytes.toString('utf8'))
  if (bytes === 'missing' || bytes === 'too-large') return undefined
  const why = bytes === 'not-a-file' ? 'is not a file' : 'cannot be read'
  throw new StateError(`${path} ${why}`, HINT)
}

/** Another text for another file: a replaced one has an inode of its own. */
function versionOf(path: string): string {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
    return stats === undefined ? 'none' : `${stats.ino} ${stats.size} ${stats.mtimeNs}`
  } catch {
    throw new StateError(`${path} cannot be read`, HINT)
  }
}

function bytesOf(state: WatchState): Buffer {
  for (const json of writings(state)) return Buffer.from(`${json}\n`)
  throw tooLarge(`${LARGEST_DOCUMENT} bytes`)
}
