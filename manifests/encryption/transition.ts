// Two configurations in, of before and after a change; what about the change is no legal step out. A step
// is legal if every API server of the old file can read what one of the new file writes, and the other way
// round, and nothing stored becomes unreadable.
import type { Means } from './effective.ts'
import { configuredProviders, effectiveProviders, meansOf, namedResources } from './effective.ts'
import type { EncryptionConfiguration, Provider } from './model.ts'
import { shownIdentifier } from './shown.ts'

/** What is wrong with a change, for one resource. */
export interface TransitionFault {
  /** As the file names it. */
  readonly resource: string
  /** `illegal` breaks reads; `hasty` does in one step what is safe in two, or was never needed. */
  readonly kind: 'illegal' | 'hasty'
  /** Follows the resource's name: `secretbox key k2 is new and writes at once`. */
  readonly message: string
  readonly hint: string
  /** The provider of the new file it is about; absent where it is about something gone. */
  readonly provider?: Provider | undefined
}

const TWO_STEPS = 'add it at the end first, and move it to the front in a change of its own'
const KEEP = 'keep it until everything is rewritten and every old backup is gone'
const ONE_STEP = 'do one step per change: add, promote or drop'

/** Everything that is wrong with a change, resource by resource; empty if each makes one legal step or none. */
export function transitionFaults(
  base: EncryptionConfiguration,
  head: EncryptionConfiguration,
): TransitionFault[] {
  const resources = new Set([...namedResources(base), ...namedResources(head)])
  const known = new Map<unknown, Map<unknown, readonly Fault[]>>()
  return [...resources].flatMap((resource) => {
    const [before, after] = [base, head].map((each) => effectiveProviders(each, resource))
    const isGone =
      configuredProviders(base, resource) !== undefined &&
      configuredProviders(head, resource) === undefined
    const column = known.get(before) ?? new Map<unknown, readonly Fault[]>()
    known.set(before, column)
    // What is gone has a list of providers that nothing else has.
    const faults = column.get(after) ?? compare(before ?? [], after ?? [], isGone)
    column.set(after, faults)
    return faults.map((fault) => ({ resource, ...fault }))
  })
}

function compare(
  before: readonly Provider[],
  after: readonly Provider[],
  isGone: boolean,
): readonly Fault[] {
  const [old, now] = [before, after].map((each) => meansOf(each, shownIdentifier))
  return faultsOf(old ?? [], aligned(old ?? [], now ?? []), isGone)
}

type Fault = Omit<TransitionFault, 'resource'>

function faultsOf(before: readonly Means[], after: readonly Means[], isGone: boolean): Fault[] {
  const [oldWriter, newWriter] = [before[0], after[0]]
  if (oldWriter === undefined || newWriter === undefined) return []
  if (isGone && before.some(({ provider }) => provider.kind !== 'identity')) {
    return isPlain(before) ? dropFaults(before, after) : [gone()]
  }
  const changed = changedSecrets(before, after)
  if (changed.length > 0) return changed
  const added = without(after, before)
  const removed = without(before, after)
  const isPromotion = oldWriter.identity !== newWriter.identity
  if (added.includes(newWriter)) return newWriterFaults(before, newWriter, removed)
  if (isPromotion && removed.length > 0) return [promotedAndDropped(newWriter, removed)]
  const steps = [added.length > 0, removed.length > 0, isPromotion].filter(Boolean)
  if (steps.length > 1) return [severalSteps(newWriter)]
  return []
}

/** A key that was written out and is a placeholder now, or the other way round, is taken for the same. */
function aligned(before: readonly Means[], after: readonly Means[]): readonly Means[] {
  return after.map((means) => {
    const same = before.filter(({ prefix }) => prefix === means.prefix)
    const [old] = same
    if (old === undefined || same.length > 1 || old.isOpen === means.isOpen) return means
    return { ...means, identity: old.identity }
  })
}

/** Whether nothing but identity writes, so that what else is there only reads. */
function isPlain(before: readonly Means[]): boolean {
  return before[0]?.provider.kind === 'identity'
}

/** Reading means go, and the writer stays: legal, once everything is rewritten. */
function dropFaults(before: readonly Means[], after: readonly Means[]): Fault[] {
  return before[0]?.identity === after[0]?.identity ? [] : [gone()]
}

function gone(): Fault {
  return {
    kind: 'illegal',
    message:
      'is in no entry any more: what is stored encrypted falls to identity, which cannot read it',
    hint: 'put identity first, rewrite everything, and remove the resource after that',
  }
}

/** One name, two secrets: what the old one wrote is opened with the new one. */
function changedSecrets(before: readonly Means[], after: readonly Means[]): Fault[] {
  return after.flatMap((means): Fault[] => {
    const old = before.filter(({ prefix }) => prefix === means.prefix)
    if (means.material === undefined || old.length === 0) return []
    if (old.some(({ identity }) => identity === means.identity)) return []
    return [
      {
        kind: 'illegal',
        message: `${means.label} has another secret than before: what it wrote cannot be read`,
        hint: 'leave the key as it was, and add the new one under a new name at the end',
        provider: means.provider,
      },
    ]
  })
}

function newWriterFaults(
  before: readonly Means[],
  writer: Means,
  removed: readonly Means[],
): Fault[] {
  const lost = removed.map((means): Fault => {
    const isWriter = means.identity === before[0]?.identity
    const stored = means.provider.kind === 'identity' ? 'stored in the clear' : 'that it wrote'
    return {
      kind: 'illegal',
      message: `${means.label} is removed ${isWriter ? 'while it still writes' : 'in the same change'}: what is ${stored} cannot be read`,
      hint: KEEP,
    }
  })
  const wasPlain = before.every(({ provider }) => provider.kind === 'identity')
  const others = 'API servers that do not have it yet cannot read what it writes'
  return [
    {
      // The documentation enables encryption so; with one API server there is nobody who could not read.
      kind: wasPlain ? 'hasty' : 'illegal',
      message: `${writer.label} is new and writes at once: ${others}`,
      hint: TWO_STEPS,
      provider: writer.provider,
    },
    ...lost,
  ]
}

function promotedAndDropped(writer: Means, removed: readonly Means[]): Fault {
  const labels = removed.map(({ label }) => label).join(' and ')
  return {
    kind: 'illegal',
    message: `${writer.label} begins to write and ${labels} is removed in one change: what is not rewritten yet cannot be read`,
    hint: KEEP,
    provider: writer.provider,
  }
}

function severalSteps(writer: Means): Fault {
  return {
    kind: 'hasty',
    message: 'makes several steps in one change',
    hint: ONE_STEP,
    provider: writer.provider,
  }
}

function without(means: readonly Means[], others: readonly Means[]): Means[] {
  const known = new Set(others.map(({ identity }) => identity))
  return means.filter(({ identity }) => !known.has(identity))
}
