// Base64 text in, bytes out, or nothing. As strict as Go's base64.StdEncoding and stricter in one
// thing: bits that the padding leaves over must be zero, so that two texts never mean one value.

/** The bytes of standard, padded base64; line breaks are skipped. Undefined if it is anything else. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const line = text.replace(/[\r\n]/g, '')
  const bytes = Buffer.from(line, 'base64')
  // Node skips what it does not understand; only what comes back the same was base64.
  return bytes.toString('base64') === line ? bytes : undefined
}
