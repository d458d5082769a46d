// EN014: a change after which something stored cannot be read, by one API server or by all.
import type { Found, Rule } from '../../check/model.ts'
import { shownName } from '../../names.ts'
import type { EncryptionFacts } from '../facts.ts'
import type { EncryptionConfiguration } from '../model.ts'
import { pairFiles } from '../paired.ts'
import { shownNames } from '../shown.ts'
import { transitionFaults } from '../transition.ts'
import { configurationOf, IDENTITY, keyed } from './example-parts.ts'
import { foundIn } from './file-found.ts'

const [OLD, NEW] = ['key-2026-a', 'key-2027-b']

export const illegalTransition: Rule<EncryptionFacts> = {
  id: 'EN014',
  name: 'encryption-illegal-transition',
  chapter: 'encryption',
  severity: 'critical',
  summary:
    'the change makes stored objects unreadable, or lets API servers write what others cannot read',
  why: 'API servers get a changed file one after the other. A key that writes before all of them can read it makes reads fail at random; one that is removed before everything is rewritten makes them fail for good. The API server checks neither: it only sees the new file. One object that cannot be read is enough to keep an API server that starts from becoming ready.',
  fix: 'Make one step per change: add the new key at the end; when every API server has it, move it to the front; rewrite everything; when old backups are gone too, remove the old key. `argocd-phase-plugin encryption rotate` writes each of these files.',
  fixable: 'no',
  example: {
    base: configurationOf(keyed('secretbox', OLD), IDENTITY),
    bad: configurationOf(keyed('secretbox', NEW, OLD), IDENTITY),
    good: configurationOf(keyed('secretbox', OLD, NEW), IDENTITY),
  },
  *find(facts): Iterable<Found> {
    const { before, gone } = pairFiles(facts)
    for (const [file, old] of before) {
      if (old.configuration === undefined || file.configuration === undefined) continue
      const faults = transitionFaults(old.configuration, file.configuration)
      for (const [message, [fault, ...more]] of Map.groupBy(faults, (each) => each.message)) {
        if (fault === undefined) continue
        const names = shownNames([fault, ...more].map(({ resource }) => resource))
        yield foundIn(file, fault.provider?.at, `${names}: ${message}`, {
          hint: fault.hint,
          severity: fault.kind === 'illegal' ? undefined : 'medium',
        })
      }
    }
    for (const { configuration, carrier, path } of gone) {
      if (configuration === undefined || !encryptsAnything(configuration)) continue
      yield {
        object: carrier?.object.object,
        severity: 'medium',
        message: `the EncryptionConfiguration of ${shownName(path)} is gone: without it, what is stored encrypted cannot be read`,
        hint: 'where it moved out of the repository, give the API servers the same as before',
      }
    }
  },
}

function encryptsAnything({ entries }: EncryptionConfiguration): boolean {
  return entries.some(({ providers }) => providers.some(({ kind }) => kind !== 'identity'))
}
