// Fields that the repository's policy and the platform's section `check` have in common: their values
// out, or problems of the fields.

import { LEVELS, SEVERITIES } from '../../../manifests/check/model.ts'
import type {
  Placed,
  ReaderList,
  RepositoryPolicy,
  RuleSeverity,
  SeverityEntry,
} from '../../../manifests/check/policy/model.ts'
import type { Read } from '../../../manifests/check/policy/names.ts'
import {
  readManagedSecrets,
  readSecretName,
  readSubject,
} from '../../../manifests/check/policy/names.ts'
import type { Fields } from '../../../manifests/fields.ts'
import type { Position } from '../../../manifests/problem.ts'
import type { BoundSubject } from '../../../manifests/rbac/model.ts'

/** The fields that both have. */
export const COMMON_FIELDS = ['failOn', 'severity', 'readers', 'managedSecrets'] as const

/** Of the platform: names that leave their namespace open would be no bound. */
export interface Reading {
  readonly mustHaveNamespace: boolean
}

/** Reads `failOn`, `severity`, `readers` and `managedSecrets`. */
export function readCommon(
  fields: Fields,
  reading: Reading,
): Pick<RepositoryPolicy, (typeof COMMON_FIELDS)[number]> {
  const level = fields.choice('failOn', LEVELS)
  return {
    failOn: level && { level, at: fields.at('failOn') },
    severity: readSeverities(fields.map('severity')),
    readers: fields.list('readers').map((entry) => readReaders(entry, reading)),
    managedSecrets: readNames(fields, 'managedSecrets', readManagedSecrets, reading),
  }
}

const RULE_SEVERITIES: readonly RuleSeverity[] = [...SEVERITIES, 'off']

/** Rules are names of fields here. */
function readSeverities(fields: Fields | undefined): SeverityEntry[] {
  return (fields?.names() ?? []).flatMap((name) => {
    const severity = fields?.isFalse(name) ? 'off' : fields?.choice(name, RULE_SEVERITIES)
    const at = fields?.at(name)
    if (severity === undefined || at === undefined) return []
    return [{ rule: { text: name, at }, severity }]
  })
}

function readReaders(entry: Fields, reading: Reading): ReaderList {
  entry.only(['secrets', 'subjects'])
  const secrets = readNames(entry, 'secrets', readSecretName, reading)
  if (!entry.isSet('secrets')) {
    entry.reject('secrets', 'is missing or empty', 'name the Secrets that the readers are for')
  }
  if (!entry.names().includes('subjects')) {
    entry.reject('subjects', 'is missing', 'name who may read them; [] is nobody')
  }
  return { at: entry.at(), secrets, subjects: readSubjects(entry, 'subjects', reading) }
}

/** A list of subjects, each with its place. */
export function readSubjects(fields: Fields, name: string, reading: Reading): BoundSubject[] {
  return readNames(fields, name, readSubject, reading)
}

/** A list of texts that each name something. */
function readNames<T extends { readonly namespace?: string | undefined; readonly kind?: string }>(
  fields: Fields,
  name: string,
  read: (text: string) => Read<T>,
  { mustHaveNamespace }: Reading,
): (T & { readonly at: Position })[] {
  return readPlaced(fields, name).flatMap(({ text, at }, index) => {
    const result = read(text)
    if ('fault' in result) {
      fields.reject([name, index], result.fault)
      return []
    }
    const { kind = '', namespace } = result.value
    if (mustHaveNamespace && namespace === undefined && !['User', 'Group'].includes(kind)) {
      fields.reject([name, index], 'has no namespace', 'only a repository can leave it open')
    }
    return [{ ...result.value, at }]
  })
}

/** A list of texts with their places. */
export function readPlaced(fields: Fields, name: string): Placed[] {
  return (fields.texts(name) ?? []).map((text, index) => ({ text, at: fields.at(name, index) }))
}
