// The bytes of a repository's `.phase-check.yaml` in, what it asks for out; or every fault, at its
// place. It is untrusted: a part of the pull request that is checked. What it may have, policy.ts decides.
import { isDate } from '../../../manifests/check/policy/dates.ts'
import type { RepositoryPolicy, WrittenExemption } from '../../../manifests/check/policy/model.ts'
import type { Read } from '../../../manifests/check/policy/names.ts'
import {
  readObjectName,
  readSecretName,
  readSubject,
} from '../../../manifests/check/policy/names.ts'
import type { Outcome } from '../../../manifests/document.ts'
import { Fields } from '../../../manifests/fields.ts'
import type { Problem } from '../../../manifests/problem.ts'
import { wholeFile } from '../../../manifests/problem.ts'
import { openSettings } from '../../../manifests/settings-file.ts'
import { COMMON_FIELDS, readCommon, readPlaced } from './field-types.ts'
import { strictFaults } from './strict.ts'

/** Bytes: a thousand exemptions with a long reason each. */
export const LARGEST_POLICY = 1024 * 1024

/** UTF-16 units. */
const LONGEST_REASON = 500

const EXEMPTION = ['rules', 'object', 'subject', 'secret', 'reason', 'expires'] as const

/** Reads a policy. Problems are of fault `input`: whoever wrote the pull request mends them. */
export function readCheckPolicy(bytes: Uint8Array, path: string): Outcome<RepositoryPolicy> {
  if (bytes.length > LARGEST_POLICY) {
    const [message, hint] = ['the policy is larger than 1 MiB', 'write less']
    return { problems: [{ severity: 'error', fault: 'input', at: wholeFile(path), message, hint }] }
  }
  const root = openSettings(bytes, path, 'policy')
  if ('problems' in root) return root
  const problems = strictFaults(root.value)
  if (problems.length > 0) return { problems }
  const value = readRoot(Fields.of(root.value, problems))
  return problems.length > 0 ? { problems: problems.map(withoutObject) } : { value }
}

/** A policy is no object of Kubernetes. */
function withoutObject({ severity, fault, at, message, hint }: Problem): Problem {
  return { severity, fault, at, message, hint }
}

function readRoot(root: Fields): RepositoryPolicy {
  root.only(['version', ...COMMON_FIELDS, 'exemptions'])
  if (root.integer('version') !== 1) root.reject('version', 'is not 1', 'write "version: 1"')
  return {
    ...readCommon(root, { mustHaveNamespace: false }),
    exemptions: root.list('exemptions').map(readExemption),
  }
}

function readExemption(entry: Fields): WrittenExemption {
  entry.only(EXEMPTION)
  if (!entry.isSet('rules')) {
    entry.reject('rules', 'is missing or empty', 'name the rules that it is for, such as [RB030]')
  }
  return {
    at: entry.at(),
    rules: readPlaced(entry, 'rules'),
    object: readName(entry, 'object', readObjectName),
    subject: readName(entry, 'subject', readSubject),
    secret: readName(entry, 'secret', readSecretName),
    reason: readReason(entry) ?? '',
    expires: readExpiry(entry) ?? '',
  }
}

function readName<T>(
  entry: Fields,
  name: 'object' | 'subject' | 'secret',
  read: (text: string) => Read<T>,
): T | undefined {
  const text = entry.string(name)
  if (text === undefined) return undefined
  const result = read(text)
  if ('value' in result) return result.value
  entry.reject(name, result.fault)
  return undefined
}

/** One line, whatever its form in the file. */
function readReason(entry: Fields): string | undefined {
  const reason = entry.string('reason')?.replace(/\s+/g, ' ').trim()
  if (reason === undefined) {
    if (!entry.names().includes('reason')) entry.reject('reason', 'is missing', WHY)
  } else if (!/[\p{L}\p{N}]/u.test(reason)) {
    entry.reject('reason', 'says nothing', WHY)
  } else if (reason.length > LONGEST_REASON) {
    entry.reject('reason', `is longer than ${LONGEST_REASON} characters`)
  } else if (/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u.test(reason)) {
    entry.reject('reason', 'has control characters', 'write plain text')
  }
  return reason
}

const WHY = 'say why the finding may stay for now'

function readExpiry(entry: Fields): string | undefined {
  const date = entry.string('expires')
  if (date === undefined) {
    if (!entry.names().includes('expires')) entry.reject('expires', 'is missing', DAY)
  } else if (!isDate(date)) {
    entry.reject('expires', 'is not a day of the calendar as YYYY-MM-DD', DAY)
  }
  return date
}

const DAY = 'write the last day on which it holds, such as 2027-01-31'
