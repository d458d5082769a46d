// Runs the tests that need nothing but Node, in runners side by side: what starts processes, the commands in process,
// and what is pure, with `watch` behind it. A process for each of three hundred files would take longer than all
// tests in them. Prints what each runner printed, its closing lines included, one behind the other.
import { spawn } from 'node:child_process'

const SHARED = ['--test-isolation=none']
const OWN = ['--test-concurrency=2']

/** Lanes side by side, in each one runner after the other. */
const lanes: readonly (readonly (readonly string[])[])[] = [
  [[...OWN, 'test/*.test.ts']],
  [[...SHARED, 'test/cmp/*.test.ts', 'test/cmp/!(watch)/**/*.test.ts']],
  [
    [...SHARED, 'test/manifests/**/*.test.ts', 'test/render/**/*.test.ts'],
    [...SHARED, 'test/cmp/watch/**/*.test.ts'],
  ],
]

/** Node keeps what it made of each file from run to run. */
const env = { ...process.env, NODE_COMPILE_CACHE: 'node_modules/.cache/compile' }

/** Prints what it printed when it is over: the lines of two would be one text. */
async function run(argv: readonly string[]): Promise<number> {
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
}

const codes = await Promise.all(
  lanes.map(async (lane) => {
    const ended: number[] = []
    for (const argv of lane) ended.push(await run(argv))
    return ended
  }),
)
process.exitCode = Math.max(...codes.flat())
