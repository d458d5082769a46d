// A configuration and one step in; the next configuration out. A key is readable everywhere before it
// writes anywhere: add (it reads), promote (it writes), rewrite all objects, drop (the old one).
// Nothing but what is dropped is lost, and what writes is never dropped.
import type { Outcome } from '../document.ts'
import type { Problem } from '../problem.ts'
import { usageError } from '../problem.ts'
import type { EncryptionChoice } from './generate.ts'
import { keyNames } from './generate.ts'
import type { Chance } from './generate-key.ts'
import type { EncryptionConfiguration, Provider, ResourceEntry } from './model.ts'
import { adder } from './rotate-add.ts'
import type { Means, Refusal, Turned } from './rotate-means.ts'
import { choose, describe, meansOf } from './rotate-means.ts'
import { shownIdentifier } from './shown.ts'

export const STEPS = ['add', 'promote', 'drop'] as const
export type Step = (typeof STEPS)[number]

/** Which step, for what. */
export interface RotateRequest {
  readonly step: Step
  /** For `add`: what to add; by default another key of what the entry writes with. */
  readonly choice?: EncryptionChoice | undefined
  /** For the other steps: which kind is meant. Plain text has to be named. */
  readonly kind?: Provider['kind'] | undefined
  /** For `add` the new name, else which one. */
  readonly keyName?: string | undefined
  /** Only the entry that lists it; undefined: every entry. */
  readonly resource?: string | undefined
  /** Whether somebody has looked that every API server runs the file as it is now. */
  readonly everyServerHasIt: boolean
}

/** What came out. */
export interface Rotated {
  readonly configuration: EncryptionConfiguration
  /** Which keys, in words. */
  readonly moved: readonly string[]
}

/** Takes the step, in every entry that it fits, or says why it is out of order. */
export function rotate(
  configuration: EncryptionConfiguration,
  request: RotateRequest,
  chance: Chance,
): Outcome<Rotated> {
  const { entries } = configuration
  const chosen = chosenEntries(entries, request)
  const early = earlyFault(configuration, request, chosen)
  if (early !== undefined) return { problems: [early] }
  const turn = turner(configuration, request, chance)
  const results = entries.map((entry) => (chosen.includes(entry) ? turn(entry) : entry))
  const turned = results.filter((result) => 'entry' in result)
  const refused = entries.flatMap((entry, index): Problem[] => {
    const result = results[index]
    if (result === undefined || !('isDecided' in result)) return []
    return result.isDecided || turned.length === 0 ? [asProblem(entry, result)] : []
  })
  if (refused.length > 0) return { problems: refused }
  const next = entries.map((entry, index) => {
    const result = results[index]
    return result !== undefined && 'entry' in result ? result.entry : entry
  })
  const moved = [...new Set(turned.map((result) => result.moved))]
  return { value: { configuration: { entries: next }, moved } }
}

/** An entry of plain text beside others is an exception that somebody made: only its name reaches it. */
function chosenEntries(
  entries: readonly ResourceEntry[],
  { resource }: RotateRequest,
): readonly ResourceEntry[] {
  if (resource !== undefined) return entries.filter((entry) => entry.resources.includes(resource))
  const encrypted = entries.filter(({ providers }) =>
    providers.some(({ kind }) => kind !== 'identity'),
  )
  return encrypted.length === 0 ? entries : encrypted
}

function earlyFault(
  configuration: EncryptionConfiguration,
  { step, keyName, resource, everyServerHasIt, choice }: RotateRequest,
  chosen: readonly ResourceEntry[],
): Problem | undefined {
  if (chosen.length === 0) {
    const known = shownResources(configuration.entries.flatMap((entry) => entry.resources))
    return usageError(
      `no entry lists ${shownIdentifier(resource ?? '')}`,
      `the file lists ${known}`,
    )
  }
  if (step === 'promote' && !everyServerHasIt) {
    const message = 'a key may write only when every API server can read with it'
    const hint =
      'look at the hash that each of them exports (see encryption plan rotate), then add --every-server-has-it'
    return { severity: 'error', fault: 'input', message, hint }
  }
  if (step !== 'add') return undefined
  const name = choice?.kind === 'kms' ? choice.kms.name : keyName
  if (name !== undefined && keyNames(configuration).includes(name)) {
    const hint =
      'a name is never used again: data that the old key wrote would be read with the new'
    return usageError('there is a key of this name already', hint)
  }
  if (choice?.kind === 'kms' && chosen.length > 1) {
    const hint = 'say with --resource which entry, and give each a name of its own'
    return usageError('a KMS plugin can be named in one entry only', hint)
  }
  return undefined
}

function turner(
  configuration: EncryptionConfiguration,
  { step, choice, kind, keyName: name }: RotateRequest,
  chance: Chance,
): (entry: ResourceEntry) => Turned | Refusal {
  if (step === 'add')
    return adder({ choice, keyName: name, taken: keyNames(configuration) }, chance)
  return (entry) => {
    const found = choose(entry, { step, kind, name })
    if ('message' in found) return found
    return step === 'promote' ? promote(entry, found) : drop(entry, found)
  }
}

/** Moves the key to the front of its provider, and that to the front of the entry. */
function promote(entry: ResourceEntry, means: Means): Turned {
  const { index, provider, key } = means
  const others = entry.providers.filter((_, other) => other !== index)
  const first =
    key !== undefined && 'keys' in provider
      ? { ...provider, keys: [key, ...provider.keys.filter((other) => other !== key)] }
      : provider
  return { entry: { ...entry, providers: [first, ...others] }, moved: describe(means) }
}

/** A provider without keys is refused by the API server: it goes with its last one. */
function drop(entry: ResourceEntry, means: Means): Turned {
  const providers = entry.providers.flatMap((provider, index) => {
    if (index !== means.index) return [provider]
    if (means.key === undefined || !('keys' in provider)) return []
    const keys = provider.keys.filter((key) => key !== means.key)
    return keys.length === 0 ? [] : [{ ...provider, keys }]
  })
  return { entry: { ...entry, providers }, moved: describe(means) }
}

function asProblem({ resources, at }: ResourceEntry, { message, hint }: Refusal): Problem {
  const text = `${shownResources(resources)}: ${message}`
  return { severity: 'error', fault: 'input', at, message: text, hint }
}

/** What writes in each entry, in words: for whoever has to look at it. */
export function writersOf({ entries }: EncryptionConfiguration): readonly string[] {
  return entries.flatMap((entry) => {
    const [writer] = meansOf(entry)
    return writer === undefined ? [] : [`${shownResources(entry.resources)}: ${describe(writer)}`]
  })
}

function shownResources(resources: readonly string[]): string {
  return resources.map(shownIdentifier).join(', ')
}
