// Real processes that misbehave as a tool could.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../../../cmp/sources/child.ts'
import { runTool } from '../../../cmp/sources/child.ts'
import { temporaryTree } from '../../support/tree.ts'

const run = (script: string, milliseconds: number, more: Partial<Command> = {}) =>
  runTool({
    argv: ['/bin/sh', '-c', script],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', ONLY: 'this' },
    signal: new AbortController().signal,
    deadline: performance.now() + milliseconds,
    ...more,
  })

/** Whether a process exists and is no zombie. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

test('what it prints, and exactly the environment it was given', async () => {
  const ended = await run('env', 10_000)
  assert.ok(ended.how === 'done')
  const names = ended.stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0])
  // The shell adds PWD and the like by itself.
  assert.deepEqual(names.filter((name) => !/^(PWD|OLDPWD|SHLVL|_)$/.test(name ?? '')).sort(), [
    'ONLY',
    'PATH',
  ])
})

test('it runs in our own process group', async () => {
  const ended = await run('cut -d" " -f5 /proc/self/stat; cut -d" " -f5 /proc/$PPID/stat', 10_000)
  assert.ok(ended.how === 'done')
  const [group, ours] = ended.stdout.toString().trim().split('\n')
  assert.ok(group && group === ours)
})

test('an exit code, what it said, a signal, and no program', async () => {
  assert.deepEqual(await run('echo no >&2; exit 3', 10_000), {
    how: 'failed',
    exitCode: 3,
    stderr: 'no\n',
  })
  const killed = await run('kill -9 $$', 10_000)
  assert.ok(killed.how === 'killed' && killed.signal === 'SIGKILL')
  const none = await run('', 10_000, { argv: ['/no/such/tool'] })
  assert.deepEqual(none, { how: 'not-started', code: 'ENOENT' })
  const long = await run('', 10_000, { argv: ['/bin/echo', 'x'.repeat(200_000)] })
  assert.deepEqual(long, { how: 'not-started', code: 'E2BIG' })
})

test('its standard input is a text or nothing, and it need not read it', async () => {
  const read = await run('cat', 10_000, { stdin: 'values: 1' })
  assert.ok(read.how === 'done' && read.stdout.toString() === 'values: 1')
  const none = await run('cat', 10_000)
  assert.ok(none.how === 'done' && none.stdout.length === 0)
  const ignored = await run('exec <&-; sleep 0.1', 10_000, { stdin: 'x'.repeat(1e7) })
  assert.equal(ignored.how, 'done')
})

test('a flood on stdout is ended, one on stderr is cut', async () => {
  assert.deepEqual(await run('cat /dev/zero', 60_000), { how: 'too-much' })
  const noisy = await run('head -c 3000000 /dev/zero | tr "\\0" x >&2; exit 1', 60_000)
  assert.ok(noisy.how === 'failed' && noisy.stderr.length === 64 * 1024)
})

for (const why of ['late', 'aborted'] as const) {
  test(`${why}: it and what it started are ended, whoever ignores SIGTERM`, async () => {
    const pids = join(temporaryTree(), 'pids')
    const inner = `trap "" TERM; echo $$ >> ${pids}; while :; do sleep 1; done`
    const script = `trap "" TERM; echo $$ >> ${pids}; sh -c '${inner}' & while :; do sleep 1; done`
    const controller = new AbortController()
    const ending = run(script, why === 'late' ? 700 : 60_000, { signal: controller.signal })
    while (!existsSync(pids) || readFileSync(pids, 'utf8').split('\n').length < 3) await sleep(20)
    if (why === 'aborted') controller.abort()
    assert.deepEqual(await ending, { how: why })
    const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number)
    assert.equal(started.length, 2)
    assert.deepEqual(started.filter(isRunning), [])
  })
}

test('a process that got away cannot hold up the run with our pipes', async () => {
  const pids = join(temporaryTree(), 'pids')
  const ended = await run(`setsid sh -c 'echo $$ > ${pids}; exec sleep 60' & exit 0`, 500)
  const escaped = Number(readFileSync(pids, 'utf8'))
  process.kill(escaped, 'SIGKILL')
  assert.deepEqual(ended, { how: 'late' })
})

test('a run that has been ended starts nothing that stays', async () => {
  assert.deepEqual(await run('sleep 60', 60_000, { signal: AbortSignal.abort() }), {
    how: 'aborted',
  })
  assert.deepEqual(await run('sleep 60', -5), { how: 'late' })
})
