// An entry of a configuration in; everything that it can read with out, key by key, and which of it a
// step of a rotation means.
import type { Problem } from '../problem.ts'
import { dayOf } from './generate-key.ts'
import type { Key, Provider, ResourceEntry } from './model.ts'
import { shownIdentifier } from './shown.ts'

/** A key with its provider, a KMS plugin, or plain text. */
export interface Means {
  /** Of the provider in its entry. */
  readonly index: number
  readonly provider: Provider
  readonly key?: Key | undefined
}

/** What is asked for; what is undefined is left open. */
export interface Wanted {
  readonly step: 'promote' | 'drop'
  readonly kind?: Provider['kind'] | undefined
  /** Of a key or of a KMS plugin. */
  readonly name?: string | undefined
}

/** `isDecided`: an error even if the step fits other entries. */
export type Refusal = Pick<Problem, 'message' | 'hint'> & { readonly isDecided: boolean }

/** An entry's next state. */
export interface Turned {
  readonly entry: ResourceEntry
  /** What was moved, in words. */
  readonly moved: string
}

/** In the order in which it is tried; the first writes. */
export function meansOf({ providers }: ResourceEntry): readonly Means[] {
  return providers.flatMap((provider, index): Means[] => {
    if (provider.kind === 'identity' || provider.kind === 'kms') return [{ index, provider }]
    return provider.keys.map((key) => ({ index, provider, key }))
  })
}

/** The name of a key or plugin; undefined for identity. */
export function nameOf({ provider, key }: Means): string | undefined {
  return provider.kind === 'kms' ? provider.name : key?.name
}

/** For a message: `key phase-20261125-a1b2 of secretbox`. Names only, never a key itself. */
export function describe(means: Means): string {
  const { provider } = means
  if (provider.kind === 'identity') return 'identity'
  const name = shownIdentifier(nameOf(means) ?? '')
  return `${provider.kind === 'kms' ? 'plugin' : 'key'} ${name} of ${provider.kind}`
}

/** The one that a step is about, which never is the one that writes. */
export function choose(entry: ResourceEntry, wanted: Wanted): Means | Refusal {
  const [writer, ...readers] = meansOf(entry)
  if (writer === undefined) return { message: 'the entry has no provider', isDecided: true }
  const found = readers.filter((means) => fits(means, wanted))
  const [only] = found
  if (only === undefined) return noneOf(writer, wanted)
  if (found.length > 1) return ambiguous(found)
  return wanted.name === undefined ? inOrder(writer, only, wanted) : only
}

/** Unasked, plain text is never meant: to stop encrypting has to be said. */
function fits(means: Means, { kind, name }: Wanted): boolean {
  if (name !== undefined && nameOf(means) !== name) return false
  return kind === undefined ? means.provider.kind !== 'identity' : means.provider.kind === kind
}

function noneOf(writer: Means, wanted: Wanted): Refusal {
  const { step, name, kind } = wanted
  const isNamed = name !== undefined || kind !== undefined
  if (isNamed && fits(writer, wanted)) {
    const state = step === 'drop' ? 'still writes' : 'writes already'
    const hint =
      step === 'drop' ? 'promote another one, and rewrite all objects, before' : undefined
    return { message: `${describe(writer)} ${state}`, hint, isDecided: step === 'drop' }
  }
  const reads = isNamed ? 'nothing that is asked for' : `nothing beside ${describe(writer)}`
  const hint =
    step === 'promote'
      ? 'the step before is --step add, and that every API server has its file'
      : 'there is nothing to drop before a key was added and promoted'
  return { message: `${reads} can be read with`, hint, isDecided: false }
}

function ambiguous(found: readonly Means[]): Refusal {
  const message = `there are several: ${found.map(describe).join(', ')}`
  return { message, hint: 'say with --key-name or --provider which one', isDecided: true }
}

/** Names that this program gave tell which key came first. Those of one day do not. */
function inOrder(writer: Means, found: Means, { step }: Wanted): Means | Refusal {
  const written = dayOf(nameOf(writer) ?? '')
  const other = dayOf(nameOf(found) ?? '')
  if (written === undefined || other === undefined) return found
  if (step === 'promote' && other < written) {
    const message = `${describe(found)} is older than ${describe(writer)}, which writes`
    const hint = 'add a new key before; to go back to the old one name it with --key-name'
    return { message, hint, isDecided: true }
  }
  if (step === 'drop' && other > written) {
    const message = `${describe(found)} is newer than ${describe(writer)}, which still writes`
    const hint = 'promote it before; to take the new one back name it with --key-name'
    return { message, hint, isDecided: true }
  }
  return found
}
