// The seam to wherever Phase's answers are kept from run to run, and how long they hold. Only sealed
// data is kept, as it was received; cmp/ has the folder for it, tests have a map.

/** An answer that was kept. */
export interface CachedAnswer {
  /** As it was received: ciphertext, and names. */
  readonly body: Uint8Array
  /** When it was asked for, in milliseconds since 1970. */
  readonly asked: number
  /** Its environment's `updated_at`, read before it was asked for; empty for the account. */
  readonly tag: string
}

/** The answers kept for one token at one host. Nothing here throws: a cache that fails is empty. */
export interface AnswerCache {
  read(name: string): Promise<CachedAnswer | undefined>
  write(name: string, answer: CachedAnswer): Promise<void>
  /** Forgets everything of this token. */
  clear(): Promise<void>
}

/** Where answers are kept, and how long they hold. */
export interface CacheOptions {
  /** The cache of the credential with this key: `PhaseToken.cacheKey`, 32 bytes. */
  open(key: Uint8Array): AnswerCache
  /**
   * Milliseconds after which secrets are asked for again although `updated_at` is the same; 24 h by
   * default. It does not move with the name of a tag, and a role, an environment's access list or a
   * network policy that was withdrawn shows only when secrets are asked for.
   */
  readonly maxAge?: number | undefined
  /**
   * Use the last known answers while Phase is down, if they were known to be current at most so many
   * milliseconds ago. Absent: never. No kept secrets are older than this and `maxAge` together.
   */
  readonly staleIfError?: number | undefined
  /** Milliseconds since 1970; by default the system's clock. */
  readonly now?: (() => number) | undefined
}
