// Secrets in, their values with every reference replaced out. Reads what the values refer to wave
// by wave, each folder once, then leaves it to assemble.ts to put the texts together.
import { quotedName } from '../../manifests/names.ts'
import type { SecretValue } from '../../manifests/secret-value.ts'
import { normalisePath } from '../paths.ts'
import type { Access, SourceFailure, SourceRequest } from '../source.ts'
import { SourceError } from '../source.ts'
import type { Account, Environment } from './account.ts'
import type { Pieces } from './assemble.ts'
import { assemble, MAX_DEPTH } from './assemble.ts'
import { FailureList } from './failures.ts'
import type { Reference } from './references.ts'
import { splitReferences } from './references.ts'
import type { Folder, Secret } from './secrets.ts'
import { matching } from './select.ts'

/** What the resolver reads from. */
export interface Reading {
  /** What may be read, and nothing else. */
  readonly account: Account
  /** Shared: asking twice for one folder reads it once. @throws {SourceError} */
  folder(environment: Environment, path: string): Promise<Folder>
  /** The keys that exist only as dynamic secrets at a path; empty if that cannot be learnt. */
  dynamicKeys(environment: Environment, path: string): Promise<readonly string[]>
}

export interface Resolution {
  /** The value of every secret that was wanted. */
  readonly values: ReadonlyMap<Secret, SecretValue>
  /** The wanted secrets and those they refer to, in the order they were met. */
  readonly used: readonly Secret[]
  /** Where references lead, whether or not their keys are there. */
  readonly visited: ReadonlySet<Environment>
  /** References that do not resolve, where that is allowed. */
  readonly warnings: readonly SourceFailure[]
}

const MEND = 'mend the reference in Phase; onSecretReferenceError: Warn keeps its text as it is'

/** Where a reference leads, or why it leads nowhere. */
type Place = { readonly environment: Environment; readonly path: string; readonly key: string }

/**
 * Resolves the references in the values of `wanted`, which are sorted by key.
 * @throws {SourceError} with everything that keeps them from resolving.
 */
export async function resolveReferences(
  wanted: readonly Secret[],
  reading: Reading,
  onReferenceError: SourceRequest['onReferenceError'],
  access: Access,
): Promise<Resolution> {
  const walk = new Walk(wanted[0], reading, onReferenceError, access)
  let wave = wanted
  for (let depth = 0; wave.length > 0 && depth <= MAX_DEPTH; depth += 1) {
    wave = await walk.expand(wave)
  }
  const values = assemble(walk.cut, wanted, walk.failures)
  walk.failures.throwIfAny()
  const { cut, visited, warnings } = walk
  return { values, used: [...cut.keys()], visited, warnings: warnings.all }
}

class Walk {
  readonly cut = new Map<Secret, Pieces>()
  readonly visited = new Set<Environment>()
  readonly failures = new FailureList()
  readonly warnings = new FailureList()
  /** Any secret of the folder that was asked for. */
  readonly #home: Secret | undefined
  readonly #reading: Reading
  readonly #lenient: boolean
  readonly #access: Access
  /** Failed reads that were reported; several references may wait for one of them. */
  readonly #reported = new Set<unknown>()

  constructor(
    home: Secret | undefined,
    reading: Reading,
    onReferenceError: SourceRequest['onReferenceError'],
    access: Access,
  ) {
    this.#home = home
    this.#reading = reading
    this.#lenient = onReferenceError === 'Warn'
    this.#access = access
  }

  /** Cuts the values of one wave and returns the secrets they refer to that are new. */
  async expand(wave: readonly Secret[]): Promise<readonly Secret[]> {
    const holders = wave
      .filter((secret) => !this.cut.has(secret))
      .map((secret) => ({
        secret,
        pieces: this.failures.try(() => splitReferences(secret.value().revealText())) ?? [],
      }))
    await this.#readAhead(holders)
    const next = new Set<Secret>()
    for (const { secret, pieces } of holders) {
      const followed: (string | Secret)[] = []
      for (const piece of pieces) {
        const target = typeof piece === 'string' ? undefined : await this.#follow(secret, piece)
        followed.push(target ?? (typeof piece === 'string' ? piece : piece.text))
        if (target !== undefined) next.add(target)
      }
      this.cut.set(secret, followed)
    }
    return [...next]
  }

  /** Starts all reads of a wave at once; their failures are met again, and reported, one by one. */
  async #readAhead(
    holders: readonly { secret: Secret; pieces: readonly (string | Reference)[] }[],
  ): Promise<void> {
    const reads = holders.flatMap(({ secret, pieces }) =>
      pieces.map(async (piece) => {
        const place = typeof piece === 'string' ? '' : this.#locate(secret, piece)
        if (typeof place !== 'string') await this.#reading.folder(place.environment, place.path)
      }),
    )
    await Promise.allSettled(reads)
  }

  async #follow(holder: Secret, reference: Reference): Promise<Secret | undefined> {
    const place = this.#locate(holder, reference)
    if (typeof place === 'string') return this.#unresolved(holder, reference, place)
    this.visited.add(place.environment)
    try {
      const folder = await this.#reading.folder(place.environment, place.path)
      const secret = folder.find(place.key)
      if (secret !== undefined) return secret
    } catch (error) {
      this.#readFailed(error, holder)
      return undefined
    }
    if (!this.#lenient) {
      const dynamic = await this.#reading.dynamicKeys(place.environment, place.path)
      if (dynamic.includes(place.key)) return this.#dynamicOnly(holder, place)
    }
    return this.#unresolved(holder, reference, 'there is no such key')
  }

  #locate(holder: Secret, { target }: Reference): Place | string {
    if (target === undefined) return 'it has none of the forms of a reference'
    const { account } = this.#reading
    const { id } = holder.environment.app
    const [app, otherApp] = matching(account.apps, target.app ?? id)
    const none = this.#access.isLimited ? 'what is allowed has' : 'the token sees'
    if (app === undefined) return `${none} no such app`
    if (otherApp !== undefined) return 'more than one app has that name'
    const { environment: name = holder.environment.id } = target
    const [environment, other] = matching(app.environments, name)
    if (environment === undefined) return `${none} no such environment`
    if (other !== undefined) return 'more than one environment has that name'
    const path = normalisePath(target.path)
    if (path === undefined) return 'no request can carry its path'
    if (!this.#access.allows({ app, environment, path })) return 'its path is not allowed'
    return { environment, path, key: target.key }
  }

  #unresolved(holder: Secret, { text }: Reference, why: string): undefined {
    // The text may be part of a password that only looks like a reference.
    const name = /^[\w./:-]+$/.test(text.slice(2, -1)) ? `reference ${text}` : 'a reference'
    const failure: SourceFailure = {
      code: 'ERR_REFERENCE_UNRESOLVED',
      fault: 'input',
      field: 'secrets',
      message: `${name} in the value of ${this.#name(holder)} does not resolve: ${why}`,
      hint: this.#access.isLimited ? `mend it in Phase, or ${this.#access.hint}` : MEND,
    }
    if (this.#lenient) this.warnings.add(failure)
    else this.failures.add(failure)
  }

  #dynamicOnly(holder: Secret, { environment, path, key }: Place): undefined {
    this.failures.add({
      code: 'ERR_DYNAMIC_SECRET',
      fault: 'input',
      field: 'secrets',
      message: `the value of ${this.#name(holder)} refers to ${quotedName(key)} at path ${quotedName(path)} of ${environment.title}, which exists only as a dynamic secret`,
      hint: 'a render never leases credentials; let the workload fetch dynamic secrets itself',
    })
  }

  #readFailed(error: unknown, holder: Secret): void {
    if (this.#reported.has(error)) return
    this.#reported.add(error)
    if (!(error instanceof SourceError)) throw error
    for (const failure of error.failures) {
      const { field, message } = failure
      const ofPlace = field !== 'host' && field !== 'token'
      this.failures.add(
        ofPlace
          ? {
              ...failure,
              field: 'secrets',
              message: `${message}, which the value of ${this.#name(holder)} refers to`,
            }
          : failure,
      )
    }
  }

  /** A key, and its place if that is not the folder that was asked for. */
  #name(secret: Secret): string {
    const { environment, path } = secret
    const isHome = environment === this.#home?.environment && path === this.#home.path
    const place = isHome ? '' : ` at path ${quotedName(path)} of ${environment.title}`
    return `${quotedName(secret.key())}${place}`
  }
}
