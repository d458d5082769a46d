// The failures of one credential, one after the other, in; whether there is anything new to say out.
import type { CredentialError } from '../model.ts'

/** Kinds of trouble that are said in one row: a host that fails in ever new words is said to fail, once more. */
const MOST_KINDS = 8

/** Failures in a row, from the first until an answer comes. */
export class TroubleRow {
  readonly #said = new Set<string>()

  /** Whether this kind of trouble was not in the row yet. */
  add({ message }: CredentialError): boolean {
    if (this.#said.has(message) || this.#said.size >= MOST_KINDS) return false
    this.#said.add(message)
    return true
  }
}
