// Text of a repository in, text that shows what it holds out.

/** Control, bidirectional and other invisible characters, line ends included, spelled out. */
export function visible(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}
