// A comment in. Reads it as GitHub-flavoured Markdown is read (fences, code spans, cells of
// tables, raw HTML), line by line, and asserts that only what is ours is more than plain words and code.
import assert from 'node:assert/strict'

/** What may stand outside of code: nothing that links, mentions, refers, embeds or formats but `*` and `_`. */
const PLAIN = /^[A-Za-z0-9 .,:;()→*_-]*$/
/** cmark-gfm takes no longer run of backticks for a code span, and keeps the length of a fence in a byte. */
const LONGEST_SPAN = 80
const LONGEST_FENCE = 255
const SUMMARY = /^<summary>[a-z ]+(?:<code>(?:[^<>&"'`]|&#\d+;)*<\/code> ?)*<\/summary>$/

/** Asserts it. @param marker what its first line has. @returns the bodies of all fenced blocks. */
export function assertInert(text: string, marker = 'preview'): string[][] {
  assert.doesNotMatch(text, /(?![\n\t])[\p{C}\p{Zl}\p{Zp}\p{DI}]/u)
  assert.ok(text.endsWith('\n'))
  const [first, ...lines] = text.slice(0, -1).split('\n')
  assert.equal(first, `<!-- argocd-phase-plugin ${marker} -->`)
  const blocks: string[][] = []
  let isOpen = false
  let columns: number | undefined
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? ''
    assert.doesNotMatch(line, /^\//, 'a command of GitLab')
    const fence = /^(`{3,})(?:diff|yaml|mermaid)$/.exec(line)?.[1]
    if (fence !== undefined) {
      assert.ok(isOpen && fence.length < LONGEST_FENCE)
      const body = bodyOf(lines, index, fence)
      blocks.push(body)
      index += body.length + 1
    } else if (line === '<details>' || line === '</details>') {
      assert.equal(isOpen, line === '</details>')
      assert.equal(lines[index - 1] ?? '', '')
      isOpen = !isOpen
    } else if (line.startsWith('<summary>')) {
      assert.match(line, SUMMARY)
      assert.equal(lines[index - 1], '<details>')
    } else if (line.startsWith('| ')) {
      const cells = cellsOf(line)
      columns ??= cells.length
      assert.equal(cells.length, columns, line)
      for (const cell of cells) assertPlain(cell)
    } else {
      assert.doesNotMatch(line, /^ {4}|^(?! {0,2}- )\s/)
      const inner = /^<sub>(.*)<\/sub>$/.exec(line)?.[1] ?? line
      assertPlain(inner.replace(/^#{3,4} |^ {0,2}- /, ''))
    }
  }
  assert.equal(isOpen, false)
  return blocks
}

function bodyOf(lines: readonly string[], start: number, fence: string): string[] {
  const rest = lines.slice(start + 1)
  const end = rest.findIndex(
    (line) => /^ {0,3}`+\s*$/.test(line) && line.trim().length >= fence.length,
  )
  assert.equal(rest[end], fence)
  assert.equal(rest[end + 1], '')
  assert.equal(rest[end + 2], '</details>')
  for (const line of rest.slice(0, end)) assert.doesNotMatch(line, /^\//, 'a command of GitLab')
  return rest.slice(0, end)
}

/** By both readings of a backslash before another. */
function cellsOf(line: string): string[] {
  assert.ok(line.endsWith(' |'))
  const inner = line.slice(1, -1)
  const cells = inner.split(/(?<!\\)\|/)
  assert.equal(cells.length, (inner.match(/(?:\\[\s\S]|[^\\|])+/g) ?? []).length, line)
  return cells.map((cell) => cell.replaceAll('\\|', '|').trim())
}

/** Takes out code spans as CommonMark finds them: to the next run of as many backticks. */
function assertPlain(text: string): void {
  let rest = text
  for (;;) {
    const run = /`+/.exec(rest)
    if (run === null) break
    const after = rest.slice(run.index + run[0].length)
    const close = [...after.matchAll(/`+/g)].find(([other]) => other.length === run[0].length)
    assert.ok(close !== undefined && run[0].length <= LONGEST_SPAN, text)
    assert.ok(close.index > 0, text)
    rest = rest.slice(0, run.index) + after.slice(close.index + run[0].length)
  }
  assert.match(rest, PLAIN, text)
  assert.doesNotMatch(rest, /:\w+:|www\./, text)
}
