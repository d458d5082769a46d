// A report about rendered manifests in; the same report with every place where a person can change it out.
import type { Step } from '../../manifests/check/model.ts'
import type { CheckReport, Finding, Reacher } from '../../manifests/check/report.ts'
import type { Position } from '../../manifests/problem.ts'
import type { Locate } from './origins/model.ts'

/** Moves the places of what the head has; what only the base had is gone from the files. */
export function relocate(report: CheckReport, locate: Locate): CheckReport {
  const place = (at: Position | undefined) => (at === undefined ? undefined : locate(at).at)
  const step = ({ text, at }: Step): Step => ({ text, at: place(at) })
  const reacher = (each: Reacher): Reacher => ({ ...each, path: each.path.map(step) })
  const finding = (each: Finding): Finding => {
    const { at, hint, path } = each
    const note = at === undefined ? undefined : locate(at).note
    const hints = [hint, note].filter((text) => text !== undefined)
    return {
      ...each,
      at: place(at),
      ...(hints.length === 0 ? {} : { hint: hints.join('; ') }),
      ...(path === undefined ? {} : { path: path.map(step) }),
    }
  }
  return {
    ...report,
    findings: report.findings.map(finding),
    exempted: report.exempted.map((each) => ({ ...each, finding: finding(each.finding) })),
    passes: report.passes.map((pass) => ({ ...pass, at: place(pass.at) })),
    secrets: report.secrets.map((secret) => ({
      ...secret,
      at: place(secret.at),
      reachers: secret.reachers.map(reacher),
    })),
  }
}
