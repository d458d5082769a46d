// A lease as the Kubernetes API has it: `coordination.k8s.io/v1`. Times in it are for people, and for other
// programs that look at it; nothing here is decided by them.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { V1Lease } from '@kubernetes/client-node'
import type { KubernetesOptions } from '../kubernetes/named-object.ts'
import { openLease } from '../kubernetes/named-object.ts'
import type { WatchClock } from '../model.ts'
import type { ObjectPlace } from '../settings.ts'
import type { Lease, LeaseReading, LeaseRecord } from './lease.ts'

/** The pod's name and something that no other process has, nor this one after a restart. */
export function newIdentity(): string {
  return `${hostname()}_${randomUUID()}`
}

/**
 * The lease of that name, in the pod's namespace where it names none. It is created where it is missing, if
 * that is allowed: the installation has an empty one, so that get and update of one name are all that is
 * needed.
 */
export function kubernetesLease(
  place: ObjectPlace,
  options: KubernetesOptions,
  clock: Pick<WatchClock, 'wall'>,
): Lease {
  const lease = openLease(place, options)
  const readings = new WeakMap<LeaseReading, V1Lease>()
  let writes = 0
  const stamped = (object: V1Lease, record: LeaseRecord): V1Lease => {
    writes += 1
    return withRecord(object, record, new MicroTime(clock.wall(), writes))
  }
  const reading = (object: V1Lease): LeaseReading => {
    const read = readingOf(object)
    readings.set(read, object)
    return read
  }
  return {
    read: async (signal) => reading(await lease.read(signal)),
    write: async (record, over, signal) => {
      const object = stamped(readings.get(over) ?? {}, record)
      return reading(await lease.replace(object, signal))
    },
    create: async (record, signal) => {
      const object = stamped({ metadata: { name: place.name } }, record)
      return reading(await lease.create(object, signal))
    },
  }
}

function readingOf({ spec = {} }: V1Lease): LeaseReading {
  const record = {
    holder: spec.holderIdentity ?? '',
    duration: (spec.leaseDurationSeconds ?? 0) * 1000,
    transitions: spec.leaseTransitions ?? 0,
  }
  return { record, mark: JSON.stringify(spec) }
}

function withRecord(lease: V1Lease, record: LeaseRecord, now: MicroTime): V1Lease {
  // The API server keeps its books itself.
  const { managedFields: _, ...metadata } = lease.metadata ?? {}
  const { holderIdentity, acquireTime, ...rest } = lease.spec ?? {}
  const isRenewal = record.holder === holderIdentity && acquireTime !== undefined
  const spec = {
    ...rest,
    // An empty one is not taken.
    ...(record.holder === '' ? {} : { holderIdentity: record.holder }),
    leaseDurationSeconds: Math.ceil(record.duration / 1000),
    leaseTransitions: record.transitions,
    acquireTime: isRenewal ? acquireTime : now,
    renewTime: now,
  }
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...lease, metadata, spec }
}

/**
 * Kubernetes takes exactly six digits after the second. The clock knows three; the others count our writes,
 * so that no renewal is like the one before, whatever the clock of the wall does: the API server would not
 * write it, and the others would take us for dead. The library's own class is not loaded yet.
 */
class MicroTime extends Date {
  readonly #count: string

  constructor(wall: number, count: number) {
    super(wall)
    this.#count = String(count % 1000).padStart(3, '0')
  }

  override toISOString(): string {
    return super.toISOString().replace('Z', `${this.#count}Z`)
  }
}
