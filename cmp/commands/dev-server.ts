// `dev-server STORE.yaml`: serves a store until it is told to stop. One line of JSON on stdout
// when it is ready, tokens included on purpose; everything else goes to stderr.
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Problem } from '../../manifests/problem.ts'
import type { DevServer } from '../dev-server/server.ts'
import { StoreError, startDevServer } from '../dev-server/server.ts'
import type { Io } from '../io.ts'
import { report } from '../report.ts'

export interface DevServerCommand {
  /** The store file. */
  readonly store: string
  readonly port?: string | undefined
  readonly tlsDir?: string | undefined
  readonly seed?: string | undefined
}

type Outside = Pick<Io, 'stdout' | 'stderr' | 'signal'>

/** How often the store file is read, in milliseconds. */
const INTERVAL = 200

/** Serves until the signal. @returns the exit code: 0 when told to stop. */
export async function devServer(options: DevServerCommand, io: Outside): Promise<number> {
  const started = await start(options)
  if ('problems' in started) return report(started.problems, io)
  const { server, text } = started
  try {
    const { host, token, caFile, tokens } = server
    await io.stdout.write(`${JSON.stringify({ host, token, caFile, tokens })}\n`)
    await follow(options.store, text, server, io)
  } finally {
    await server.close()
  }
  return 0
}

type Started =
  | { readonly server: DevServer; readonly text: string }
  | { readonly problems: readonly Problem[] }

async function start({ store, port, tlsDir, seed }: DevServerCommand): Promise<Started> {
  if (port !== undefined && !isPort(port))
    return usage('--port must be a number from 0 to 65535', 'leave it out to take a free port')
  let text: string
  try {
    text = await readFile(store, 'utf8')
  } catch (error) {
    return { problems: [cannotRead(store, codeOf(error))] }
  }
  try {
    const options = { store: text, file: store, port: Number(port ?? 0), tlsDir, seed }
    return { server: await startDevServer(options), text }
  } catch (error) {
    if (error instanceof StoreError) return { problems: error.problems }
    const code = codeOf(error)
    if (code === 'EADDRINUSE')
      return usage(`port ${port} is in use`, 'choose another one, or leave --port out')
    if (code === 'EACCES' || code === 'ENOTDIR' || code === 'EEXIST' || code === 'EROFS')
      return usage(`cannot start (${code})`, 'check --port, and that --tls-dir can be written to')
    throw error
  }
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
}

function cannotRead(file: string, code: string): Problem {
  const message = `cannot read the store ${file} (${code})`
  return { severity: 'error', fault: 'usage', message, hint: 'name a YAML file' }
}

function usage(message: string, hint: string): Started {
  return { problems: [{ severity: 'error', fault: 'usage', message, hint }] }
}

/** Serves the store file as it changes, until the signal. */
async function follow(file: string, served: string, server: DevServer, io: Outside): Promise<void> {
  let last: string | undefined = served
  // Reading it again sees what notifications miss: replaced files, links, mounted folders.
  while (await pause(io.signal)) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text === last) continue
    last = text
    const problems = text === undefined ? [cannotRead(file, 'gone')] : update(server, text)
    if (problems.length > 0) report([...problems, STORE_KEPT], io)
  }
}

const STORE_KEPT: Problem = {
  severity: 'warning',
  fault: 'input',
  message: 'the last good store stays in use',
}

function update(server: DevServer, text: string): readonly Problem[] {
  try {
    server.update(text)
    return []
  } catch (error) {
    if (error instanceof StoreError) return error.problems
    throw error
  }
}

/** Waits for the next look at the file. @returns false at the signal. */
function pause(signal: AbortSignal): Promise<boolean> {
  return sleep(INTERVAL, true, { signal }).catch(() => false)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
