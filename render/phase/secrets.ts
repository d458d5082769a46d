// One folder of secrets: the rows of one (environment, path) in, secrets that open lazily out.
// A field that does not open is one indistinct failure that names the row and the place.
import { quotedName } from '../../manifests/names.ts'
import { SecretValue } from '../../manifests/secret-value.ts'
import type { SourceFailure } from '../source.ts'
import type { Environment } from './account.ts'
import { OpenError } from './crypto.ts'
import { FailureList, refusal } from './failures.ts'
import type { WireSecret } from './wire.ts'

/** One secret; key and value open on first use. */
export class Secret {
  readonly id: string
  readonly environment: Environment
  readonly path: string
  readonly tags: readonly string[]
  readonly rotating: boolean
  /** Whether somebody has an active personal override of it. */
  readonly overridden: boolean
  readonly #wire: WireSecret
  readonly #useOverride: boolean
  #key: string | undefined
  #value: SecretValue | undefined

  constructor(environment: Environment, wire: WireSecret, useOverride: boolean) {
    this.id = wire.id
    this.environment = environment
    this.path = wire.path
    this.tags = wire.tags
    this.rotating = wire.rotating
    this.overridden = wire.override !== undefined
    this.#wire = wire
    this.#useOverride = useOverride
  }

  /** @throws {SourceError} ERR_UNDECRYPTABLE */
  key(): string {
    this.#key ??= this.#open(this.#wire.key)
    return this.#key
  }

  /** @throws {SourceError} ERR_UNDECRYPTABLE */
  value(): SecretValue {
    if (this.#value === undefined) {
      const { value, override } = this.#wire
      const field = (this.#useOverride ? override : undefined) ?? value
      // The server accepts an empty value that nobody sealed.
      this.#value = SecretValue.ofText(field === '' ? '' : this.#open(field))
    }
    return this.#value
  }

  #open(field: string): string {
    try {
      return this.environment.open(field)
    } catch (error) {
      if (!(error instanceof OpenError)) throw error
      throw refusal({
        code: 'ERR_UNDECRYPTABLE',
        fault: 'outside',
        field: 'secrets',
        message: `the secret with id ${this.id} at path ${quotedName(this.path)} of ${this.environment.title} cannot be decrypted`,
        hint: 'open it in the Phase console and save it again',
      })
    }
  }
}

/** The secrets at one path of one environment, sorted by id, each once. */
export class Folder {
  readonly environment: Environment
  readonly path: string
  readonly secrets: readonly Secret[]
  #index: ReadonlyMap<string, readonly Secret[]> | undefined
  readonly #unopened = new FailureList()

  constructor(
    environment: Environment,
    path: string,
    rows: readonly WireSecret[],
    useOverrides: boolean,
  ) {
    this.environment = environment
    this.path = path
    const byId = new Map(rows.map((row) => [row.id, row]))
    this.secrets = [...byId.values()]
      .sort((left, right) => (left.id < right.id ? -1 : 1))
      .map((row) => new Secret(environment, row, useOverrides))
  }

  /** The secrets whose tags answer to a filter; all of them without one. */
  tagged(tag: string | undefined): readonly Secret[] {
    if (tag === undefined || tag === '') return this.secrets
    const wanted = plainTag(tag)
    return this.secrets.filter((secret) =>
      secret.tags.some((each) => plainTag(each).includes(wanted)),
    )
  }

  /**
   * The secret with a key, or `undefined` if no key of this folder is that one.
   * @throws {SourceError} ERR_DUPLICATE_KEY; ERR_UNDECRYPTABLE if a key that does not open could be it.
   */
  find(key: string): Secret | undefined {
    this.#index ??= this.#openKeys()
    const [found, ...others] = this.#index.get(key) ?? []
    if (found === undefined) this.#unopened.throwIfAny()
    if (others.length > 0) throw refusal(duplicateKey(key, this))
    return found
  }

  #openKeys(): ReadonlyMap<string, readonly Secret[]> {
    return byKey(this.secrets, this.#unopened)
  }
}

/** Groups secrets by their opened keys; the failures of those that do not open go to the list. */
export function byKey(
  secrets: readonly Secret[],
  failures: FailureList,
): ReadonlyMap<string, readonly Secret[]> {
  const groups = new Map<string, Secret[]>()
  for (const secret of secrets) {
    const key = failures.try(() => secret.key())
    if (key === undefined) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [secret])
    else group.push(secret)
  }
  return groups
}

/** Two secrets of one folder have one key, so which one is meant cannot be known. */
export function duplicateKey(
  key: string,
  { environment, path }: { readonly environment: Environment; readonly path: string },
): SourceFailure {
  return {
    code: 'ERR_DUPLICATE_KEY',
    fault: 'input',
    field: 'secrets',
    message: `the key ${quotedName(key)} exists more than once at path ${quotedName(path)} of ${environment.title}`,
    hint: 'delete or rename one of them in Phase',
  }
}

/** What to say of a path that `normalisePath` does not take. */
export function invalidPath(path: string): SourceFailure {
  return {
    code: 'ERR_PATH_INVALID',
    fault: 'input',
    field: 'path',
    message: `the path ${quotedName(path)} cannot be asked for: a request header carries only Latin-1 text without control characters or a space at the end`,
    hint: 'rename the folder in Phase',
  }
}

function plainTag(tag: string): string {
  return tag.toLowerCase().replaceAll('_', ' ')
}
