// Every case of fixtures/check, fixtures/generate and fixtures/who-can through the CLI in process, and through
// the shipped file.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { mock, test } from 'node:test'
import { run } from '../cmp/cli.ts'
import { version } from '../cmp/version.ts'
import type { Fixture } from './support/fixtures.ts'
import { readFixtures, readIfThere, secretsOf, withStore } from './support/fixtures.ts'
import { memoryIo } from './support/memory-io.ts'

const updating = process.env.UPDATE_FIXTURES !== undefined
if (updating && process.env.CI !== undefined) throw new Error('UPDATE_FIXTURES is not for CI')

interface Result {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

const inProcess = async (fixture: Fixture, env: Record<string, string>): Promise<Result> => {
  const { io, stdout, stderr } = memoryIo(env, fixture.stdin)
  const { today } = fixture
  if (today !== undefined) mock.timers.enable({ apis: ['Date'], now: Date.parse(today) })
  try {
    const exitCode = await run(fixture.argv, io)
    return { exitCode, stdout: stdout(), stderr: stderr() }
  } finally {
    if (today !== undefined) mock.timers.reset()
  }
}

/** The shipped file, with file writes and child processes forbidden by Node itself. */
const shipped = async (fixture: Fixture, env: Record<string, string>): Promise<Result> => {
  const flags = [
    '--permission',
    '--allow-fs-read=*',
    '--allow-net',
    '--disable-warning=ExperimentalWarning',
    ...dayFlags(fixture.today),
  ]
  const argv = [...flags, 'dist/argocd-phase-plugin.cjs', ...fixture.argv]
  const child = spawn(process.execPath, argv, { env })
  child.stdin.end(fixture.stdin)
  const output = Promise.all([text(child.stdout), text(child.stderr)])
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stdout, stderr] = await output
  return { exitCode, stdout, stderr }
}

/** What sets the calendar of another process: Node runs it before the file. */
function dayFlags(today: string | undefined): string[] {
  if (today === undefined) return []
  const now = Date.parse(today)
  const code = `const Real = Date
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length === 0 ? [${now}] : given)) }
  static now() { return ${now} }
}`
  return [`--import=data:text/javascript,${encodeURIComponent(code)}`]
}

const ADDRESS = /127\.0\.0\.1:\d+/g

/** The dev-server's port changes from run to run, our version from release to release, and where this repository is. */
const stable = (result: Result): Result => ({
  ...result,
  stdout: result.stdout.replaceAll(`"${version}"`, '"VERSION"').replaceAll(ADDRESS, 'PHASE'),
  stderr: result.stderr.replaceAll(ADDRESS, 'PHASE').replaceAll(resolve('.'), 'HERE'),
})

function expectFile(path: string, actual: string): void {
  if (updating && actual !== '') writeFileSync(path, actual)
  assert.equal(actual, readIfThere(path) ?? '', path)
}

/** A check that finds something has said all of it; nothing else prints and fails. */
function mayPrint({ argv: [command] }: Fixture, exitCode: number | null): boolean {
  return exitCode === 0 || (command === 'check' && exitCode === 1)
}

for (const fixture of readFixtures()) {
  test(fixture.name, () =>
    withStore(fixture, async (env, server) => {
      const first = stable(await inProcess(fixture, env))
      expectFile(fixture.expected, first.stdout)
      expectFile(join(fixture.folder, 'stderr.txt'), first.stderr)
      assert.equal(first.exitCode, fixture.exitCode)
      assert.ok(mayPrint(fixture, first.exitCode) || first.stdout === '', 'nothing on failure')
      assert.ok(first.stdout + first.stderr !== '', 'the case has an expectation')
      for (const secret of [...secretsOf(fixture.store), ...Object.values(server?.tokens ?? {})]) {
        assert.ok(!first.stderr.includes(secret), `stderr shows ${secret}`)
      }
      assert.deepEqual(stable(await inProcess(fixture, env)), first, 'a second run is the same')
      assert.deepEqual(stable(await shipped(fixture, env)), first, 'the shipped file does the same')
    }),
  )
}
