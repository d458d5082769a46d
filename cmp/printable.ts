// A text from a repository in, one harmless line out: no terminal, log or reader can be misled by it.

/**
 * At most `longest` characters of one line, with control, bidirectional and other invisible
 * characters spelled out: a name in a repository may hold any.
 */
export function printable(text: string, longest: number): string {
  const line = text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
  if (line.length <= longest) return line
  // The cut may leave half of a character at the end.
  return `${line.slice(0, longest).replace(/\p{Cs}$/u, '')}…`
}
