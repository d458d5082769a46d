// A report in, the XML of Checkstyle out, which many review bots read: findings by file.
import type { Level } from '../../../manifests/check/model.ts'
import type { CheckReport, Finding } from '../../../manifests/check/report.ts'
import { placeFor, sourcePath } from './source-paths.ts'
import { sayingOf } from './words.ts'
import type { Element } from './xml.ts'
import { printXml } from './xml.ts'

const SEVERITIES: Readonly<Record<Level, string>> = {
  error: 'error',
  warning: 'warning',
  note: 'info',
}

const asIs = (text: string) => text

/**
 * Prints the findings; files in the order of their first one.
 * @param root absolute; files below it are named relative to it.
 */
export function formatCheckstyle(report: CheckReport, root?: string): string {
  const files = new Map<string, Element[]>()
  for (const finding of report.findings) {
    const path = sourcePath(placeFor(report, finding).file, root)
    const errors = files.get(path) ?? []
    errors.push(errorOf(finding, report))
    files.set(path, errors)
  }
  const content = [...files].map(([name, content]) => ({
    name: 'file',
    attributes: { name },
    content,
  }))
  return printXml({ name: 'checkstyle', attributes: { version: '4.3' }, content })
}

function errorOf(finding: Finding, report: CheckReport): Element {
  const { rule, level, hint } = finding
  const { line, column } = placeFor(report, finding)
  const saying = sayingOf(finding, asIs)
  const message = hint === undefined ? saying : `${saying}; ${hint}`
  const source = `argocd-phase-plugin.${rule.id}.${rule.name}`
  const attributes = { line, column, severity: SEVERITIES[level], message, source }
  return { name: 'error', attributes }
}
