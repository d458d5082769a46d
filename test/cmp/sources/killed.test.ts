// The shipped file, killed as Argo CD kills a plugin: SIGKILL for the process, SIGTERM for its group.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ended, PLUGIN, plugin } from '../../support/process.ts'
import { temporaryTree } from '../../support/tree.ts'

/** Whether any process of a group runs, zombies apart. */
function groupRuns(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    } catch {
      return false
    }
  })
}

function chartWith(script: string): { base: string; env: Record<string, string> } {
  const base = temporaryTree({
    'repo/Chart.yaml': 'name: x\n',
    'bin/helm': `#!/bin/sh\n${script}\n`,
    'tmp/': '',
  })
  chmodSync(join(base, 'bin/helm'), 0o755)
  return { base, env: { PATH: join(base, 'bin'), TMPDIR: join(base, 'tmp') } }
}

test('killed with SIGKILL, and its group with SIGTERM, it leaves no process', async () => {
  const { base, env } = chartWith('')
  const pids = join(base, 'pids')
  const script = `#!/bin/sh\necho $$ >> ${pids}\n/bin/sleep 300 & echo $! >> ${pids}; wait\n`
  writeFileSync(join(base, 'bin/helm'), script)
  const child = spawn(process.execPath, [PLUGIN, 'generate', join(base, 'repo')], {
    env,
    detached: true,
  })
  const { pid } = child
  assert.ok(pid)
  const end = ended(child)
  while (!existsSync(pids) || readFileSync(pids, 'utf8').split('\n').length < 3) await sleep(20)
  const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number)
  assert.deepEqual(groupRuns(started), started)
  process.kill(pid, 'SIGKILL')
  process.kill(-pid, 'SIGTERM')
  const { stdout } = await end
  assert.equal(stdout, '')
  for (let left = 100; groupRuns(started).length > 0 && left > 0; left -= 1) await sleep(20)
  assert.deepEqual(groupRuns(started), [])
})

test('SIGTERM ends it and its tool at once', async () => {
  const { base, env } = chartWith('exec /bin/sleep 300')
  const child = spawn(process.execPath, [PLUGIN, 'generate', join(base, 'repo')], { env })
  const end = ended(child)
  await sleep(700)
  child.kill('SIGTERM')
  const { exitCode, stdout, stderr } = await end
  assert.deepEqual([exitCode, stdout], [143, ''])
  assert.match(stderr, /the run was ended from outside/)
})

test('its own time budget ends a tool', async () => {
  const { base, env } = chartWith('exec /bin/sleep 300')
  const { exitCode, stderr } = await plugin(['generate', join(base, 'repo')], {
    ...env,
    PHASE_TIMEOUT: '1',
  })
  assert.equal(exitCode, 3)
  assert.match(stderr, /helm template did not end in time, and was ended/)
})

test('a token in our environment is none of the tool’s business', async () => {
  const { base, env } = chartWith(`/usr/bin/env | /bin/sed 's/=.*//' >&2; exit 1`)
  const secrets = {
    PHASE_SERVICE_TOKEN: 'pss_service:v1:fake',
    ARGOCD_ENV_X: '1',
    PARAM_X: '1',
    NODE_OPTIONS: '--no-warnings',
    KUBERNETES_SERVICE_HOST: '10.0.0.1',
    ARGOCD_APP_NAME: 'web',
    ARGOCD_APP_NAMESPACE: 'shop',
  }
  const { stderr } = await plugin(['generate', join(base, 'repo')], { ...env, ...secrets })
  assert.match(stderr, /helm template failed \(exit code 1\)/)
  for (const name of Object.keys(secrets)) assert.ok(!stderr.includes(name), name)
})

test('--parameters is refused inside Argo CD', async () => {
  const { base, env } = chartWith('exit 1')
  const argv = ['generate', join(base, 'repo'), '--parameters', '[]']
  const { exitCode, stderr } = await plugin(argv, { ...env, ARGOCD_APP_NAME: 'web' })
  assert.equal(exitCode, 2)
  assert.match(stderr, /--parameters is for use outside Argo CD/)
})

test('parameters: what a source takes', async () => {
  const { base, env } = chartWith('exit 1')
  const { exitCode, stdout } = await plugin(['parameters', join(base, 'repo')], env)
  const names = JSON.parse(stdout).map(({ name }: { name: string }) => name)
  assert.deepEqual(
    [exitCode, names.includes('valueFiles'), names.includes('images')],
    [0, true, false],
  )
  const missing = await plugin(['parameters', join(base, 'none')], env)
  assert.deepEqual([missing.exitCode, missing.stdout], [2, ''])
})
