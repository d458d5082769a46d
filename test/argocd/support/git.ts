// A Git repository on disk, as Argo CD fetches it over file://.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface GitRepository {
  /** What Argo CD is given as `repoURL`. */
  readonly url: string
  /** Its work tree, which is at the newest commit. */
  readonly folder: string
  /** Writes files (null removes one) and commits. @returns the commit. */
  commit(files: Readonly<Record<string, string | null>>): string
}

export function createRepository(folder: string): GitRepository {
  mkdirSync(folder, { recursive: true })
  const git = (...args: readonly string[]): string => run(folder, args)
  git('init', '--quiet', '--initial-branch', 'main')
  return {
    url: `file://${folder}`,
    folder,
    commit(files) {
      for (const [name, text] of Object.entries(files)) {
        const path = join(folder, name)
        mkdirSync(dirname(path), { recursive: true })
        if (text === null) rmSync(path)
        else writeFileSync(path, text)
      }
      git('add', '--all')
      git('commit', '--quiet', '--allow-empty', '--message', 'a change')
      return git('rev-parse', 'HEAD').trim()
    },
  }
}

/** Nothing of the user's own settings counts. */
function run(folder: string, args: readonly string[]): string {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com']
  const { status, stdout, stderr } = spawnSync('git', [...identity, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    },
  })
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
  return stdout
}
