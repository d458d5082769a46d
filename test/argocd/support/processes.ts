// Components as processes: each with its log file and exactly the environment that it is given. All
// of them end with the test file, also with one that throws.
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HopelessError, waitFor } from './wait.ts'

export interface Launch {
  /** Names the log file. */
  readonly name: string
  readonly command: readonly [program: string, ...args: string[]]
  readonly env?: Readonly<Record<string, string>>
  /** How it is told to end; SIGTERM by default. */
  readonly endSignal?: NodeJS.Signals
  readonly ready: () => Promise<boolean> | boolean
}

export interface Component {
  readonly name: string
  readonly pid: number
  /** Tells it to end, and resolves when it has; SIGKILL after five seconds. */
  end(): Promise<void>
}

export interface Processes {
  /** Resolves when the component is ready. @throws with the end of its log if it ends or takes too long. */
  start(launch: Launch): Promise<Component>
  /** What all components have written so far, by file name. */
  logs(): ReadonlyMap<string, Buffer>
  /** Ends all of them, the last one first. */
  end(): Promise<void>
}

const READY_WITHIN = 60
const PATIENCE = 5000
const TAIL = 2000

/** @param folder gets one log file for each component. */
export function processesIn(folder: string): Processes {
  mkdirSync(folder, { recursive: true })
  const running: Component[] = []
  return {
    async start(launch) {
      const log = join(folder, `${launch.name}.log`)
      const child = spawnLogged(launch, log)
      const component = componentOf(launch, child)
      running.push(component)
      await waitFor(
        `${launch.name} is ready`,
        () => {
          if (hasEnded(child)) throw new HopelessError(`${launch.name} ended: ${tail(log)}`)
          return launch.ready()
        },
        READY_WITHIN,
      ).catch((error: Error) => {
        throw new Error(`${error.message}\n${tail(log)}`)
      })
      return component
    },
    logs: () =>
      new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))])),
    async end() {
      for (const component of running.splice(0).reverse()) await component.end()
    },
  }
}

function spawnLogged({ command, env = {} }: Launch, log: string): ChildProcess {
  const [program, ...args] = command
  const file = openSync(log, 'a')
  const child = spawn(program, args, { env, stdio: ['ignore', file, file] })
  closeSync(file)
  // A program that is not there: seen as one that has ended.
  child.once('error', () => {})
  endWithUs(child)
  return child
}

const living = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

/** Ends a process with this one, however this one ends by itself. */
export function endWithUs(child: ChildProcess): void {
  living.add(child)
  child.once('close', () => living.delete(child))
}

function componentOf({ name, endSignal = 'SIGTERM' }: Launch, child: ChildProcess): Component {
  return {
    name,
    pid: child.pid ?? -1,
    async end() {
      if (hasEnded(child)) return
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill(endSignal)
      const impatience = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
      await ended
      clearTimeout(impatience)
    },
  }
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null
}

function tail(log: string): string {
  return readFileSync(log, 'utf8').slice(-TAIL)
}

/** Ids of the processes whose command line holds a text, dead ones aside. */
export function processesWith(text: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).filter((pid) => {
    const line = commandLine(pid)
    return line !== '' && line.includes(text)
  })
}

/** All living processes: in the namespace of the run there are only ours. */
export function livingProcesses(): ReadonlySet<number> {
  return new Set(processesWith(''))
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
