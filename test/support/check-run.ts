// `check --format json` in process: manifests in, what it reports out.
import assert from 'node:assert/strict'
import { run } from '../../cmp/cli.ts'
import type { CheckReport, Finding, Reach } from '../../manifests/check/report.ts'
import { memoryIo } from './memory-io.ts'

/** A report as it is printed: rules by their ids. */
export interface PrintedReport extends Omit<CheckReport, 'findings' | 'fixed'> {
  readonly findings: readonly PrintedFinding[]
  readonly fixed: readonly PrintedFinding[]
}

export interface PrintedFinding extends Omit<Finding, 'rule'> {
  readonly rule: string
}

/** Checks a text, or what the arguments name if there is none. */
export async function checked(
  text: string | undefined,
  ...more: readonly string[]
): Promise<{ readonly report: PrintedReport; readonly exitCode: number }> {
  const input = text === undefined ? [] : ['-']
  const { io, stdout, stderr } = memoryIo({}, text ?? '')
  const exitCode = await run(['check', ...input, '--format', 'json', ...more], io)
  assert.ok(exitCode <= 1, stderr())
  return { report: JSON.parse(stdout()), exitCode }
}

/** Who reaches the Secrets of a report in one way, as `User ann: get,list secrets`; those of Kubernetes left out. */
export function reaching({ secrets }: PrintedReport, reach: Reach): string[] {
  return secrets.flatMap(({ reachers }) =>
    reachers
      .filter((each) => each.reach === reach)
      .map(({ subject: { kind, namespace, name }, powers }) => {
        const who = namespace === undefined ? name : `${namespace}/${name}`
        return `${kind} ${who}: ${powers.join(', ')}`
      }),
  )
}

/** The ids of what is found, each once, sorted. */
export function rulesFound({ findings }: PrintedReport): string[] {
  return [...new Set(findings.map(({ rule }) => rule))].sort()
}
