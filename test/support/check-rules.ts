// Rules to test policies with: descriptions alone, so that a policy's tests change with the policy only.
import type { RuleDescription, Severity } from '../../manifests/check/model.ts'
import { READER_RULE } from '../../manifests/check/policy/model.ts'

type Row = readonly [id: string, name: string, RuleDescription['chapter'], Severity]

const ROWS: readonly Row[] = [
  ['RB001', 'secret-read-unscoped', 'grants', 'high'],
  ['RB003', 'secret-wildcard-grant', 'grants', 'critical'],
  ['RB005', 'names-wider-than-managed', 'grants', 'medium'],
  ['RB017', 'grant-not-needed', 'bindings', 'info'],
  ['RB019', READER_RULE, 'bindings', 'high'],
  ['RB030', 'can-create-workloads', 'escalation', 'high'],
  ['RB031', 'can-exec', 'escalation', 'high'],
  ['RB045', 'token-in-git', 'phase', 'critical'],
]

export const RULES: readonly RuleDescription[] = ROWS.map(([id, name, chapter, severity]) => ({
  id,
  name,
  chapter,
  severity,
  summary: `${name} of a test`,
  why: 'A test needs it.',
  fix: 'End the test.',
  fixable: 'no',
  example: { bad: '', good: '' },
}))

/** The rule of an id. */
export function ruleOf(id: string): RuleDescription {
  const rule = RULES.find((each) => each.id === id)
  if (rule === undefined) throw new Error(`no rule ${id}`)
  return rule
}
