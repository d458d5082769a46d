// EN013: a key in the repository.
import type { Found, Rule } from '../../check/model.ts'
import type { EncryptionFacts } from '../facts.ts'
import { shownIdentifier } from '../shown.ts'
import { configurationOf, keyed } from './example-parts.ts'
import { foundIn, keysOf, validFiles } from './file-found.ts'

const HINT =
  'take the key from Phase, or from a Secret that is not in Git; rotate this one, for Git keeps it'

export const keyInGit: Rule<EncryptionFacts> = {
  id: 'EN013',
  name: 'encryption-key-in-git',
  chapter: 'encryption',
  severity: 'critical',
  summary: 'the repository holds a key that encrypts what is stored in etcd',
  why: 'Whoever reads the repository, a clone of it, or its history, can read every backup of etcd. A Secret manifest is no protection: base64 is no encryption.',
  fix: 'Put a placeholder in its place and let Phase fill it in, or name a Secret (`contentFrom.secret` of Cluster API). Then rotate: the key stays in the history of the repository.',
  fixable: 'no',
  example: {
    bad: configurationOf(keyed('secretbox', 'key-a=IPue+NtWYF2dnvKqlLTy2UXok2P+aiJ+eKuVuRd7wt0=')),
    good: configurationOf(keyed('secretbox', 'key-a')),
  },
  *find(facts): Iterable<Found> {
    if (!facts.isRepository) return
    for (const { file, configuration, read } of validFiles(facts)) {
      for (const { key, kind } of keysOf(configuration)) {
        if (read.placeholders.has(key)) continue
        const where = file.carrier === undefined ? '' : ` in ${file.carrier.field}`
        const message = `the secret of ${kind} key ${shownIdentifier(key.name)} is in the repository${where}`
        yield foundIn(file, key.at, message, { hint: HINT })
      }
    }
    for (const { at, field } of facts.looseKeys) {
      yield { at, message: `${field} is in the repository, and is a key`, hint: HINT }
    }
  },
}
