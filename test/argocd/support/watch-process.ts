// The shipped `watch` as a process: started and ended as a test says, its log as entries, its metrics, and
// all that others could read of it while it runs.
import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Places } from './leaks.ts'
import { endWithUs } from './processes.ts'
import { HopelessError, waitFor } from './wait.ts'

/** One line of the log. */
export interface Entry {
  readonly time: string
  readonly level: string
  readonly event: string
  readonly msg: string
  readonly application?: string
  readonly [field: string]: unknown
}

export interface WatchRun {
  readonly pid: number
  /** All of its log so far. */
  entries(): readonly Entry[]
  /** Those of one event, and of one Application if it is named. */
  of(event: string, application?: string): readonly Entry[]
  /** The first of an event after the first `skip` of them, when it is there. */
  entry(
    event: string,
    more?: { application?: string; skip?: number; seconds?: number },
  ): Promise<Entry>
  /** The sum of a metric over its labels. */
  metric(name: string): Promise<number>
  /** Its command line, its environment, its metrics. @throws if it has children. */
  places(): Promise<Places>
  signal(signal: NodeJS.Signals): void
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM. @returns the exit code. */
  end(): Promise<number | null>
  /** @returns the exit code, when it ends by itself. */
  ended(): Promise<number | null>
}

export interface WatchLaunch {
  /** Names its log. */
  readonly name: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Where logs go. */
  readonly logs: string
  /** For probes and metrics; absent: none. */
  readonly port?: number
}

/** Starts it; it ends with the test's process. */
export function startWatch({ name, args, env, logs, port }: WatchLaunch): WatchRun {
  const log = join(logs, `${name}.log`)
  const [out, err] = [openSync(join(logs, `${name}.stdout.log`), 'a'), openSync(log, 'a')]
  const listen = port === undefined ? [] : ['--listen', `127.0.0.1:${port}`]
  const plugin = resolve('dist/argocd-phase-plugin.cjs')
  const command = [plugin, 'watch', '--log-format', 'json', ...listen, ...args]
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', out, err] })
  closeSync(out)
  closeSync(err)
  endWithUs(child)
  const exit = new Promise<number | null>((done) => child.once('close', done))
  const pid = child.pid ?? -1
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  const entries = (): readonly Entry[] => parse(readFileSync(log, 'utf8'))
  const of: WatchRun['of'] = (event, application) =>
    entries().filter(
      (each) =>
        each.event === event && (application === undefined || each.application === application),
    )
  const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return {
    pid,
    entries,
    of,
    entry: (event, { application, skip = 0, seconds = 30 } = {}) =>
      waitFor(
        `${name} says ${event} ${application ?? ''}`,
        () => {
          const found = of(event, application)[skip]
          if (found === undefined && hasEnded()) {
            throw new HopelessError(`${name} ended: ${readFileSync(log, 'utf8').slice(-2000)}`)
          }
          return found
        },
        seconds,
      ).catch((error: Error) => {
        throw new Error(`${error.message}\n${readFileSync(log, 'utf8').slice(-4000)}`)
      }),
    metric: async (metric) => sum(await page(), metric),
    async places() {
      const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
        readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim(),
      )
      if (children.some((each) => each !== '')) throw new Error(`${name} has children`)
      const files = ['cmdline', 'environ'].map(
        (file) => [`${name} ${file}`, readFileSync(`/proc/${pid}/${file}`)] as const,
      )
      const metrics = port === undefined ? '' : await page()
      return new Map([...files, [`${name} metrics`, Buffer.from(metrics)]])
    },
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL')
      await exit
    },
    async end() {
      child.kill('SIGTERM')
      return exit
    },
    ended: () => exit,
  }
}

/** Every line is one: anything else in the log is a fault. The last one may be half written. */
function parse(text: string): readonly Entry[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Entry)
}

function sum(page: string, metric: string): number {
  const lines = page.split('\n').filter((line) => /^\w+/.exec(line)?.[0] === metric)
  if (lines.length === 0) throw new Error(`there is no metric ${metric}`)
  return lines.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0)
}
