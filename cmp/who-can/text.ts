// A report in, a table for people out: a row for each rule, and what the table does not say.
import stringWidth from 'string-width'
import { inertInLogs } from '../formats/log-commands.ts'
import { printable } from '../visible.ts'
import type { Entry, Report, Via } from './answer.ts'

/** Characters of one cell. */
const LONGEST = 200
const HEADER = ['KIND', 'NAMESPACE', 'NAME', 'WHERE', 'VIA', 'FILE:LINE']

const NOT_LISTED =
  'Not listed: what Kubernetes grants on its own, such as everything to the group system:masters.'
const MOUNTS = [
  'RBAC does not stop a pod from mounting a Secret of its namespace: whoever can create pods or',
  'workloads there can read it too. Ask who-can create pods, who-can create deployments, and so on.',
]

/** The report for a person; no line of it can be forged by a name in the manifests. */
export function formatReport(report: Report): string {
  const { subjects, forSomeNames } = report
  const isNobody = subjects.length === 0
  const asked = sentence(report.question, isNobody)
  const whatever = forSomeNames.length > 0 ? ', whatever their names' : ''
  const lines = isNobody
    ? [`By these manifests nobody can ${asked}${whatever}.`]
    : [`By these manifests these can ${asked}${whatever}:`, '', ...table(subjects)]
  if (forSomeNames.length > 0) {
    lines.push('', 'These can for the names in their rules only:', '', ...table(forSomeNames))
  }
  lines.push('', ...notes(report))
  return inertInLogs(`${lines.join('\n')}\n`)
}

function sentence(question: Report['question'], isNobody: boolean): string {
  const { verb, url, resource, group, subresource, name, namespace, scope } = question
  if (url !== undefined) return cell([verb, url].join(' '))
  const kind =
    [resource, group].filter((part) => part !== '' && part !== '*').join('.') || 'all resources'
  const whole = subresource === undefined ? kind : `${kind} (subresource ${subresource})`
  const object = name === undefined ? whole : `${whole} named ${name}`
  const place = namespace === undefined ? placeOf(scope, isNobody) : ` in namespace ${namespace}`
  return cell(`${verb} ${object}${place}`)
}

function placeOf(scope: string | undefined, isNobody: boolean): string {
  if (scope !== 'any namespace') return ''
  return isNobody ? ' in any namespace' : ' in at least one namespace'
}

function table(entries: readonly Entry[]): string[] {
  const all = [HEADER, ...entries.flatMap(rowsOf)]
  const widths = HEADER.map((_, column) =>
    all.reduce((most, row) => Math.max(most, stringWidth(row[column] ?? '')), 0),
  )
  return all.map((row) =>
    row
      .map((text, column) => text + ' '.repeat((widths[column] ?? 0) - stringWidth(text)))
      .join('  ')
      .trimEnd(),
  )
}

/** A binding may name somebody twice. */
function rowsOf(entry: Entry): string[][] {
  const rows = entry.via.map((via) => rowOf(entry, via))
  return [...new Map(rows.map((row) => [row.join('\n'), row])).values()]
}

function rowOf({ kind, namespace, name }: Entry, via: Via): string[] {
  const open = kind === 'ServiceAccount' ? '(not set)' : '-'
  return [
    kind,
    cell(namespace ?? open),
    cell(name),
    via.holds === 'cluster' ? '(everywhere)' : cell(via.binding.namespace ?? '(not set)'),
    pathOf(via),
    fileOf(via),
  ]
}

/** Of the rule, or if that is built in of the binding; one of the two is of the manifests. */
function fileOf({ file, line, binding }: Via): string {
  if (file !== undefined) return `${cell(file)}:${line}`
  return `${cell(binding.file ?? '')}:${binding.line} (binding)`
}

function pathOf({ binding, role, writtenIn, rule, resourceNames }: Via): string {
  const names = resourceNames === undefined ? '' : ` (only ${resourceNames.map(quoted).join(', ')})`
  const steps = [
    `${binding.kind} ${cell(binding.name)}`,
    `${role.kind} ${cell(role.name)}`,
    ...(writtenIn === undefined ? [] : [`${writtenIn.kind} ${cell(writtenIn.name)}`]),
    `rules[${rule}]${cell(names)}`,
  ]
  return steps.join(' > ')
}

function quoted(name: string): string {
  return /^[\w.:-]+$/.test(name) ? name : JSON.stringify(name)
}

function notes({ question, unresolved }: Report): string[] {
  const { resource, group, subresource } = question
  const isSecrets = resource === '*' || (resource === 'secrets' && group === '')
  const open = unresolved.length
  return [
    ...(open > 0
      ? [`Not known: what is granted by bindings whose role is not here: ${open}.`]
      : []),
    NOT_LISTED,
    ...(isSecrets && subresource === undefined ? MOUNTS : []),
  ]
}

/** Without control characters, line ends among them. */
function cell(text: string): string {
  return printable(text, LONGEST)
}
