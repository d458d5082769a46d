// A report in, JSON out: harmless on a terminal too, and the same to whoever parses it.
import type { Report } from './answer.ts'

/** The report as `--format json` prints it; answer.schema.json describes it. */
export function formatJson(report: Report): string {
  // Such characters stand only inside strings, where an escape means the same.
  const text = JSON.stringify(report, undefined, 2).replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, escaped)
  return `${text}\n`
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
