// EN014: a change after which something stored cannot be read, by one API server or by all.
import type { Found, Rule } from '../../check/model.ts'
import type { EncryptionFacts, EncryptionFile } from '../facts.ts'
import { shownIdentifier } from '../shown.ts'
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
  why: 'API servers get a changed file one after the other. A key that writes before all of them can read it makes reads fail at random; one that is removed before everything is rewritten makes them fail for good. The API server checks neither: it only sees the new file.',
  fix: 'Make one step per change: add the new key at the end; when every API server has it, move it to the front; rewrite everything; when old backups are gone too, remove the old key. `argocd-phase-plugin encryption rotate` writes each of these files.',
  fixable: 'no',
  example: {
    base: configurationOf(keyed('secretbox', OLD), IDENTITY),
    bad: configurationOf(keyed('secretbox', NEW, OLD), IDENTITY),
    good: configurationOf(keyed('secretbox', OLD, NEW), IDENTITY),
  },
  *find(facts): Iterable<Found> {
    const { files, base } = facts
    if (base === undefined) return
    for (const [before, file] of pairs(base.files, files)) {
      if (before.configuration === undefined || file.configuration === undefined) continue
      for (const fault of transitionFaults(before.configuration, file.configuration)) {
        const resource = fault.resource.includes('*')
          ? `"${fault.resource}"`
          : shownIdentifier(fault.resource)
        yield foundIn(file, fault.provider?.at, `${resource}: ${fault.message}`, {
          hint: fault.hint,
          severity: fault.kind === 'illegal' ? undefined : 'medium',
        })
      }
    }
  },
}

/** Files of before and after that are the same one: by path and wrapper, or because each side has only one. */
function pairs(
  base: readonly EncryptionFile[],
  head: readonly EncryptionFile[],
): (readonly [EncryptionFile, EncryptionFile])[] {
  const [onlyBefore, onlyAfter] = [base[0], head[0]]
  if (base.length === 1 && head.length === 1 && onlyBefore && onlyAfter) {
    return [[onlyBefore, onlyAfter]]
  }
  const before = Map.groupBy(base, identityOf)
  const seen = new Map<string, number>()
  return head.flatMap((file) => {
    const identity = identityOf(file)
    const index = seen.get(identity) ?? 0
    seen.set(identity, index + 1)
    const found = before.get(identity)?.[index]
    return found === undefined ? [] : [[found, file] as const]
  })
}

function identityOf({ path, carrier }: EncryptionFile): string {
  if (carrier === undefined) return path
  const { kind, namespace, name } = carrier.object.object
  return JSON.stringify([kind, namespace, name, carrier.nodePath ?? carrier.field])
}
