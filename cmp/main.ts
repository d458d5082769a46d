// The process: real streams in, exit code out. Whatever is not needed to say the version is loaded after it.
import { once } from 'node:events'
import type { Io } from './io.ts'
import { version } from './version.ts'

const SIGNALS = { SIGTERM: 143, SIGINT: 130 } as const
/** What a shell reports for a program whose reader has gone (128 + SIGPIPE). */
const PIPE_CLOSED = 141
/** Bytes of stderr that wait for a reader who does not read; more are dropped: a log is not worth the memory. */
const MOST_UNREAD = 1024 * 1024

const abort = new AbortController()
let interrupted: number | undefined
for (const [signal, code] of Object.entries(SIGNALS)) {
  process.once(signal, () => {
    interrupted = code
    abort.abort()
  })
}

const io: Io = {
  // A stream is opened by the first look at it: most runs never read this one.
  get stdin() {
    return process.stdin
  },
  stdout: {
    write: (bytes) => write(process.stdout, bytes),
    isTTY: process.stdout.isTTY ?? false,
    columns: process.stdout.columns,
  },
  stderr: {
    write: (text) => {
      if (process.stderr.writableLength <= MOST_UNREAD) process.stderr.write(text)
    },
    isTTY: process.stderr.isTTY ?? false,
  },
  env: process.env,
  signal: abort.signal,
}

/** Waits until the kernel has the bytes, so that the process may exit right after. */
async function write(stream: NodeJS.WriteStream, bytes: string | Uint8Array): Promise<void> {
  if (!stream.write(bytes)) await once(stream, 'drain')
}

process.stdout.on('error', () => process.exit(PIPE_CLOSED))
// A reader of stderr that went away changes nothing about the render.
process.stderr.on('error', () => {})

/** `engines` of package.json; older ones lack functions that are used everywhere. */
const OLDEST = [22, 19] as const
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  const found = `this is Node ${process.versions.node}`
  process.stderr.write(`error: Node ${OLDEST.join('.')} or later is needed, and ${found}\n`)
  process.exit(2)
}

void main(process.argv.slice(2)).then((code) => {
  // A server that was told to stop has done what it should.
  leave(code === 0 ? 0 : (interrupted ?? code))
})

async function main(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    await io.stdout.write(`${version}\n`)
    return 0
  }
  const { run } = await import('./cli.ts')
  return run(argv, io)
}

/**
 * Ends the process at once. `process.exit` waits for a name lookup that was given up: with a name server
 * that does not answer, for a minute. Only another program in our place ends that thread.
 */
function leave(code: number): void {
  if (process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) {
    const { execPath } = process
    process.execve?.(execPath, [execPath, '--eval', `process.exit(${code})`], {})
  }
  process.exit(code)
}
