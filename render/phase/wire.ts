// Parsed JSON of Phase's two endpoints in, checked plain records out. Only the fields we use are
// read, each is checked, and a complaint names the field, never what it holds. Shapes: the
// serializers of phasehq/console backend/api, v2.73; older servers lack `lifecycle`.

/** The tokens endpoint's answer. */
export interface WireAccount {
  /** Hex. */
  readonly wrappedKeyShare: string
  readonly apps: readonly WireApp[]
}

interface WireApp {
  readonly id: string
  readonly name: string
  readonly environments: readonly WireEnvironment[]
}

/** One environment and its keys, sealed to the account. */
export interface WireEnvironment {
  readonly id: string
  readonly name: string
  /** Hex of the environment's public key. */
  readonly identityKey: string
  readonly wrappedSeed: string
  readonly wrappedSalt: string
  /** Opaque: another one means that secrets changed. Absent where a server gives none that we know. */
  readonly updatedAt: string | undefined
}

/** One row of the secrets endpoint: `key` and `value` are sealed to the environment. */
export interface WireSecret {
  readonly id: string
  readonly environmentId: string
  readonly path: string
  readonly key: string
  /** May be the empty string, which stands for an empty value. */
  readonly value: string
  readonly tags: readonly string[]
  readonly rotating: boolean
  /** The sealed value of an active personal override. */
  readonly override: string | undefined
}

/** A dynamic secret: what it would be called, but no value. */
export interface WireDynamicSecret {
  readonly environmentId: string
  readonly path: string
  /** Sealed key names. */
  readonly keys: readonly string[]
}

/** The answer has a shape that no Phase backend sends. `field` names the place, such as `apps[0].id`. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError'
  readonly field: string

  constructor(field: string) {
    super(field)
    this.field = field
  }
}

/** Parses a body. @throws {ShapeError} */
export function parseBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new ShapeError('JSON')
  }
}

/** @throws {ShapeError} */
export function readAccount(json: unknown): WireAccount {
  const root = Node.root(json)
  return {
    wrappedKeyShare: root.get('wrapped_key_share').text(),
    apps: root
      .get('apps')
      .items()
      .map((app) => ({
        id: app.get('id').id(),
        name: app.get('name').text(),
        environments: app.get('environment_keys').items().flatMap(readEnvironment),
      })),
  }
}

/** Nothing for a key that was taken back: old servers list those too. */
function readEnvironment(key: Node): WireEnvironment[] {
  if (!key.get('deleted_at').isNone()) return []
  const wrappedSeed = key.get('wrapped_seed').text()
  if (wrappedSeed === '') return []
  const environment = key.get('environment')
  return [
    {
      id: environment.get('id').id(),
      name: environment.get('name').text(),
      identityKey: key.get('identity_key').text(),
      wrappedSeed,
      wrappedSalt: key.get('wrapped_salt').text(),
      updatedAt: environment.get('updated_at').shortText(),
    },
  ]
}

/** The secrets of an answer, without the dynamic ones. @throws {ShapeError} */
export function readSecrets(json: unknown): WireSecret[] {
  return Node.root(json)
    .items()
    .filter((row) => !isDynamic(row))
    .map((row) => {
      const override = row.get('override')
      return {
        ...readPlace(row),
        id: row.get('id').id(),
        key: row.get('key').text(),
        value: row.get('value').text(),
        tags: row
          .get('tags')
          .items()
          .map((tag) => tag.text()),
        rotating: row.get('lifecycle').value === 'rotating',
        override:
          !override.isNone() && override.get('is_active').flag()
            ? override.get('value').text()
            : undefined,
      }
    })
}

/** The dynamic secrets of an answer to a request with `dynamic: true`. @throws {ShapeError} */
export function readDynamicSecrets(json: unknown): WireDynamicSecret[] {
  return Node.root(json)
    .items()
    .filter(isDynamic)
    .map((row) => ({
      ...readPlace(row),
      keys: row
        .get('key_map')
        .items()
        .map((key) => key.get('key_name').text()),
    }))
}

/** The text of an error body `{"error": text}`; undefined if it is anything else. */
export function readErrorText(body: Uint8Array): string | undefined {
  try {
    return Node.root(parseBody(body)).get('error').text()
  } catch {
    return undefined
  }
}

function isDynamic(row: Node): boolean {
  return row.get('type').text() === 'dynamic'
}

function readPlace(row: Node): { environmentId: string; path: string } {
  return { environmentId: row.get('environment').id(), path: row.get('path').text() }
}

/** A JSON value and where it stands. */
class Node {
  readonly value: unknown
  readonly #place: string

  constructor(value: unknown, place: string) {
    this.value = value
    this.#place = place
  }

  static root(value: unknown): Node {
    return new Node(value, '')
  }

  get(name: string): Node {
    const place = this.#place === '' ? name : `${this.#place}.${name}`
    const { value } = this
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.#wrong()
    const field: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
    return new Node(field, place)
  }

  items(): Node[] {
    if (!Array.isArray(this.value)) throw this.#wrong()
    return this.value.map((item, index) => new Node(item, `${this.#place}[${index}]`))
  }

  text(): string {
    if (typeof this.value !== 'string') throw this.#wrong()
    return this.value
  }

  /** What is not a text of 1 to 64 characters counts as absent. */
  shortText(): string | undefined {
    const { value } = this
    return typeof value === 'string' && /^.{1,64}$/.test(value) ? value : undefined
  }

  /** An id is fit for a header and for a message. */
  id(): string {
    const id = this.text()
    if (!/^[\w-]{1,64}$/.test(id)) throw this.#wrong()
    return id
  }

  flag(): boolean {
    if (typeof this.value !== 'boolean') throw this.#wrong()
    return this.value
  }

  isNone(): boolean {
    return this.value === undefined || this.value === null
  }

  #wrong(): ShapeError {
    return new ShapeError(this.#place === '' ? 'shape' : this.#place)
  }
}
