// Base64 as the API server reads keys, text in and bytes out. Looser than manifests/base64.ts in one
// thing: Go takes left-over bits that are not zero.

/** The bytes of standard, padded base64 as Go's base64.StdEncoding takes it: line ends are skipped. */
export function decodeGoBase64(text: string): Uint8Array | undefined {
  const line = text.replace(/[\r\n]/g, '')
  if (line.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(line)) return undefined
  return Buffer.from(line, 'base64')
}
