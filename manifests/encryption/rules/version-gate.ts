// EN020: what this version of Kubernetes does not have yet.

import type { Found, Rule } from '../../check/model.ts'
import { quotedName } from '../../names.ts'
import { apiServersOf } from '../api-server.ts'
import type { EncryptionFacts } from '../facts.ts'
import { parseGroupResource } from '../group-resource.ts'
import { isBuiltInGroup } from '../known-resource.ts'
import { shownIdentifier } from '../shown.ts'
import { entriesOf, keyed } from './example-parts.ts'
import type { ValidFile } from './file-found.ts'
import { foundIn, validFiles } from './file-found.ts'

/** The first minor version with each. */
const CUSTOM_RESOURCES = 26
const RELOAD = 26
const WILDCARDS = 27
const KMS_V2 = 27

export const versionGate: Rule<EncryptionFacts> = {
  id: 'EN020',
  name: 'encryption-version-gate',
  chapter: 'encryption',
  severity: 'high',
  summary: 'the configuration uses what this version of Kubernetes does not have',
  why: 'Older API servers take a wildcard, or a custom resource, for the name of a resource, and encrypt nothing by it. KMS v2 and automatic reload do not exist for them, or are off.',
  fix: 'Upgrade first, or leave it out. `--kube-version` says which version is checked for.',
  fixable: 'no',
  example: {
    minor: 25,
    bad: entriesOf(["'*.*'", keyed('secretbox', 'key-a')]),
    good: entriesOf(['secrets', keyed('secretbox', 'key-a')]),
  },
  *find(facts): Iterable<Found> {
    const { minor } = facts
    for (const valid of validFiles(facts)) {
      yield* resourceGates(valid, minor)
      if (minor < KMS_V2) yield* kmsGates(valid, minor)
    }
    if (minor >= RELOAD) return
    for (const { object, reloadAt } of apiServersOf(facts.objects)) {
      if (reloadAt === undefined) continue
      const message = `automatic reload needs Kubernetes 1.${RELOAD}, and this is 1.${minor}`
      yield { at: reloadAt, object: object.object, message, hint: 'remove the flag' }
    }
  },
}

function* resourceGates({ file, configuration, read }: ValidFile, minor: number): Iterable<Found> {
  for (const entry of configuration.entries) {
    for (const [index, name] of entry.resources.entries()) {
      const { resource, group } = parseGroupResource(name)
      const isWildcard = resource === '*'
      const needed = isWildcard ? WILDCARDS : isBuiltInGroup(group) ? 0 : CUSTOM_RESOURCES
      if (minor >= needed) continue
      const what = isWildcard
        ? `the wildcard ${quotedName(name)}`
        : `the custom resource ${shownIdentifier(name)}`
      const message = `${what} needs Kubernetes 1.${needed}, and this is 1.${minor}`
      const hint = isWildcard ? 'name the resources' : 'leave it out, it is not encrypted'
      yield foundIn(file, read.resourcesAt.get(entry)?.[index], message, { hint })
    }
  }
}

function* kmsGates({ file, configuration }: ValidFile, minor: number): Iterable<Found> {
  for (const provider of configuration.entries.flatMap(({ providers }) => providers)) {
    if (provider.kind !== 'kms' || provider.apiVersion !== 'v2') continue
    const message = `kms v2 needs Kubernetes 1.${KMS_V2}, and this is 1.${minor}`
    yield foundIn(file, provider.at, message, { hint: 'use secretbox until the upgrade' })
  }
}
