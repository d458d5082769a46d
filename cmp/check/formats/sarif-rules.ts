// Rules in, the descriptors of SARIF out, by which GitHub sorts what it shows.
import type { RuleDescription, Severity } from '../../../manifests/check/model.ts'
import { levelOf } from '../../../manifests/check/model.ts'
import type { Pass } from '../../../manifests/check/report.ts'
import { message } from './sarif-text.ts'

/** GitHub: critical above 9.0, high from 7.0, medium from 4.0, low above 0. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.0',
}

/** A `reportingDescriptor` (SARIF 2.1.0, 3.49). */
export function ruleDescriptor(rule: RuleDescription): object {
  const { id, name, chapter, severity, summary, why, fix } = rule
  return {
    id,
    name,
    shortDescription: message(summary),
    fullDescription: message(...paragraphs(why)),
    help: {
      ...message(...paragraphs(why), ...paragraphs(fix)),
      // Written by us, unlike whatever is found: it may have markup, but no templates.
      markdown: `${why}\n\n**What to do.** ${fix}`.replace(/[{}]/g, '$&$&'),
    },
    defaultConfiguration: { level: levelOf(severity) },
    properties: {
      'security-severity': SECURITY_SEVERITY[severity],
      tags: ['security', 'kubernetes', chapter],
    },
  }
}

/** The same of a positive check, of which results are no problems. */
export function passDescriptor({ id, name }: Pass): object {
  return {
    id,
    name,
    shortDescription: message(name.replaceAll('-', ' ')),
    defaultConfiguration: { level: 'none' },
    properties: { tags: ['proof', 'kubernetes'] },
  }
}

/** Without the marks of Markdown. */
function paragraphs(markdown: string): string[] {
  const plain = markdown.replace(/[`*]/g, '')
  return plain.split(/\n{2,}/).map((paragraph) => paragraph.trim().replace(/\s+/g, ' '))
}
