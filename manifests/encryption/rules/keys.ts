// EN010 and EN011: names that keys share, and keys that are no secret.
import type { Found, Rule } from '../../check/model.ts'
import { materialOf } from '../effective.ts'
import type { EncryptionFacts } from '../facts.ts'
import { shownIdentifier } from '../shown.ts'
import { weakness } from '../weak-key.ts'
import { configurationOf, keyed } from './example-parts.ts'
import type { PlacedKey, ValidFile } from './file-found.ts'
import { foundIn, keysOf, validFiles } from './file-found.ts'

const UNIQUE = 'give every key a name that was never used, such as phase-20261123-a1b2'

export const keyNames: Rule<EncryptionFacts> = {
  id: 'EN010',
  name: 'encryption-key-names',
  chapter: 'encryption',
  severity: 'high',
  summary: 'key names are used twice, hold a colon, or hide that two keys are one',
  why: 'A stored value names its key, and nothing else tells keys apart. With two keys of one name an API server tries the first: aescbc takes the wrong key for the right one in about one read of 256, and returns garbage. A colon ends the name in what is stored. One secret under two names is a rotation that changed nothing.',
  fix: 'Give every key a name of its own that is never used again, without a colon, and a secret of its own.',
  fixable: 'no',
  example: {
    bad: configurationOf(keyed('secretbox', 'key-a', 'key-a=<another key>')),
    good: configurationOf(keyed('secretbox', 'key-a', 'key-b')),
  },
  *find(facts): Iterable<Found> {
    for (const valid of validFiles(facts)) {
      yield* sharedNames(valid)
      yield* sharedSecrets(valid)
      yield* sharedPlugins(valid)
    }
  },
}

function* sharedNames({ file, configuration }: ValidFile): Iterable<Found> {
  const seen = new Map<string, PlacedKey>()
  for (const placed of keysOf(configuration)) {
    const { key, kind, entry } = placed
    const name = shownIdentifier(key.name)
    if (key.name.includes(':')) {
      yield foundIn(file, key.at, `the name of ${kind} key ${name} holds a colon`, { hint: UNIQUE })
    }
    const id = `${kind}:${key.name}`
    const earlier = seen.get(id)
    if (earlier === undefined) {
      seen.set(id, placed)
      continue
    }
    const isSame = sameMaterial(earlier, placed)
    if (isSame && earlier.entry !== entry) continue
    yield foundIn(
      file,
      key.at,
      `${kind} key ${name} ${isSame ? 'is listed twice' : 'stands for two secrets'}`,
      {
        severity: isSame ? 'low' : earlier.entry === entry ? 'high' : 'medium',
        hint: UNIQUE,
      },
    )
  }
}

function sameMaterial(left: PlacedKey, right: PlacedKey): boolean {
  return materialOf(left.key.secret.revealBytes()) === materialOf(right.key.secret.revealBytes())
}

function* sharedSecrets({ file, configuration }: ValidFile): Iterable<Found> {
  const seen = new Map<string, PlacedKey>()
  for (const placed of keysOf(configuration)) {
    const { key, kind } = placed
    const material = materialOf(key.secret.revealBytes())
    const earlier = seen.get(material)
    if (earlier === undefined) {
      seen.set(material, placed)
    } else if (earlier.key.name !== key.name || earlier.kind !== kind) {
      const names = [earlier, placed].map(
        (each) => `${each.kind} key ${shownIdentifier(each.key.name)}`,
      )
      yield foundIn(file, key.at, `${names[1]} has the secret of ${names[0]}`, {
        hint: 'make a new key of random bytes: argocd-phase-plugin encryption generate',
      })
    }
  }
}

/** Taken for an error when the API server reloads the file by itself, and for nothing without that. */
function* sharedPlugins({ file, configuration }: ValidFile): Iterable<Found> {
  const seen = new Set<string>()
  for (const provider of configuration.entries.flatMap(({ providers }) => providers)) {
    if (provider.kind !== 'kms') continue
    if (provider.apiVersion === 'v1' && seen.has(provider.name)) {
      const message = `two kms providers are called ${shownIdentifier(provider.name)}: refused with automatic reload`
      yield foundIn(file, provider.at, message, { hint: 'give each kms provider its own name' })
    }
    seen.add(provider.name)
  }
}

export const weakKey: Rule<EncryptionFacts> = {
  id: 'EN011',
  name: 'encryption-weak-key',
  chapter: 'encryption',
  severity: 'critical',
  summary: 'a key is published, or plainly not random',
  why: 'Keys of documentation and tutorials are the first that anybody tries. A key that was typed has so little in it that it can be guessed from one stored object. API servers take both.',
  fix: 'Make a key of 32 random bytes with `argocd-phase-plugin encryption generate`, and rotate to it. What was stored under the old one, backups of etcd too, is to be taken for read.',
  fixable: 'no',
  example: {
    bad: configurationOf(keyed('aescbc', 'key-a=c2VjcmV0IGlzIHNlY3VyZQ==')),
    good: configurationOf(keyed('aescbc', 'key-a')),
  },
  *find(facts): Iterable<Found> {
    for (const { file, configuration, read } of validFiles(facts)) {
      for (const { key, kind } of keysOf(configuration)) {
        if (read.placeholders.has(key)) continue
        const why = weakness(key.secret.revealBytes())
        if (why === undefined) continue
        yield foundIn(file, key.at, `${kind} key ${shownIdentifier(key.name)} ${why}`, {
          hint: 'make a new key of random bytes, and rotate to it: argocd-phase-plugin encryption plan rotate',
        })
      }
    }
  },
}
