// A tool set in, a folder with its programs out: built once from the Go modules into the user's cache,
// found there afterwards. The folder's name holds a hash of all that decides what comes out.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Copy, Program, ToolSet } from './tool-sets.ts'

type Say = (line: string) => void

/** Lines of a failed build that are shown. */
const TAIL = 40

/** The folder that holds the programs of a set. @throws with a message for people if it cannot be made. */
export async function buildTools(set: ToolSet, say: Say): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'argocd-phase-plugin')
  const parent = join(cache, 'tools')
  const folder = join(parent, `${set.name}-${keyOf(set)}`)
  if (existsSync(folder)) {
    say(`tools "${set.name}": found in ${folder}`)
    return folder
  }
  requireGo(set)
  mkdirSync(parent, { recursive: true })
  const draft = mkdtempSync(join(parent, `${set.name}-draft-`))
  try {
    await fill(draft, set, say)
    publish(draft, folder)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  removeOld(parent, set.name, folder)
  return folder
}

async function fill(draft: string, set: ToolSet, say: Say): Promise<void> {
  say(`tools "${set.name}": building ${set.programs.length} programs from ${set.module}/go.mod.`)
  say(`  From empty caches this takes about ${set.minutes} minutes on two cores, then never again.`)
  const start = performance.now()
  for (const [index, program] of set.programs.entries()) {
    const label = `${program.name} (${index + 1} of ${set.programs.length})`
    await build(draft, set, program, label, say)
  }
  for (const copy of set.copies) copyFromModule(draft, set, copy)
  for (const [link, target] of Object.entries(set.links)) symlinkSync(target, join(draft, link))
  say(`tools "${set.name}": built in ${seconds(start)} s`)
}

async function build(
  draft: string,
  set: ToolSet,
  program: Program,
  label: string,
  say: Say,
): Promise<void> {
  const start = performance.now()
  say(`  building ${label} …`)
  const heartbeat = setInterval(() => say(`  still building ${label}: ${seconds(start)} s`), 60_000)
  try {
    const { code, output } = await go(set, [
      'build',
      '-trimpath',
      '-ldflags',
      linkerFlags(program),
      '-o',
      join(draft, program.name),
      program.package,
    ])
    if (code !== 0) {
      throw new Error(`go could not build ${program.package}:\n${lastLines(output)}`)
    }
  } finally {
    clearInterval(heartbeat)
  }
}

/** The module cache is read-only and may be emptied; a copy of ours can be removed and stays. */
function copyFromModule(draft: string, set: ToolSet, { module, from, to }: Copy): void {
  const found = spawnSync('go', ['list', '-m', '-f', '{{.Dir}}', module], {
    ...whereGoRuns(set),
    encoding: 'utf8',
  })
  const source = join(found.stdout.trim(), from)
  if (found.status !== 0 || !existsSync(source)) throw new Error(`${module} has no ${from}`)
  const files = statSync(source).isDirectory()
    ? readdirSync(source, { recursive: true, encoding: 'utf8' })
    : ['']
  for (const name of files) {
    const path = join(source, name)
    if (!statSync(path).isFile()) continue
    const copy = join(draft, to, name)
    mkdirSync(dirname(copy), { recursive: true })
    writeFileSync(copy, readFileSync(path))
    if (copy.endsWith('.sh')) chmodSync(copy, 0o755)
  }
}

/** In one step, so that a folder with the final name is complete. */
function publish(draft: string, folder: string): void {
  try {
    renameSync(draft, folder)
  } catch (error) {
    // Another run was faster.
    if (!existsSync(folder)) throw error
  }
  chmodSync(folder, 0o755)
}

function removeOld(parent: string, name: string, current: string): void {
  const isOurs = new RegExp(`^${name.replaceAll('.', '\\.')}-[0-9a-f]{16}$`)
  for (const entry of readdirSync(parent)) {
    const path = join(parent, entry)
    if (isOurs.test(entry) && path !== current) rmSync(path, { recursive: true })
  }
}

function keyOf(set: ToolSet): string {
  const hash = createHash('sha256')
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(set.module, file)))
  const { toolchain, programs, links, copies } = set
  hash.update(JSON.stringify([toolchain, programs, links, copies, process.platform, process.arch]))
  return hash.digest('hex').slice(0, 16)
}

function linkerFlags({ variables = {} }: Program): string {
  const settings = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)
  return ['-s -w', ...settings].join(' ')
}

function whereGoRuns(set: ToolSet): { cwd: string; env: NodeJS.ProcessEnv } {
  const env = { ...process.env, GOTOOLCHAIN: set.toolchain, GOFLAGS: '', CGO_ENABLED: '0' }
  return { cwd: resolve(set.module), env }
}

function go(set: ToolSet, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolved, rejected) => {
    const child = spawn('go', args, { ...whereGoRuns(set), stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk: Buffer): void => {
      output += chunk
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', rejected)
    child.once('close', (code) => resolved({ code: code ?? 1, output }))
  })
}

function requireGo({ name, toolchain }: ToolSet): void {
  if (spawnSync('go', ['version']).status === 0) return
  throw new Error(
    `tools "${name}" are not in the cache, and there is no go on PATH to build them with: ` +
      `install Go 1.21 or later (it fetches ${toolchain} by itself)`,
  )
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-TAIL).join('\n')
}

function seconds(start: number): number {
  return Math.round((performance.now() - start) / 1000)
}
