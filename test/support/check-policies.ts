// Texts in, merged policies out: the two files are read as a check reads them.
import assert from 'node:assert/strict'
import { readCheckPolicy } from '../../cmp/check/policy/read.ts'
import { readConfiguration } from '../../cmp/config/read-configuration.ts'
import type {
  CheckPolicy,
  PlatformPolicy,
  RepositoryPolicy,
} from '../../manifests/check/policy/model.ts'
import { mergePolicies } from '../../manifests/check/policy.ts'
import { RULES } from './check-rules.ts'

/** The day of all tests. */
export const TODAY = '2027-01-01'

/** A `.phase-check.yaml`; its first line is there already. */
export function repositoryOf(text: string): RepositoryPolicy {
  const outcome = readCheckPolicy(Buffer.from(`version: 1\n${text}`), 'policy.yaml')
  assert.ok('value' in outcome, JSON.stringify(outcome))
  return outcome.value
}

/** A section `check`; it begins in line 4. */
export function platformOf(text: string): PlatformPolicy {
  const lines = text.split('\n').map((line) => `  ${line}`)
  const file = `version: 1\npolicies: []\ncheck:\n${lines.join('\n')}\n`
  const outcome = readConfiguration(Buffer.from(file), 'config.yaml')
  assert.ok('value' in outcome, JSON.stringify(outcome))
  assert.ok(outcome.value.check !== undefined, 'it has a section check')
  return outcome.value.check
}

/** Both, merged; what is wrong as `severity fault file:line: message | hint`. */
export function merged(
  repository: string | undefined,
  platform: string | undefined,
  today = TODAY,
): { readonly policy: CheckPolicy; readonly said: string[] } {
  const { policy, problems } = mergePolicies(
    repository === undefined ? undefined : repositoryOf(repository),
    platform === undefined ? undefined : platformOf(platform),
    RULES,
    today,
  )
  const said = problems.map(({ severity, fault, at, message, hint }) => {
    assert.doesNotMatch(`${message}${hint}`, /\n|\.$/)
    return `${severity} ${fault} ${at?.file}:${at?.line}: ${message} | ${hint}`
  })
  return { policy, said }
}
