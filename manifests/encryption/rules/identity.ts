// EN003 and EN004: the provider that does not encrypt, where it writes and where it only reads.
import type { Found, Rule } from '../../check/model.ts'
import { effectiveProviders } from '../effective.ts'
import type { EncryptionFacts } from '../facts.ts'
import { covers, parseGroupResource } from '../group-resource.ts'
import type { EncryptionConfiguration, Provider, ResourceEntry } from '../model.ts'
import { pairFiles } from '../paired.ts'
import { shownNames } from '../shown.ts'
import { configurationOf, IDENTITY, keyed } from './example-parts.ts'
import type { ValidFile } from './file-found.ts'
import { foundIn, validFiles } from './file-found.ts'

const SECRETS = { resource: 'secrets', group: '' }

export const identityFirst: Rule<EncryptionFacts> = {
  id: 'EN003',
  name: 'encryption-identity-first',
  chapter: 'encryption',
  severity: 'critical',
  summary: 'the provider identity stands first, so the resources are stored in the clear',
  why: 'The first provider writes, and `identity` writes plain text. It also stops `kubectl replace` from encrypting what is there.',
  fix: 'Put the provider that is to encrypt first. Where you are turning encryption on or off in steps, exempt the file until the next one.',
  fixable: 'no',
  example: {
    bad: configurationOf(IDENTITY, keyed('secretbox', 'key-a')),
    good: configurationOf(keyed('secretbox', 'key-a'), IDENTITY),
  },
  *find(facts): Iterable<Found> {
    const { before } = pairFiles(facts)
    for (const valid of validFiles(facts)) {
      const old = before.get(valid.file)?.configuration
      for (const [index, entry] of valid.configuration.entries.entries()) {
        const [first, ...others] = entry.providers
        if (first?.kind !== 'identity') continue
        const names = shownNames(entry.resources)
        const encryptsToo = others.some(({ kind }) => kind !== 'identity')
        yield foundIn(
          valid.file,
          first.at,
          `identity writes ${names}: they are stored in the clear`,
          {
            severity: isFirstStep(entry, old)
              ? 'medium'
              : severityOf(valid, index, entry, encryptsToo),
            hint: encryptsToo
              ? 'move identity behind the provider that encrypts'
              : 'put a provider that encrypts before it, unless these may be read by anybody with etcd',
          },
        )
      }
    }
  },
}

/** Whether the change brings the first provider that encrypts, for reading only: so encryption begins. */
function isFirstStep(
  { resources, providers }: ResourceEntry,
  old: EncryptionConfiguration | undefined,
): boolean {
  if (old === undefined || providers.every(isPlain)) return false
  return resources.every((resource) => effectiveProviders(old, resource).every(isPlain))
}

function isPlain({ kind }: Provider): boolean {
  return kind === 'identity'
}

/** What is listed on its own before a wildcard is left out of it on purpose: the documentation does so with events. */
function severityOf(
  { configuration }: ValidFile,
  index: number,
  { resources }: ResourceEntry,
  encryptsToo: boolean,
): Found['severity'] {
  const patterns = resources.map(parseGroupResource)
  const earlier = configuration.entries.slice(0, index).flatMap((entry) => entry.resources)
  const isNamedBefore = earlier.some((name) => covers(parseGroupResource(name), SECRETS))
  if (patterns.some((pattern) => covers(pattern, SECRETS)) && !isNamedBefore) return 'critical'
  const later = configuration.entries.slice(index + 1).flatMap((entry) => entry.resources)
  const isExcept = patterns.every((pattern) =>
    later.some((name) => covers(parseGroupResource(name), pattern)),
  )
  return isExcept && !encryptsToo ? 'info' : 'medium'
}

export const identityFallback: Rule<EncryptionFacts> = {
  id: 'EN004',
  name: 'encryption-identity-fallback',
  chapter: 'encryption',
  severity: 'low',
  summary:
    'the provider identity is still there, so plain text in etcd is read as if it were in order',
  why: 'The fallback is needed until everything is rewritten. After that it only hides what was missed, and lets somebody who can write to etcd put objects there without a key.',
  fix: 'Rewrite all objects of the resources, verify that none is stored in the clear, and remove `identity` in a change of its own.',
  fixable: 'no',
  example: {
    bad: configurationOf(keyed('secretbox', 'key-a'), IDENTITY),
    good: configurationOf(keyed('secretbox', 'key-a')),
  },
  *find(facts): Iterable<Found> {
    for (const { file, configuration } of validFiles(facts)) {
      for (const { resources, providers } of configuration.entries) {
        const plain = providers.filter(({ kind }) => kind === 'identity')
        if (plain.length === 0 || providers[0]?.kind === 'identity') continue
        const names = shownNames(resources)
        yield foundIn(file, plain[0]?.at, `identity still reads ${names}`, {
          hint: 'remove it in a change of its own, when everything is rewritten',
        })
      }
    }
  },
}
