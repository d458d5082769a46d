// An Io that keeps what was written, for running the program in process.
import type { Io } from '../../cmp/io.ts'

/** What one run wrote and returned. */
export interface Captured {
  readonly io: Io
  readonly stdout: () => string
  readonly stderr: () => string
}

/** An Io over the given environment and standard input. */
export function memoryIo(
  env: Readonly<Record<string, string | undefined>> = {},
  stdin: string | Uint8Array = '',
  signal: AbortSignal = new AbortController().signal,
): Captured {
  const out: Uint8Array[] = []
  let err = ''
  return {
    io: {
      stdin: (async function* () {
        yield Buffer.from(stdin)
      })(),
      stdout: {
        write: async (bytes) => {
          out.push(Buffer.from(bytes))
        },
        isTTY: false,
      },
      stderr: {
        write: (text) => {
          err += text
        },
        isTTY: false,
      },
      env,
      signal,
    },
    stdout: () => Buffer.concat(out).toString('utf8'),
    stderr: () => err,
  }
}
