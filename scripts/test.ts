// Runs the tests that need nothing but Node, in three runners side by side: what is pure, the commands in
// process, and what starts processes. A process for each of three hundred files would take longer than all
// tests in them. Prints what each runner printed, its closing lines included, one behind the other.
import { spawn } from 'node:child_process'

const SHARED = ['--test-isolation=none']
const OWN = ['--test-concurrency=2']

/** The longest first. */
const runners: readonly (readonly string[])[] = [
  [...OWN, 'test/*.test.ts'],
  [...SHARED, 'test/cmp/**/*.test.ts'],
  [...SHARED, 'test/manifests/**/*.test.ts', 'test/render/**/*.test.ts'],
]

/** Node keeps what it made of each file from run to run. */
const env = { ...process.env, NODE_COMPILE_CACHE: 'node_modules/.cache/compile' }

const codes = await Promise.all(
  runners.map(async (argv) => {
    const child = spawn(process.execPath, ['--test', ...argv], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    const code = await new Promise<number>((resolve) =>
      child.on('close', (status) => resolve(status ?? 1)),
    )
    process.stdout.write(Buffer.concat(chunks))
    return code
  }),
)
process.exitCode = Math.max(...codes)
