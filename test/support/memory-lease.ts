// A lease as an API server keeps it: one version, writes only over the version that was read. Requests and
// answers take their time, by the test's clock; a request on its way arrives even if nobody waits for it.
import { untilAborted } from '../../cmp/abortable.ts'
import type { Lease, LeaseReading, LeaseRecord } from '../../cmp/watch/election/lease.ts'
import { KubernetesError } from '../../cmp/watch/kubernetes/failure.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What happens to one request: milliseconds on its way, and back. */
export type Fate = { readonly there: number; readonly back: number } | 'refused' | 'lost' | 'denied'

export interface MemoryLease {
  /** Undefined: there is no such object. */
  record: LeaseRecord | undefined
  /** Every record that was written, with its time. */
  readonly history: readonly { readonly at: number; readonly record: LeaseRecord }[]
  /** Somebody changes something else of the object. */
  touch(): void
  /** The lease as one candidate reaches it. */
  reached(fate: () => Fate): Lease
}

export function memoryLease(time: VirtualTime, first?: LeaseRecord): MemoryLease {
  let version = 1
  let mark = 1
  const history: { at: number; record: LeaseRecord }[] = []
  const versions = new WeakMap<LeaseReading, number>()
  const reading = (): LeaseReading => {
    if (self.record === undefined) throw fault('missing')
    const read = { record: self.record, mark: String(mark) }
    versions.set(read, version)
    return read
  }
  const put = (record: LeaseRecord): LeaseReading => {
    version += 1
    mark += 1
    self.record = record
    history.push({ at: time.now(), record })
    return reading()
  }
  const self: MemoryLease = {
    record: first,
    history,
    touch: () => {
      version += 1
    },
    reached: (fate) => {
      const request = <T>(signal: AbortSignal, act: () => T): Promise<T> =>
        untilAborted(signal, transport(time, fate(), act))
      return {
        read: (signal) => request(signal, reading),
        write: (record, over, signal) =>
          request(signal, () => {
            if (self.record === undefined) throw fault('missing')
            if (versions.get(over) !== version) throw fault('conflict')
            return put(record)
          }),
        create: (record, signal) =>
          request(signal, () => {
            if (self.record !== undefined) throw fault('conflict')
            return put(record)
          }),
      }
    },
  }
  return self
}

async function transport<T>(time: VirtualTime, fate: Fate, act: () => T): Promise<T> {
  if (fate === 'refused') throw fault('outside')
  if (fate === 'denied') throw fault('forbidden')
  if (fate === 'lost') return new Promise<never>(() => {})
  await time.sleep(fate.there)
  // What the server says to it is decided here, whenever that arrives.
  const answer = attempt(act)
  await time.sleep(fate.back)
  return answer()
}

function attempt<T>(act: () => T): () => T {
  try {
    const result = act()
    return () => result
  } catch (error) {
    return () => {
      throw error
    }
  }
}

function fault(kind: KubernetesError['fault']): KubernetesError {
  return new KubernetesError(kind, `the lease is ${kind}`, 'it is a test')
}
