// Every case of fixtures/encryption/<command>: a folder, what is written and what is said, with chance
// that is the same in every run. UPDATE_FIXTURES=1 writes the expectations.
import assert from 'node:assert/strict'
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readEncryptionConfiguration } from '../manifests/encryption/read.ts'
import type { Ran } from './support/encryption-command.ts'
import { encryption } from './support/encryption-command.ts'
import { readIfThere } from './support/fixtures.ts'
import { temporaryTree } from './support/tree.ts'

const updating = process.env.UPDATE_FIXTURES !== undefined
if (updating && process.env.CI !== undefined) throw new Error('UPDATE_FIXTURES is not for CI')

/** What a case may write, in its folder: what has the key, and what stands beside it. */
const WRITTEN = ['out.yaml', 'beside.yaml'] as const

interface Result extends Ran {
  readonly written: Readonly<Partial<Record<(typeof WRITTEN)[number], string>>>
}

/** Runs a case in a folder of its own; the arguments name it `DIR`. */
async function runCase(folder: string, args: readonly string[]): Promise<Result> {
  const base = temporaryTree()
  if (existsSync(join(folder, 'input'))) cpSync(join(folder, 'input'), base, { recursive: true })
  const ran = await encryption(args.map((arg) => arg.replaceAll('DIR', base)))
  const written = Object.fromEntries(
    WRITTEN.flatMap((name) => {
      const text = readIfThere(join(base, name))
      return text === undefined ? [] : [[name, text]]
    }),
  )
  if (written['out.yaml'] !== undefined && ran.code === 0) {
    assert.equal(statSync(join(base, 'out.yaml')).mode & 0o777, 0o600)
  }
  return { ...ran, err: ran.err.replaceAll(base, 'DIR'), written }
}

function expectFile(path: string, actual: string): void {
  if (updating && actual !== '') writeFileSync(path, actual)
  assert.equal(actual, readIfThere(path) ?? '', path)
}

/** Key material in all spellings that a leak could have, also of what is packed into base64. */
function keysIn(text: string): string[] {
  const packed = text.match(/[A-Za-z0-9+/]{100,}=*/g) ?? []
  const inside = packed.map((base64) => Buffer.from(base64, 'base64').toString('latin1'))
  const all = [text, ...inside].join('\n')
  const secrets = [...all.matchAll(/(?:secret|EncryptionSecret): "?([A-Za-z0-9+/]{40,}=*)/g)]
  return [
    ...packed,
    ...secrets.flatMap(([, base64 = '']) => [
      base64,
      Buffer.from(base64, 'base64').toString('hex'),
    ]),
  ]
}

for (const command of ['generate', 'rotate', 'plan', 'explain', 'targets']) {
  const root = join('fixtures/encryption', command)
  for (const name of readdirSync(root).sort()) {
    test(`encryption ${command}: ${name}`, async () => {
      const folder = join(root, name)
      const { args, exitCode = 0 } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'))
      const first = await runCase(folder, [command, ...args])
      expectFile(join(folder, 'stdout.txt'), first.out)
      expectFile(join(folder, 'stderr.txt'), first.err)
      for (const file of WRITTEN) expectFile(join(folder, file), first.written[file] ?? '')
      assert.equal(first.code, exitCode)
      const kept = first.written['out.yaml'] ?? ''
      if (kept.startsWith('apiVersion: apiserver.config.k8s.io/v1')) {
        const read = readEncryptionConfiguration({ path: 'out.yaml', bytes: Buffer.from(kept) })
        assert.ok('value' in read, JSON.stringify(read))
      }
      // The key is in what has it, and in nothing else.
      const elsewhere = [
        first.err,
        first.written['beside.yaml'] ?? '',
        kept === '' ? '' : first.out,
      ]
      for (const key of keysIn(`${kept}\n${first.out}`)) {
        for (const text of elsewhere)
          assert.ok(!text.includes(key), 'a key is where it should not be')
      }
      assert.deepEqual(await runCase(folder, [command, ...args]), first, 'a second run is the same')
    })
  }
}
