// Everything a command may touch of the process. Commands get an Io and nothing else, so that
// tests run them in process and only main.ts knows the real streams.

/** The outside of one run. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>
  /** Resolves when the bytes are handed to the operating system. Rejects with `EPIPE` if the reader has gone. */
  readonly stdout: {
    write(bytes: string | Uint8Array): Promise<void>
    readonly isTTY: boolean
    /** The width of the terminal; absent where there is none. */
    readonly columns?: number | undefined
  }
  readonly stderr: { write(text: string): void; readonly isTTY: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted by SIGTERM and SIGINT. */
  readonly signal: AbortSignal
}
