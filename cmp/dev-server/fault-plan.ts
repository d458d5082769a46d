// Faults and a request → the faults that meet it. How each looks on the wire is in send.ts.
import type { Fault } from './faults.ts'
import type { ApiRequest } from './request.ts'

/** Faults that wear out as requests meet them. */
export interface FaultPlan {
  /** The faults that meet this request, in order: every latency, and the first of the others. */
  meet(request: ApiRequest): readonly Fault[]
}

export function planFaults(faults: readonly Fault[]): FaultPlan {
  const left = new Map(faults.map((fault) => [fault, fault.times ?? Number.POSITIVE_INFINITY]))
  return {
    meet(request) {
      const live = faults.filter((fault) => (left.get(fault) ?? 0) > 0 && matches(fault, request))
      const main = live.find(({ effect }) => effect !== 'latency')
      const met = live.filter((fault) => fault.effect === 'latency' || fault === main)
      for (const fault of met) left.set(fault, (left.get(fault) ?? 0) - 1)
      return met
    },
  }
}

function matches(fault: Fault, request: ApiRequest): boolean {
  const { environment } = request
  return (
    (fault.endpoint === undefined || fault.endpoint === request.endpoint) &&
    (fault.path === undefined || fault.path === request.path) &&
    (fault.token === undefined || fault.token === request.account?.name) &&
    (fault.environment === undefined ||
      fault.environment === environment?.label ||
      fault.environment === environment?.id)
  )
}
