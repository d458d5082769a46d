// Failures in, words out: how this folder makes, gathers and spells the failures of a read.
// What a server or a user chose (names, keys, paths) goes through `quotedName` before it is said.
import type { SourceFailure } from '../source.ts'
import { SourceError } from '../source.ts'

/** The error of one failure. */
export function refusal(failure: SourceFailure): SourceError {
  return new SourceError([failure])
}

/** Gathers failures, each once, in the order they were found. */
export class FailureList {
  readonly #found = new Map<string, SourceFailure>()

  get all(): readonly SourceFailure[] {
    return [...this.#found.values()]
  }

  add(failure: SourceFailure): void {
    this.#found.set(`${failure.code} ${failure.field} ${failure.message}`, failure)
  }

  /** Keeps the failures of a `SourceError`; anything else is a bug and is thrown on. */
  addError(error: unknown): void {
    if (!(error instanceof SourceError)) throw error
    for (const failure of error.failures) this.add(failure)
  }

  /** The task's result, or `undefined` after its failures were kept. */
  try<T>(task: () => T): T | undefined {
    try {
      return task()
    } catch (error) {
      this.addError(error)
      return undefined
    }
  }

  /** @throws {SourceError} if anything was gathered. */
  throwIfAny(): void {
    if (this.#found.size > 0) throw new SourceError(this.all)
  }
}
