// The nouns of an election: who holds a lease, and where that is written down.

/** What a lease says. */
export interface LeaseRecord {
  /** Empty: it is free. */
  readonly holder: string
  /** Milliseconds that others have to wait after the record last changed. */
  readonly duration: number
  /** How often the holder changed. */
  readonly transitions: number
}

/** A record that was read or written. */
export interface LeaseReading {
  readonly record: LeaseRecord
  /** Another text for every write, by whomever: it is how others see that the holder is alive. */
  readonly mark: string
}

/** A lease somewhere. @throws {KubernetesError} from every function; of `conflict` nothing is written. */
export interface Lease {
  read(signal: AbortSignal): Promise<LeaseReading>
  /** Fails with `conflict` where it was written since `over` was read or written. */
  write(record: LeaseRecord, over: LeaseReading, signal: AbortSignal): Promise<LeaseReading>
  /** Fails with `conflict` where there is one. */
  create(record: LeaseRecord, signal: AbortSignal): Promise<LeaseReading>
}

/** Milliseconds; client-go's names and values, which hold for every controller of Kubernetes. */
export interface ElectionTiming {
  /** How long the others wait for a holder that says nothing. */
  readonly leaseDuration: number
  /**
   * How long after its last renewal a holder acts. The difference to `leaseDuration` is what is left for
   * its work to end in, and for clocks that do not run at the same speed.
   */
  readonly renewDeadline: number
  /** Between two attempts; candidates add up to 1.2 times as much by chance. */
  readonly retryPeriod: number
}

export const ELECTION_TIMING: ElectionTiming = {
  leaseDuration: 15_000,
  renewDeadline: 10_000,
  retryPeriod: 2_000,
}
