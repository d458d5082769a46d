// EN005, EN006 and EN012: what the lists of resources miss, by a slip, by omission, or by a wildcard.
import type { Found, Rule } from '../../check/model.ts'
import { configuredProviders } from '../effective.ts'
import type { EncryptionFacts } from '../facts.ts'
import { resourceDoubt } from '../known-resource.ts'
import { entriesOf, keyed } from './example-parts.ts'
import { foundIn, validFiles } from './file-found.ts'

const BOX = keyed('secretbox', 'key-a')

/** In one file; a person stops reading before. */
const MOST_FINDINGS = 100

export const unknownResource: Rule<EncryptionFacts> = {
  id: 'EN005',
  name: 'encryption-unknown-resource',
  chapter: 'encryption',
  severity: 'high',
  summary: 'a resource is listed that does not exist, so nothing is encrypted by it',
  why: 'The API server takes any name. A misspelt one, a subresource or an empty text encrypts nothing, and nobody says so.',
  fix: 'Name the plural in lower case, with the group behind a dot: `secrets`, `deployments.apps`, `pandas.awesome.bears.example`.',
  fixable: 'no',
  example: {
    bad: entriesOf(['secrets, configmap', BOX]),
    good: entriesOf(['secrets, configmaps', BOX]),
  },
  *find(facts): Iterable<Found> {
    for (const { file, configuration, read } of validFiles(facts)) {
      let left = MOST_FINDINGS
      for (const entry of configuration.entries) {
        for (const [index, name] of entry.resources.entries()) {
          const doubt = left > 0 ? resourceDoubt(name) : undefined
          if (doubt === undefined) continue
          left -= 1
          const severity = doubt.isSure ? undefined : ('medium' as const)
          const at = read.resourcesAt.get(entry)?.[index]
          yield foundIn(file, at, doubt.message, { hint: doubt.hint, severity })
        }
      }
    }
  },
}

export const secretsNotCovered: Rule<EncryptionFacts> = {
  id: 'EN006',
  name: 'encryption-secrets-not-covered',
  chapter: 'encryption',
  severity: 'high',
  summary: 'Secrets are not among the resources, so they are stored in the clear',
  why: 'What no entry names, and no wildcard covers, is written by `identity`. Secrets are what a reader of etcd, or of its backups, looks for first.',
  fix: 'Add `secrets` to the resources of an entry that encrypts.',
  fixable: 'no',
  example: { bad: entriesOf(['configmaps', BOX]), good: entriesOf(['secrets, configmaps', BOX]) },
  *find(facts): Iterable<Found> {
    for (const { file, configuration } of validFiles(facts)) {
      if (configuredProviders(configuration, 'secrets') !== undefined) continue
      yield foundIn(file, file.at, 'no entry is for secrets: they are stored in the clear', {
        hint: 'add secrets to the resources of an entry that encrypts',
      })
    }
  },
}

export const maskedEntry: Rule<EncryptionFacts> = {
  id: 'EN012',
  name: 'encryption-masked-entry',
  chapter: 'encryption',
  severity: 'high',
  summary: 'an earlier wildcard covers a resource, and the API server refuses to start',
  why: 'Entries count in their order. What comes after a wildcard that covers it could never be used, so the API server takes the file for a mistake. A wildcard that is put before an entry of long standing has the same effect at the next start.',
  fix: 'Put entries with wildcards last: first names, then `*.GROUP` and `*.`, then `*.*`.',
  fixable: 'no',
  example: {
    bad: entriesOf(["'*.'", BOX], ['secrets', BOX]),
    good: entriesOf(['secrets', BOX], ["'*.'", BOX]),
  },
  *find({ files }): Iterable<Found> {
    for (const file of files) {
      for (const { at, message, hint, isMasked } of file.refusals) {
        if (isMasked === true) yield foundIn(file, at, message, { hint })
      }
    }
  },
}
