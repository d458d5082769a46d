// Temporary folders with files in them.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'node:test'

export type Tree = Readonly<Record<string, string | Uint8Array>>

/** Files by path below `base`; `-> target` makes a link, a name that ends in `/` a folder. */
export function plant(base: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    const full = join(base, path)
    mkdirSync(dirname(full), { recursive: true })
    if (path.endsWith('/')) mkdirSync(full, { recursive: true })
    else if (typeof content === 'string' && content.startsWith('-> ')) {
      symlinkSync(content.slice(3), full)
    } else writeFileSync(full, content)
  }
}

/** A folder for one test, without links in its path; it goes when the test is over. */
export function temporaryTree(tree: Tree = {}): string {
  const base = realpathSync.native(mkdtempSync(join(tmpdir(), 'tree-')))
  made.push(base)
  plant(base, tree)
  return base
}

const made: string[] = []
afterEach(() => {
  for (const base of made.splice(0)) rmSync(base, { recursive: true, force: true })
})
