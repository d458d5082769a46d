// Bytes in, the PEM blocks in them out, whatever else they hold. Nothing in a block is looked at.

/** One block; `text` is from its BEGIN to its END. */
export interface PemBlock {
  /** What it says it is: `CERTIFICATE`, `PRIVATE KEY`. */
  readonly label: string
  readonly text: string
}

/** The PEM blocks of a text, in time linear in its length whatever it holds. */
export function pemBlocks(bytes: Uint8Array): PemBlock[] {
  const text = Buffer.from(bytes).toString('latin1')
  const blocks: PemBlock[] = []
  for (let from = 0; ; ) {
    const begin = text.indexOf('-----BEGIN ', from)
    const labelEnd = text.indexOf('-----', begin + 11)
    if (begin < 0 || labelEnd < 0) return blocks
    const label = text.slice(begin + 11, labelEnd)
    const footer = `-----END ${label}-----`
    const end = text.indexOf(footer, labelEnd)
    if (end < 0) return blocks
    from = end + footer.length
    blocks.push({ label, text: text.slice(begin, from) })
  }
}
