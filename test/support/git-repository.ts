// Real Git repositories for tests, made by the git of this machine, with nobody's configuration.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Tree } from './tree.ts'
import { plant, temporaryTree } from './tree.ts'

const ENV = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
}

/** One repository, with branch `main` checked out. */
export interface Repository {
  readonly root: string
  git(...args: string[]): string
  /** Writes files and commits everything. @returns the commit. */
  commit(tree: Tree): string
}

export function gitRepository(tree: Tree, ...init: string[]): Repository {
  const root = temporaryTree()
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, env: ENV, encoding: 'utf8' }).trim()
  const commit = (files: Tree) => {
    plant(root, files)
    git('add', '--all')
    git('commit', '--quiet', '--allow-empty', '--message', 'test')
    return git('rev-parse', 'HEAD')
  }
  git('init', '--quiet', '--initial-branch', 'main', ...init)
  commit(tree)
  return { root, git, commit }
}

/** Every file below a folder with its contents, mode and time of change: to see that nothing was touched. */
export function fingerprintOf(root: string): string {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(root, name)
      const { mtimeMs, mode } = statSync(path)
      const content = statSync(path).isFile() ? readFileSync(path, 'base64') : ''
      return `${name} ${mtimeMs} ${mode} ${content}`
    })
    .join('\n')
}
