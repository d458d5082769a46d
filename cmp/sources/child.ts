// An argument vector in, what the process wrote out. It stays in our own process group, because Argo CD
// kills a plugin and then signals its group; its output is piped and bounded, and no longer than the
// run's time budget. The execa library starts and waits; no shell is involved.
import { readFileSync } from 'node:fs'
import { kill } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { MOST_BYTES } from './answer-limit.ts'

/** What to run. */
export interface Command {
  /** The absolute path of the program, and its arguments. */
  readonly argv: readonly string[]
  readonly cwd: string
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** What it reads from its standard input; absent: nothing. */
  readonly stdin?: string | undefined
  readonly signal: AbortSignal
  /** On the scale of `performance.now()`. */
  readonly deadline: number
}

/** How it ended. */
export type Ended =
  | { readonly how: 'done'; readonly stdout: Buffer }
  | { readonly how: 'failed'; readonly exitCode: number; readonly stderr: string }
  | { readonly how: 'killed'; readonly signal: string; readonly stderr: string }
  | { readonly how: 'late' | 'aborted' | 'too-much' }
  | { readonly how: 'not-started'; readonly code: string }

const MOST_COMPLAINT = 64 * 1024
/** Milliseconds from SIGTERM to SIGKILL, and between two looks whether it has worked. */
const GRACE = 500
const POLL = 20

/** Runs a command to its end, or ends it: at its deadline, at the run's signal, when it writes too much. */
export async function runTool(command: Command): Promise<Ended> {
  const { execa } = await import('execa')
  const [file = '', ...args] = command.argv
  const child = execa(file, args, {
    cwd: command.cwd,
    env: command.env,
    extendEnv: false,
    shell: false,
    detached: false,
    // It would end us by the signal that main.ts answers to. We end the tool ourselves.
    cleanup: false,
    reject: false,
    buffer: false,
    encoding: 'buffer',
    stdin: command.stdin === undefined ? 'ignore' : 'pipe',
  })
  const ender = enderOf(child)
  const [output, complaint] = [collector(MOST_BYTES, ender), collector(MOST_COMPLAINT)]
  child.stdout?.on('data', output.take)
  child.stderr?.on('data', complaint.take)
  // A tool that does not read to the end has its reasons, and says them by itself.
  child.stdin?.on('error', () => {}).end(command.stdin)
  const onAbort = () => ender.end('aborted')
  command.signal.addEventListener('abort', onAbort, { once: true })
  if (command.signal.aborted) onAbort()
  const timeLeft = Math.max(0, command.deadline - performance.now())
  const timer = setTimeout(() => ender.end('late'), timeLeft)
  if (timeLeft === 0) ender.end('late')
  const result = await child
  await ender.ended()
  clearTimeout(timer)
  command.signal.removeEventListener('abort', onAbort)
  const why = ender.why()
  if (why !== undefined) return { how: why }
  if (result.exitCode === 0) return { how: 'done', stdout: output.bytes() }
  const stderr = complaint.bytes().toString('utf8')
  if (result.signal !== undefined) return { how: 'killed', signal: result.signal, stderr }
  if (result.exitCode === undefined) return { how: 'not-started', code: result.code ?? 'unknown' }
  return { how: 'failed', exitCode: result.exitCode, stderr }
}

type Reason = 'late' | 'aborted' | 'too-much'

interface Ender {
  /** The first reason counts. */
  end(reason: Reason): void
  why(): Reason | undefined
  /** Resolves when everything that was to end has ended, or has been killed. */
  readonly ended: () => Promise<void>
}

interface Child {
  readonly pid?: number | undefined
  readonly stdout: { destroy(): unknown } | null
  readonly stderr: { destroy(): unknown } | null
}

function enderOf(child: Child): Ender {
  let reason: Reason | undefined
  let ending = Promise.resolve()
  return {
    why: () => reason,
    ended: () => ending,
    end(because) {
      if (reason !== undefined || child.pid === undefined) return
      reason = because
      ending = endFamily(child.pid, child)
    },
  }
}

/**
 * Ends a process and what it started: SIGTERM, a little later SIGKILL, and last its pipes, which a
 * process that got away could hold open.
 */
async function endFamily(pid: number, { stdout, stderr }: Child): Promise<void> {
  const family = [pid, ...descendants(pid)]
  for (const each of family) send(each, 'SIGTERM')
  const end = performance.now() + GRACE
  while (performance.now() < end && family.some((each) => send(each, 0))) await sleep(POLL)
  // The first of it may be gone by now, and its children somebody else's.
  for (const each of new Set([...family, ...family.flatMap(descendants)])) send(each, 'SIGKILL')
  await sleep(POLL)
  stdout?.destroy()
  stderr?.destroy()
}

/** @returns whether there is such a process. */
function send(pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    return kill(pid, signal)
  } catch {
    return false
  }
}

/** The processes below one, as far as Linux says; none elsewhere. */
function descendants(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    const children = text.split(' ').filter(Boolean).map(Number)
    return children.flatMap((child) => [child, ...descendants(child)])
  } catch {
    return []
  }
}

/** Keeps the beginning of a stream; more than its limit ends the process, if it is given one to end. */
function collector(most: number, ender?: Ender) {
  const chunks: Buffer[] = []
  let size = 0
  return {
    take(chunk: Buffer): void {
      const room = most - size
      size += chunk.length
      if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
      if (size > most) ender?.end('too-much')
    },
    bytes: () => Buffer.concat(chunks),
  }
}
