// Root may read everything, so what may not be read is tried as somebody else.
import { chmodSync } from 'node:fs'

const NOBODY = 65_534

/** Does work as an ordinary user if the tests run as root. `folder` is made accessible to that user. */
export function unprivileged<T>(folder: string, work: () => T): T {
  if (process.getuid?.() !== 0) return work()
  chmodSync(folder, 0o755)
  process.seteuid?.(NOBODY)
  try {
    // Files are read at once, before anything is awaited.
    return work()
  } finally {
    process.seteuid?.(0)
  }
}
