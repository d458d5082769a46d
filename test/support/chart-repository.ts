// A chart in a repository, with something precious beside it, and what is said of it.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Repository } from '../../cmp/sources/places.ts'
import { repositoryOf } from '../../cmp/sources/places.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { Tree } from './tree.ts'
import { temporaryTree } from './tree.ts'

/** A repository with a chart in `chart`, and something precious beside it. */
export function repositoryWith(tree: Tree): { chart: string; repository: Repository } {
  const base = temporaryTree({
    'out/token': 'fake-token',
    'repo/.git/config': 'fake',
    'repo/chart/': '',
    ...tree,
  })
  const chart = join(base, 'repo/chart')
  return { chart, repository: repositoryOf('chart', chart) }
}

/** Problems as `file:line: message`; they have a hint and show nothing of what is precious. */
export const said = (problems: readonly Problem[]) =>
  problems.map(({ at, message, hint, fault }) => {
    assert.ok(hint && fault === 'input')
    assert.doesNotMatch(message + hint, /fake/)
    return `${at?.file ?? ''}:${at?.line ?? 0}: ${message}`
  })
