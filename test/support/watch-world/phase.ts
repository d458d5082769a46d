// A Phase without a network: environments, references between them and credentials that see some of them.
// An answer says what was so when it was asked for, and arrives later.
import type { Credential, Sighting, WatchClock } from '../../../cmp/watch/model.ts'
import { CredentialError } from '../../../cmp/watch/model.ts'

export const HOST = 'https://phase.example'

interface Environment {
  version: number
  updatedAt: string
  /** Every change, on the clock's scale. */
  readonly changes: number[]
  references: readonly string[]
}

interface Access {
  sees: readonly string[]
  isRevoked: boolean
  /** Milliseconds until the answer arrives. */
  latency: () => number
  readonly credential: Credential
}

export class SimulatedPhase {
  readonly #clock: WatchClock
  readonly #environments = new Map<string, Environment>()
  readonly #accesses = new Map<string, Access>()
  /** When each request came, on the clock's scale. */
  readonly requests: number[] = []
  isDown = false
  /** Milliseconds that it asks everybody to wait; 0: it answers. */
  retryAfter = 0

  constructor(clock: WatchClock) {
    this.#clock = clock
  }

  /** An environment that changed last so many milliseconds ago. */
  environment(id: string, ago = 100 * 60 * 60 * 1000, references: readonly string[] = []): void {
    const updatedAt = new Date(this.#clock.wall() - ago).toISOString()
    const changes = [this.#clock.now() - ago]
    this.#environments.set(id, { version: 1, updatedAt, changes, references })
  }

  /** Changes values. */
  change(...ids: readonly string[]): void {
    for (const id of ids) {
      const environment = this.#at(id)
      environment.version += 1
      environment.changes.push(this.#clock.now())
      // Two changes within a millisecond have different microseconds.
      const micro = String(environment.version % 1000).padStart(3, '0')
      environment.updatedAt = new Date(this.#clock.wall()).toISOString().replace('Z', `${micro}Z`)
    }
  }

  /** Changes which others an environment's values refer to. */
  refer(id: string, ...references: readonly string[]): void {
    this.#at(id).references = references
    this.change(id)
  }

  version(id: string): number {
    return this.#at(id).version
  }

  /** Whether it changed within a time on the clock's scale. */
  changedWithin(id: string, from: number, to: number): boolean {
    return this.#at(id).changes.some((change) => change > from && change <= to)
  }

  /** These and all that they refer to, through any number of others. */
  reach(ids: readonly string[]): readonly string[] {
    const reached = new Set<string>()
    const queue = [...ids]
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (reached.has(id)) continue
      reached.add(id)
      queue.push(...this.#at(id).references)
    }
    return [...reached]
  }

  /** Makes a credential, or gives one that is there other environments to see. */
  grant(title: string, sees: readonly string[], latency: () => number = () => 200): void {
    const known = this.#accesses.get(title)
    if (known !== undefined) Object.assign(known, { sees, latency })
    else this.#accesses.set(title, this.#access(title, sees, latency))
  }

  /** The token is rejected from now on. */
  revoke(title: string): void {
    this.#known(title).isRevoked = true
  }

  /** A new token takes the place of the old one. */
  renew(title: string): void {
    const { sees, latency } = this.#known(title)
    this.#accesses.set(title, this.#access(title, sees, latency))
  }

  /** The file of the token is gone. */
  remove(title: string): void {
    this.#accesses.delete(title)
  }

  readonly credentials = async (): Promise<readonly Credential[]> =>
    [...this.#accesses.values()].map(({ credential }) => credential)

  #access(title: string, sees: readonly string[], latency: () => number): Access {
    const ask = (signal: AbortSignal) => this.#answer(access, signal)
    const credential: Credential = { title, host: HOST, ask }
    const access: Access = { sees, isRevoked: false, latency, credential }
    return access
  }

  async #answer(access: Access, signal: AbortSignal): Promise<readonly Sighting[]> {
    this.requests.push(this.#clock.now())
    const { isDown, retryAfter } = this
    const { isRevoked } = access
    const sightings = access.sees.map((environmentId) => ({
      host: HOST,
      environmentId,
      updatedAt: this.#at(environmentId).updatedAt,
      title: `${environmentId} of shop`,
    }))
    await this.#clock.sleep(access.latency(), signal)
    const hint = 'wait'
    if (isDown) throw new CredentialError('Phase is down', { isPermanent: false, hint })
    if (retryAfter > 0) {
      throw new CredentialError('too many requests', { isPermanent: false, retryAfter, hint })
    }
    if (isRevoked) throw new CredentialError('the token is rejected', { isPermanent: true, hint })
    return sightings
  }

  #known(title: string): Access {
    const access = this.#accesses.get(title)
    if (access === undefined) throw new Error(`no credential ${title}`)
    return access
  }

  #at(id: string): Environment {
    const environment = this.#environments.get(id)
    if (environment === undefined) throw new Error(`no environment ${id}`)
    return environment
  }
}
