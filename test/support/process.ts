// The shipped file as real processes.
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'

export const PLUGIN = 'dist/argocd-phase-plugin.cjs'

/** How a process ended and what it wrote. */
export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the plugin with exactly this environment. */
export function start(
  argv: readonly string[],
  env: Record<string, string> = {},
  file = PLUGIN,
): ChildProcess {
  return spawn(process.execPath, [file, ...argv], { env })
}

/** Runs the plugin to its end. */
export async function plugin(
  argv: readonly string[],
  env: Record<string, string> = {},
  stdin = '',
  file = PLUGIN,
): Promise<Ended> {
  const child = start(argv, env, file)
  child.stdin?.end(stdin)
  return ended(child)
}

/** Waits for a process and collects what it writes; a stream that was destroyed stays empty. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { exitCode, stdout, stderr }
}

/** The first line that a process prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  let seen = ''
  for await (const chunk of child.stdout ?? []) {
    seen += chunk
    if (seen.includes('\n')) return seen.slice(0, seen.indexOf('\n'))
  }
  throw new Error('the process ended without a line')
}
