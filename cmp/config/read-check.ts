// The section `check` of a configuration in; what `check` holds every repository to out.
import type { PlatformPolicy } from '../../manifests/check/policy/model.ts'
import type { Fields } from '../../manifests/fields.ts'
import { COMMON_FIELDS, readCommon, readPlaced, readSubjects } from '../check/policy/field-types.ts'

const READING = { mustHaveNamespace: true }

/** Reads `check`; undefined without it. Which rules there are is not known here: see `mergePolicies`. */
export function readCheck(root: Fields): PlatformPolicy | undefined {
  const check = root.map('check')
  if (check === undefined) return undefined
  check.only([...COMMON_FIELDS, 'enforced', 'exemptions', 'trusted'])
  return {
    ...readCommon(check, READING),
    enforced: readPlaced(check, 'enforced'),
    exemptions: readExemptions(check.map('exemptions')),
    trusted: readSubjects(check, 'trusted', READING),
  }
}

function readExemptions(exemptions: Fields | undefined): PlatformPolicy['exemptions'] {
  exemptions?.only(['longest', 'allowed'])
  return {
    allowed: !exemptions?.names().includes('allowed') || exemptions.flag('allowed'),
    longest: exemptions && readDays(exemptions),
  }
}

function readDays(exemptions: Fields): number | undefined {
  const text = exemptions.string('longest')
  const [, days] = /^([1-9]\d{0,3})d$/.exec(text ?? '') ?? []
  if (days !== undefined) return Number(days)
  if (text !== undefined) exemptions.reject('longest', 'is not a number of days such as 90d')
  return undefined
}
