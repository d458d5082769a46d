// The shipped `check` as people and CI run it: signals, closed streams, fixes in a real Git repository, and
// surroundings that have little.
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import type { Repository } from './support/git-repository.ts'
import { fingerprintOf, gitRepository } from './support/git-repository.ts'
import { granted, MANAGED } from './support/peer-cases.ts'
import type { Ended } from './support/process.ts'
import { ended, PLUGIN, plugin } from './support/process.ts'
import { temporaryTree } from './support/tree.ts'

const FILE = resolve(PLUGIN)
const PATH = process.env.PATH ?? ''
const NOBODY = 65_534

/** Runs `check` somewhere. @param env all of its environment. */
function checkIn(cwd: string, argv: readonly string[], env: Record<string, string> = { PATH }) {
  return ended(spawnIn(cwd, argv, env))
}

function spawnIn(cwd: string, argv: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [FILE, 'check', ...argv], { cwd, env })
}

const RULE = (names: string) =>
  `  - {apiGroups: [''], resources: [secrets], verbs: [${names}], resourceNames: [shop-secret]}\n`
/** A comment, odd spaces and Windows line ends: all of it has to stay. */
const ROLES =
  `# who reads it\n${granted("apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [shop-secret]")}`
    .replace(/( {2}- \{api.*\n)/, `$1  # the old deployer\n${RULE('update,   patch')}`)
    .replace('rules:', 'rules:   # two')
const EXEC = granted("apiGroups: [''], resources: [pods/exec], verbs: [create]", 'User bob')
  .slice(MANAGED.length)
  .replaceAll('name: some', 'name: exec')
  .replaceAll('\n', '\r\n')

const withFindings = (more: Record<string, string> = {}): Repository =>
  gitRepository({ 'app/roles.yaml': ROLES, 'app/exec.yaml': EXEC, 'app/note.txt': 'x', ...more })

/** The lines of a diff that are added or removed. */
function changedLines(diff: string): string[] {
  return diff.split('\n').filter((line) => /^[-+](?![-+]{2} )/.test(line))
}

describe('--fix in a Git repository', () => {
  test('only the lines of the fixes change, the second run changes nothing, the findings are gone', async () => {
    const { root, git } = withFindings()
    const before = JSON.parse((await checkIn(root, ['app', '--format', 'json'])).stdout)
    assert.deepEqual(idsOf(before), ['RB006', 'RB031'])
    const first = await checkIn(root, ['app', '--fix', '--format', 'json'])
    assert.equal(first.exitCode, 0, first.stderr)
    assert.match(first.stderr, /notice: app\/roles\.yaml:1:1: Role shop\/some: fixed: remove /)
    assert.deepEqual(idsOf(JSON.parse(first.stdout)), [])
    const changed = changedLines(git('diff'))
    assert.ok(
      changed.length > 0 && changed.every((line) => /update|exec|rules/.test(line)),
      `${changed}`,
    )
    assert.deepEqual(git('status', '--short').split('\n').length, 2)
    const after = fingerprintOf(join(root, 'app'))
    const second = await checkIn(root, ['app', '--fix', '--format', 'json'])
    assert.deepEqual([second.exitCode, second.stderr], [0, ''])
    assert.equal(fingerprintOf(join(root, 'app')), after)
    assert.equal(second.stdout, first.stdout)
  })

  test('the patch of --dry-run is what git apply makes the same of', async () => {
    const [one, other] = [withFindings(), withFindings()]
    const before = fingerprintOf(join(one.root, 'app'))
    const { stdout, stderr, exitCode } = await checkIn(one.root, ['app', '--fix', '--dry-run'])
    assert.equal(fingerprintOf(join(one.root, 'app')), before, 'nothing is written')
    assert.deepEqual([exitCode, stderr], [1, ''])
    execFileSync('git', ['apply', '-'], { cwd: one.root, input: stdout })
    await checkIn(other.root, ['app', '--fix'])
    assert.equal(one.git('diff'), other.git('diff'))
    assert.notEqual(one.git('diff'), '')
  })

  test('from inside the folder, and of the folder itself', async () => {
    const { root, git } = withFindings()
    const { stdout } = await checkIn(join(root, 'app'), ['--fix', '--dry-run'])
    execFileSync('git', ['apply', '-'], { cwd: join(root, 'app'), input: stdout })
    assert.equal(git('status', '--short').split('\n').length, 2)
    assert.equal((await checkIn(join(root, 'app'), [])).exitCode, 0)
  })

  test('no temporary file is left, neither beside the manifests nor elsewhere', async () => {
    const { root, git } = withFindings()
    const TMPDIR = temporaryTree()
    await checkIn(root, ['app', '--fix', '--base', 'HEAD'], { PATH, TMPDIR })
    assert.deepEqual(readdirSync(TMPDIR), [])
    assert.deepEqual(readdirSync(join(root, 'app')).sort(), ['exec.yaml', 'note.txt', 'roles.yaml'])
    assert.doesNotMatch(git('status', '--short'), /\?\?/)
  })

  test('--base REV --new: what was there before does not fail', async () => {
    const { root, commit } = withFindings()
    const argv = ['app', '--base', 'HEAD', '--new', '--format', 'json']
    const same = await checkIn(root, argv)
    assert.deepEqual([same.exitCode, idsOf(JSON.parse(same.stdout))], [0, []])
    writeFileSync(
      join(root, 'app/roles.yaml'),
      ROLES.replace('verbs: [get]', 'verbs: [get, create, delete]'),
    )
    const worse = await checkIn(root, argv)
    assert.equal(worse.exitCode, 1)
    commit({})
    assert.equal((await checkIn(root, argv)).exitCode, 0)
    const none = await checkIn(root, ['app', '--base', 'nowhere'])
    assert.equal(none.exitCode, 2)
    assert.match(
      none.stderr,
      /^error: --base "nowhere" is no folder, no file and no Git revision\n/,
    )
  })
})

function idsOf({ findings }: { findings: { rule: string; level: string }[] }): string[] {
  return findings
    .filter(({ level }) => level === 'error')
    .map(({ rule }) => rule)
    .sort()
}

describe('little around it', () => {
  test('no HOME, no PATH, nothing in the environment', async () => {
    const { root } = withFindings()
    const bare = await checkIn(root, ['app'], {})
    assert.deepEqual([bare.exitCode, bare.stderr], [1, ''])
    assert.deepEqual(bare, await checkIn(root, ['app'], { PATH, HOME: '/nowhere' }))
  })

  /** Who may not write: somebody else, and a Node that was told so. */
  const readers = {
    'nobody else may write': { flags: [], uid: process.getuid?.() === 0 ? NOBODY : undefined },
    'Node may not write': { flags: ['--permission', '--allow-fs-read=*'], uid: undefined },
  }
  for (const [name, { flags, uid }] of Object.entries(readers)) {
    test(`where ${name} all is said, nothing is written, and --fix says so`, async () => {
      const { root } = withFindings()
      const app = join(root, 'app')
      for (const folder of [root, app]) chmodSync(folder, 0o555)
      const before = fingerprintOf(app)
      try {
        const run = (argv: readonly string[]) => {
          const options = { cwd: root, env: { PATH }, uid }
          return ended(spawn(process.execPath, [...flags, FILE, 'check', ...argv], options))
        }
        assert.deepEqual(await run(['app']), await checkIn(root, ['app']))
        const fix = await run(['app', '--fix'])
        assert.equal(fix.exitCode, 3)
        assert.match(fix.stderr, /^error: app\/exec\.yaml:1:1: cannot be written\n {2}hint: .*\n$/)
        assert.equal(fingerprintOf(app), before)
      } finally {
        for (const folder of [root, app]) chmodSync(folder, 0o755)
      }
    })
  }

  test('a repository with 800 files', async () => {
    const more = Object.fromEntries(
      Array.from({ length: 800 }, (_, index) => [
        `app/f${index}.yaml`,
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m${index}, namespace: shop}\ndata: {a: b}\n`,
      ]),
    )
    const { root, git } = withFindings(more)
    const { exitCode, stdout } = await checkIn(root, ['app', '--base', 'HEAD', '--format', 'json'])
    assert.equal(exitCode, 1)
    assert.deepEqual(idsOf(JSON.parse(stdout)), ['RB006', 'RB031'])
    await checkIn(root, ['app', '--fix'])
    assert.equal(git('status', '--short').split('\n').length, 2)
  })
})

describe('signals and closed streams', () => {
  const CHART = {
    'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'chart/templates/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
  }
  /** A Helm that never ends, and says when it has begun. */
  function slowHelm() {
    const { root } = gitRepository(CHART)
    const bin = temporaryTree({ helm: '#!/bin/sh\ntouch "$0.begun"\nexec sleep 60\n' })
    chmodSync(join(bin, 'helm'), 0o755)
    return { root, bin, hasBegun: () => readdirSync(bin).includes('helm.begun') }
  }

  for (const [signal, exitCode] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    test(`${signal} while it renders ends it at once, and leaves nothing`, async () => {
      const { root, bin, hasBegun } = slowHelm()
      const TMPDIR = temporaryTree()
      const child = spawnIn(root, ['chart'], { PATH: `${bin}:${PATH}`, TMPDIR })
      const result: Promise<Ended> = ended(child)
      while (!hasBegun()) await new Promise((done) => setTimeout(done, 5))
      const start = performance.now()
      child.kill(signal)
      const { stdout, stderr, exitCode: ownCode } = await result
      assert.deepEqual([ownCode, stdout], [exitCode, ''])
      assert.match(stderr, /^error: chart\/Chart\.yaml:1:1: the run was ended from outside\n.*\n$/)
      assert.ok(performance.now() - start < 10_000)
      assert.deepEqual(readdirSync(TMPDIR), [])
    })
  }

  test('a reader that has gone is no crash', async () => {
    const child = spawnIn(withFindings().root, ['app', '--format', 'sarif', '--all'], { PATH })
    child.stdout?.destroy()
    const { stderr, exitCode } = await ended(child)
    assert.doesNotMatch(stderr, /\bat |Error/)
    assert.notEqual(exitCode, null)
  })

  test('nobody to read the problems changes nothing', async () => {
    const child = spawnIn(process.cwd(), ['/nowhere/at/all'], {})
    child.stderr?.destroy()
    assert.equal((await ended(child)).exitCode, 2)
  })
})

test('standard input needs no folder, and a big report comes out whole', async () => {
  const many = Array.from({ length: 300 }, (_, index) =>
    granted("apiGroups: [''], resources: [secrets], verbs: [get]", `User u${index}`)
      .slice(MANAGED.length)
      .replaceAll('name: some', `name: r${index}`),
  )
  const { stdout, exitCode } = await plugin(
    ['check', '-', '--format', 'json'],
    {},
    MANAGED + many.join(''),
  )
  assert.equal(exitCode, 1)
  assert.equal(JSON.parse(stdout).findings.length, 300)
})
