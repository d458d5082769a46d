// A report and the name of a format in, the text of that format out: the one door to all of them.
import type { Level } from '../../../manifests/check/model.ts'
import type { CheckReport } from '../../../manifests/check/report.ts'
import { formatCheckstyle } from './checkstyle.ts'
import { formatGithub } from './github.ts'
import { formatGitlab } from './gitlab.ts'
import { formatJson } from './json.ts'
import { formatJunit } from './junit.ts'
import { formatMarkdown } from './markdown.ts'
import { formatSarif } from './sarif.ts'
import { formatText } from './text.ts'

/** Names of the formats, as `--format` takes them. */
export const FORMATS = [
  'text',
  'json',
  'sarif',
  'github',
  'gitlab',
  'junit',
  'checkstyle',
  'markdown',
] as const
export type Format = (typeof FORMATS)[number]

/** What a format may need to know beside the report. */
export interface FormatOptions {
  /** Of `text`: whether to colour. */
  readonly color: boolean
  /** Of `text`: the columns of the terminal; undefined: the reader is no terminal. */
  readonly columns?: number | undefined
  /** The level that the check fails on, and all that are worse. */
  readonly failOn: Level
  /** Absolute: files below it are named relative to it, in what a platform reads. Undefined: as they are. */
  readonly root?: string | undefined
  /** Of `sarif`: nothing but what is wrong in the head, as GitHub's code scanning has to have it. */
  readonly problemsOnly?: boolean | undefined
}

/** Prints a report, whole lines. The same report gives the same text; nothing in it can be active. */
export function formatReport(report: CheckReport, format: Format, options: FormatOptions): string {
  return PRINTERS[format](report, options)
}

type Printer = (report: CheckReport, options: FormatOptions) => string

const PRINTERS: Readonly<Record<Format, Printer>> = {
  text: formatText,
  json: formatJson,
  sarif: formatSarif,
  github: (report, { root }) => formatGithub(report, root),
  gitlab: (report, { root }) => formatGitlab(report, root),
  junit: formatJunit,
  checkstyle: (report, { root }) => formatCheckstyle(report, root),
  markdown: (report, { failOn }) => formatMarkdown(report, failOn),
}
