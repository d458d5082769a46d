// How the tools of these suites are built: once for each version, completely or not at all.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { temporaryFolder } from './support/setting.ts'
import type { ToolSet } from './support/tool-sets.ts'
import { buildTools } from './support/tools.ts'

const { path: folder, remove } = temporaryFolder()
const saved = { ...process.env }
const module = join(folder, 'module')
const cache = join(folder, 'cache', 'argocd-phase-plugin', 'tools')
let said: string[] = []
const build = (changes: Partial<ToolSet> = {}): Promise<string> => {
  said = []
  return buildTools({ ...set, ...changes }, (line) => said.push(line))
}

/** A program of a few lines, by whatever Go is there. */
const set: ToolSet = {
  name: 'small',
  module,
  toolchain: 'local',
  minutes: 1,
  programs: [{ name: 'hello', package: 'example.com/hello', variables: { 'main.word': 'built' } }],
  links: { greeting: 'hello' },
  copies: [{ module: 'example.com/hello', from: 'notes', to: 'notes' }],
}

before(() => {
  // Go's own cache stays where it is.
  process.env.GOCACHE = execFileSync('go', ['env', 'GOCACHE'], { encoding: 'utf8' }).trim()
  process.env.XDG_CACHE_HOME = join(folder, 'cache')
  mkdirSync(join(module, 'notes'), { recursive: true })
  writeFileSync(join(module, 'go.mod'), 'module example.com/hello\n\ngo 1.21\n')
  writeFileSync(join(module, 'go.sum'), '')
  writeFileSync(join(module, 'notes', 'a.txt'), 'a note\n')
  const main = 'package main\n\nvar word = "plain"\n\nfunc main() { println(word) }\n'
  writeFileSync(join(module, 'main.go'), main)
})
after(() => {
  process.env = saved
  remove()
})

test('the first run builds, and says how long that takes', async () => {
  const tools = await build()
  assert.match(
    said.join('\n'),
    /building 1 programs[\s\S]*about 1 minutes[\s\S]*building hello \(1 of 1\)/,
  )
  const shown = execFileSync('sh', ['-c', '"$0" 2>&1', join(tools, 'greeting')], {
    encoding: 'utf8',
  })
  assert.equal(shown, 'built\n')
  assert.ok(existsSync(join(tools, 'notes', 'a.txt')))
  assert.deepEqual(readdirSync(cache), [basename(tools)])
})

test('the second run builds nothing, and needs no Go', async () => {
  const path = process.env.PATH
  process.env.PATH = '/nowhere'
  const tools = await build().finally(() => {
    process.env.PATH = path
  })
  assert.deepEqual(said, [`tools "small": found in ${tools}`])
})

test('other flags are another version, and the old one goes', async () => {
  const program = { name: 'hello', package: 'example.com/hello' }
  const before = readdirSync(cache)
  const tools = await build({ programs: [program] })
  assert.deepEqual(readdirSync(cache), [basename(tools)])
  assert.notDeepEqual(readdirSync(cache), before)
})

test('a set whose name begins the same is left alone', async () => {
  const [kept = ''] = readdirSync(cache)
  const tools = await build({ name: 'small-er' })
  assert.deepEqual(readdirSync(cache).sort(), [kept, basename(tools)].sort())
})

test('a build that fails says why, and leaves nothing', async () => {
  const before = readdirSync(cache)
  const program = { name: 'none', package: 'example.com/hello/none' }
  await assert.rejects(build({ programs: [program] }), /go could not build .*\n[\s\S]*none/)
  assert.deepEqual(readdirSync(cache), before)
})

test('without Go the error says what to install', async () => {
  const path = process.env.PATH
  process.env.PATH = '/nowhere'
  await assert
    .rejects(build({ links: {} }), /no go on PATH[\s\S]*install Go 1\.21 or later/)
    .finally(() => {
      process.env.PATH = path
    })
})
