// A report in, JSON out: harmless on a terminal too, and the same to whoever parses it.
import { printJson } from '../formats/json.ts'
import { inertJsonInLogs } from '../formats/log-commands.ts'
import type { Report } from './answer.ts'

/** The report as `--format json` prints it; answer.schema.json describes it. */
export function formatJson(report: Report): string {
  return inertJsonInLogs(printJson(report))
}
