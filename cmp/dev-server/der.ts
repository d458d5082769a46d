// DER, as far as an X.509 certificate needs it (ITU-T X.690). Values in, bytes out.

/** One element: its tag, then the length and the content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content)
  return Buffer.concat([Uint8Array.of(tag), lengthOf(body.length), body])
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const bytes = bigEndian(length)
  return Uint8Array.of(0x80 | bytes.length, ...bytes)
}

function bigEndian(value: number): readonly number[] {
  return value < 0x100 ? [value] : [...bigEndian(Math.floor(value / 0x100)), value % 0x100]
}

export function sequence(...content: readonly Uint8Array[]): Uint8Array {
  return element(0x30, ...content)
}

export function set(...content: readonly Uint8Array[]): Uint8Array {
  return element(0x31, ...content)
}

export function boolean(value: boolean): Uint8Array {
  return element(0x01, Uint8Array.of(value ? 0xff : 0))
}

/** A non-negative integer from its big-endian bytes. */
export function integer(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first)
  const sign = (digits[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array()
  return element(0x02, sign, digits)
}

/** Bits in whole bytes, but for `unused` ones at the end. */
export function bitString(bytes: Uint8Array, unused = 0): Uint8Array {
  return element(0x03, Uint8Array.of(unused), bytes)
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return element(0x04, bytes)
}

/** An object identifier from its dotted text. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)))
}

function base128(value: number): readonly number[] {
  const high = Math.floor(value / 0x80)
  return high === 0 ? [value] : [...base128(high).map((byte) => byte | 0x80), value % 0x80]
}

export function utf8String(text: string): Uint8Array {
  return element(0x0c, Buffer.from(text, 'utf8'))
}

/** A time in whole seconds, UTC: UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
export function time(date: Date): Uint8Array {
  const digits = date.toISOString().slice(0, 19).replaceAll(/\D/g, '')
  return date.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(`${digits.slice(2)}Z`, 'ascii'))
    : element(0x18, Buffer.from(`${digits}Z`, 'ascii'))
}

/** An explicit context tag around elements. */
export function tagged(number: number, ...content: readonly Uint8Array[]): Uint8Array {
  return element(0xa0 | number, ...content)
}
