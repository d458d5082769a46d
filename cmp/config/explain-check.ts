// The section `check` of a configuration in; what it holds every repository to, for the administrator, out.
import type { PlatformPolicy } from '../../manifests/check/policy/model.ts'
import { secretText, subjectText } from '../../manifests/check/policy/names.ts'

/** The section as it counts, in the words of the file. */
export interface CheckExplanation {
  readonly failOn?: string | undefined
  readonly severity: Readonly<Record<string, string>>
  readonly enforced: readonly string[]
  readonly exemptions: {
    readonly allowed: boolean
    /** Days. */
    readonly longest?: number | undefined
  }
  readonly trusted: readonly string[]
  readonly readers: readonly {
    readonly secrets: readonly string[]
    readonly subjects: readonly string[]
  }[]
  readonly managedSecrets: readonly string[]
}

export function explainCheck(check: PlatformPolicy): CheckExplanation {
  return {
    failOn: check.failOn?.level,
    severity: Object.fromEntries(check.severity.map(({ rule, severity }) => [rule.text, severity])),
    enforced: check.enforced.map(({ text }) => text),
    exemptions: check.exemptions,
    trusted: check.trusted.map(subjectText),
    readers: check.readers.map(({ secrets, subjects }) => ({
      secrets: secrets.map(secretText),
      subjects: subjects.map(subjectText),
    })),
    managedSecrets: check.managedSecrets.map(({ namespace, name = '*' }) =>
      secretText({ namespace, name }),
    ),
  }
}

/** Lines, indented as those of policies are. */
export function describeCheck(check: CheckExplanation): string[] {
  const { severity, enforced, exemptions, trusted, readers, managedSecrets } = check
  const severities = Object.entries(severity).map(([rule, level]) => `${rule} ${level}`)
  return [
    'check holds every repository to:',
    `  failOn: ${check.failOn ?? "the repository's"}`,
    `  severity: ${listed(severities)}`,
    `  enforced: ${listed(enforced)}`,
    `  exemptions: ${exemptionText(exemptions)}`,
    `  trusted: ${listed(trusted)}`,
    ...readers.map(
      ({ secrets, subjects }) => `  readers of ${listed(secrets)}: ${nobody(subjects)}`,
    ),
    `  managedSecrets: ${listed(managedSecrets)}`,
  ]
}

function listed(texts: readonly string[]): string {
  return texts.join(', ') || 'none'
}

function nobody(texts: readonly string[]): string {
  return texts.join(', ') || 'nobody'
}

function exemptionText({ allowed, longest }: CheckExplanation['exemptions']): string {
  if (!allowed) return 'none'
  return longest === undefined ? 'as long as they say' : `${longest} days at most`
}
