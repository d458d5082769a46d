// Sources rendered by the real tools, whose paths are in HELM3, HELM4 and KUSTOMIZE.
import assert from 'node:assert/strict'
import { cpSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { SourceRequest } from '../../cmp/sources/source.ts'
import { readSource } from '../../cmp/sources/source.ts'
import { defaultTools } from '../../cmp/sources/tools.ts'
import { memoryIo } from './memory-io.ts'
import type { Tree } from './tree.ts'
import { plant, temporaryTree } from './tree.ts'

function toolAt(variable: string): string {
  const path = process.env[variable]
  if (path === undefined || !existsSync(path))
    throw new Error(`${variable} names no program: build test/argocd/tools-render`)
  return path
}
export const [HELM3, HELM4, KUSTOMIZE] = [toolAt('HELM3'), toolAt('HELM4'), toolAt('KUSTOMIZE')]

export const SECRET = 'fake-precious-token'
const application = { name: 'team_shop', namespace: 'shop' }
const kubernetes = { version: '1.37.0', apiVersions: ['apps/v1', 'example.com/v1/Widget'] }

/** A copy of the fixtures as a repository, with something precious beside it. */
export function fixtureRepository(more: Tree = {}): string {
  const base = temporaryTree({
    'repo/.git/config': SECRET,
    'out/token': SECRET,
    'out/s.json': `{"const":"${SECRET}"}`,
    'tmp/': '',
  })
  cpSync('fixtures/sources', join(base, 'repo'), { recursive: true })
  plant(base, more)
  return base
}

async function read(
  base: string,
  folder: string,
  helm: string,
  parameters: readonly object[] = [],
  more: Partial<SourceRequest> = {},
) {
  const outcome = await readSource({
    directory: join(base, 'repo', folder),
    recurse: false,
    parameters: JSON.stringify(parameters),
    application: { ...application, sourcePath: folder },
    kubernetes,
    tools: { ...defaultTools(true), helm, kustomize: [KUSTOMIZE] },
    settings: { path: '/usr/bin:/bin', temporary: join(base, 'tmp'), network: {} },
    io: memoryIo().io,
    deadline: performance.now() + 60_000,
    ...more,
  })
  assert.deepEqual(readdirSync(join(base, 'tmp')), [])
  return outcome
}

/** What was rendered, by `kind name`. */
export async function rendered(...given: Parameters<typeof read>) {
  const outcome = await read(...given)
  assert.ok('value' in outcome, JSON.stringify(outcome))
  const text = Buffer.concat(outcome.value.map(({ bytes }) => bytes)).toString()
  const objects = parseAllDocuments(text).map((document) => document.toJS())
  return {
    text,
    paths: outcome.value.map(({ path }) => path),
    objects: new Map(
      objects.filter(Boolean).map((each) => [`${each.kind} ${each.metadata.name}`, each]),
    ),
  }
}

export async function refused(...given: Parameters<typeof read>): Promise<string> {
  const outcome = await read(...given)
  assert.ok('problems' in outcome, 'it was rendered')
  const said = JSON.stringify(outcome.problems.map(({ message, hint }) => [message, hint]))
  assert.ok(!said.includes(SECRET) && !said.includes('/tmp/'), said)
  return outcome.problems.map(({ at, message }) => `${at?.file}:${at?.line}: ${message}`).join('\n')
}

/** A repository of the given files, with something precious beside it. */
export function repositoryOfTree(tree: Tree): string {
  const base = temporaryTree({ 'repo/.git/config': SECRET, 'out/token': SECRET, 'tmp/': '' })
  plant(base, tree)
  return base
}
