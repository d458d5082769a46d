// A secret value in transit. It refuses to print itself, so that a stray template
// string, JSON.stringify or console.log shows "[secret]" and not a password.

/** Bytes from Phase that must only ever leave inside `v1/Secret` `data`. */
export class SecretValue {
  readonly #bytes: Uint8Array

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  static ofText(text: string): SecretValue {
    return new SecretValue(Buffer.from(text, 'utf8'))
  }

  static ofBytes(bytes: Uint8Array): SecretValue {
    return new SecretValue(bytes)
  }

  /** The plaintext. Every call site of the two reveals is a place to look at in a review. */
  revealBytes(): Uint8Array {
    return this.#bytes
  }

  /** The plaintext as UTF-8 text. */
  revealText(): string {
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length).toString(
      'utf8',
    )
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]'
  }
}
