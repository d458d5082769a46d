// `encryption generate` and `rotate` against `encryption check`: every file they write is taken, every step
// of theirs is legal, and to leave one out is not.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '../../cmp/cli.ts'
import { formsOf, secretsIn } from '../support/encryption.ts'
import { memoryIo } from '../support/memory-io.ts'

const folder = mkdtempSync(join(tmpdir(), 'encryption-steps-'))
after(() => rmSync(folder, { recursive: true }))

const path = (step: number): string => join(folder, `${step}.yaml`)

async function encryption(...argv: string[]) {
  const { io, stdout, stderr } = memoryIo()
  const code = await run(['encryption', ...argv], io)
  return { code, stdout: stdout(), stderr: stderr() }
}

const ROTATION = [
  ['rotate', path(1), '--step', 'add'],
  ['rotate', path(2), '--step', 'promote', '--every-server-has-it'],
  ['rotate', path(3), '--step', 'drop'],
]

before(async () => {
  const first = ['generate', '--provider', 'secretbox', '--resource', 'secrets']
  for (const [index, argv] of [first, ...ROTATION].entries()) {
    const made = await encryption(...argv, '--out', path(index + 1))
    assert.equal(made.code, 0, made.stderr)
  }
})

for (const step of [1, 2, 3]) {
  test(`step ${step} is legal`, async () => {
    const checked = await encryption('check', path(step + 1), '--base', path(step))
    assert.equal(checked.code, 0, checked.stdout)
    assert.doesNotMatch(checked.stdout, /EN014/)
  })
}

const leaps = [
  [1, 3],
  [2, 4],
  [1, 4],
  [4, 1],
] as const

for (const [from, to] of leaps) {
  test(`from ${from} to ${to} is no step, and no key is told`, async () => {
    const checked = await encryption('check', path(to), '--base', path(from))
    assert.equal(checked.code, 1, checked.stdout)
    assert.match(checked.stdout, /critical EN014/)
    const keys = [1, 2, 3, 4].flatMap((step) => secretsIn(readFileSync(path(step), 'utf8')))
    assert.ok(keys.length >= 4)
    for (const form of keys.flatMap(formsOf)) assert.ok(!checked.stdout.includes(form))
  })
}
