// A report in, JSON out: the model as it is, in one order of fields. check.schema.json describes it.
import type {
  Fix,
  PatchOperation,
  RuleDescription,
  SecretName,
  Step,
  TextEdit,
} from '../../../manifests/check/model.ts'
import type {
  CheckReport,
  Exempted,
  Finding,
  Pass,
  Reacher,
  SecretAccess,
} from '../../../manifests/check/report.ts'
import type { Subject } from '../../../manifests/rbac/model.ts'
import type { Shape } from '../../formats/json.ts'
import { nameFields, positionFields, printJson } from '../../formats/json.ts'
import { inertJsonInLogs } from '../../formats/log-commands.ts'
import { allRules } from './words.ts'

/** Of what is printed; a reader that knows 1 can read whatever says 1. */
const VERSION = 1

/**
 * Prints a report as JSON. Findings name their rules by id, and the rules are told once. Left out are what belongs to
 * their pages, and the objects that fixes are for: a manifest may hold values.
 */
export function formatJson(report: CheckReport): string {
  return inertJsonInLogs(printJson({ version: VERSION, ...reportFields(report) }))
}

const reportFields: Shape<CheckReport> = (report) => ({
  label: report.label,
  base: report.base,
  kubernetes: report.kubernetes,
  findings: report.findings.map(findingFields),
  fixed: report.fixed.map(findingFields),
  exempted: report.exempted.map(exemptedFields),
  passes: report.passes.map(passFields),
  secrets: report.secrets.map(accessFields),
  rules: allRules(report).map(ruleFields),
  notes: report.notes,
})

const findingFields: Shape<Finding> = (finding) => ({
  rule: finding.rule.id,
  severity: finding.severity,
  level: finding.level,
  fingerprint: finding.fingerprint,
  isNew: finding.isNew,
  at: finding.at && positionFields(finding.at),
  object: finding.object && nameFields(finding.object),
  message: finding.message,
  hint: finding.hint,
  subject: finding.subject && subjectFields(finding.subject),
  // The first of them is told, and the message names more.
  subjects: undefined,
  secrets: finding.secrets?.map(secretFields),
  path: finding.path?.map(stepFields),
  fix: finding.fix && fixFields(finding.fix),
  edits: finding.edits?.map(editFields),
})

const exemptedFields: Shape<Exempted> = ({ finding, reason, expires, at }) => ({
  finding: findingFields(finding),
  reason,
  expires,
  at: positionFields(at),
})

const passFields: Shape<Pass> = ({ id, name, status, message, object, at }) => ({
  id,
  name,
  status,
  message,
  object: object && nameFields(object),
  at: at && positionFields(at),
})

const accessFields: Shape<SecretAccess> = (access) => ({
  secret: secretFields(access.secret),
  at: access.at && positionFields(access.at),
  usedBy: access.usedBy.map(nameFields),
  reachers: access.reachers.map(reacherFields),
  removed: access.removed.map(reacherFields),
  isNew: access.isNew,
})

const reacherFields: Shape<Reacher> = (reacher) => ({
  subject: subjectFields(reacher.subject),
  reach: reacher.reach,
  powers: reacher.powers,
  path: reacher.path.map(stepFields),
  isAllowed: reacher.isAllowed,
  isNew: reacher.isNew,
})

const ruleFields: Shape<RuleDescription> = (rule) => ({
  id: rule.id,
  name: rule.name,
  chapter: rule.chapter,
  severity: rule.severity,
  summary: rule.summary,
  why: rule.why,
  fix: rule.fix,
  fixable: rule.fixable,
  example: undefined,
})

const subjectFields: Shape<Subject> = ({ kind, namespace, name }) => ({ kind, namespace, name })

const secretFields: Shape<SecretName> = ({ namespace, name }) => ({ namespace, name })

const stepFields: Shape<Step> = ({ text, at }) => ({ text, at: at && positionFields(at) })

const fixFields: Shape<Fix> = ({ title, operations, isSafe }) => ({
  title,
  object: undefined,
  operations: operations.map(operationFields),
  isSafe,
})

/** What is set is of any shape, and stays in the order of its document. */
function operationFields(operation: PatchOperation): object {
  const { op, path } = operation
  return op === 'remove' ? { op, path } : { op, path, value: operation.value }
}

const editFields: Shape<TextEdit> = ({ file, start, end, text }) => ({
  file,
  start: { line: start.line, column: start.column },
  end: { line: end.line, column: end.column },
  text,
})
