// Whatever becomes of the files and of what was rendered, there is an answer, in a file of the repository.
import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { locatorOf } from '../../../support/origins.ts'
import { temporaryTree } from '../../../support/tree.ts'

const PIECES = [
  '{{',
  '}}',
  '- ',
  ': ',
  '\n',
  '---\n',
  '"',
  '`',
  '/*',
  '|',
  '&a ',
  '*a',
  '<<: ',
  '[',
  '{{ end }}',
  '../',
  '\0',
  '{{ range }}',
]

/** Where to cut, how much goes, and what comes in its place. */
const damage = fc.array(fc.tuple(fc.nat(), fc.nat(30), fc.constantFrom(...PIECES)), {
  minLength: 1,
  maxLength: 6,
})

function damaged(text: string, cuts: readonly (readonly [number, number, string])[]): string {
  return cuts.reduce((whole, [at, length, piece]) => {
    const start = at % (whole.length + 1)
    return whole.slice(0, start) + piece + whole.slice(start + length)
  }, text)
}

for (const [kind, folder, built, directory] of [
  ['helm', 'fixtures/origins/chart', 'fixtures/origins/chart.rendered.txt', ''],
  ['kustomize', 'fixtures/origins/kustomize', 'fixtures/origins/kustomize.built.txt', 'overlay'],
] as const) {
  test(`${kind}: damaged files and output have places`, () => {
    const base = temporaryTree()
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
    cpSync(folder, join(base, folder), { recursive: true })
    const output = readFileSync(built, 'utf8')
    const property = fc.property(fc.nat(), damage, damage, (which, cuts, more) => {
      const path = paths[which % paths.length] ?? ''
      writeFileSync(join(base, path), damaged(readFileSync(path, 'utf8'), cuts))
      const text = Buffer.from(which % 2 === 0 ? output : damaged(output, more))
      const { locate, files } = locatorOf(kind, join(base, folder, directory), text, base)
      for (const { path: file, firstLine = 1 } of files) {
        for (let line = firstLine; line < firstLine + 12; line += 3) {
          const { at } = locate({ file, line, column: 3 })
          assert.ok(at.file.startsWith(base) && at.line >= 1 && at.column >= 1, at.file)
        }
      }
      cpSync(path, join(base, path))
    })
    fc.assert(property, { numRuns: 100 })
  })
}
