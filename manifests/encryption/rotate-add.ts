// An entry of a configuration in; the same with one more key that reads, out. Nothing moves to the front.
import type { EncryptionChoice } from './generate.ts'
import { newProvider } from './generate.ts'
import type { Chance } from './generate-key.ts'
import { isKeyed, newKey } from './generate-key.ts'
import type { Key, KeyedKind, Provider, ResourceEntry } from './model.ts'
import type { Refusal, Turned } from './rotate-means.ts'
import { describe } from './rotate-means.ts'

/** What is added. */
export interface Addition {
  readonly choice?: EncryptionChoice | undefined
  readonly keyName?: string | undefined
  /** Names that a new key may not get. */
  readonly taken: readonly string[]
}

/** All entries of one kind get the same key: it is one more to keep, not one for each. */
export function adder(
  addition: Addition,
  chance: Chance,
): (entry: ResourceEntry) => Turned | Refusal {
  const { choice, keyName, taken } = addition
  const keys = new Map<KeyedKind, Key>()
  const keyOf = (kind: KeyedKind): Key => {
    const known = keys.get(kind)
    const names = [...taken, ...[...keys.values()].map(({ name }) => name)]
    const key = known ?? newKey(keyName, names, chance)
    keys.set(kind, key)
    return key
  }
  return (entry) => {
    if (choice !== undefined && !isKeyed(choice.kind)) {
      return addProvider(entry, newProvider(choice, taken, chance))
    }
    const kind = choice?.kind ?? entry.providers[0]?.kind
    if (kind === undefined || !isKeyed(kind)) return notKeyed(kind)
    if (keyName !== undefined && keys.size > 0 && !keys.has(kind)) return oneName()
    return addKey(entry, kind, keyOf(kind))
  }
}

function addKey(entry: ResourceEntry, kind: KeyedKind, key: Key): Turned {
  const place = entry.providers.findIndex((provider) => provider.kind === kind)
  if (place === -1) return added(entry, { kind, keys: [key] })
  const providers = entry.providers.map(
    (provider, index): Provider =>
      index === place && 'keys' in provider
        ? { ...provider, keys: [...provider.keys, key] }
        : provider,
  )
  const moved = describe({ index: place, provider: { kind, keys: [key] }, key })
  return { entry: { ...entry, providers }, moved }
}

function addProvider(entry: ResourceEntry, provider: Provider): Turned | Refusal {
  const isThere = entry.providers.some(({ kind }) => kind === 'identity')
  if (provider.kind !== 'identity' || !isThere) return added(entry, provider)
  return { message: 'plain text can be read already', isDecided: false }
}

/** At the end, but before plain text: that stays what is tried when nothing else fits. */
function added(entry: ResourceEntry, provider: Provider): Turned {
  const { providers } = entry
  const isLast = providers.length > 1 && providers.at(-1)?.kind === 'identity'
  const place = providers.length - (isLast ? 1 : 0)
  const moved = describe({
    index: place,
    provider,
    key: 'keys' in provider ? provider.keys[0] : undefined,
  })
  return { entry: { ...entry, providers: providers.toSpliced(place, 0, provider) }, moved }
}

function notKeyed(kind: Provider['kind'] | undefined): Refusal {
  if (kind === 'kms') {
    const message = 'the key of a KMS plugin is not in the file'
    const hint = 'rotate it in the KMS, then rewrite all objects; or add another --provider'
    return { message, hint, isDecided: false }
  }
  const message = 'nothing is encrypted yet'
  return { message, hint: 'say with --provider what to encrypt with', isDecided: false }
}

function oneName(): Refusal {
  const message = 'entries of different providers need different keys'
  return { message, hint: 'leave out --key-name, or name one with --resource', isDecided: true }
}
