// One environment of the store → its keys and its sealed rows, as the secrets endpoint gives
// them. Over a reload, what did not change keeps its rows, versions and times.
import { keyDigest } from '../../render/phase/crypto.ts'
import type { Entropy } from './entropy.ts'
import type { StoreDynamicSecret, StoreEnvironment, StoreSecret } from './store.ts'

/** A row of `GET /service/secrets/`, in the wire's snake_case and its order of fields. */
export interface SecretRow {
  readonly id: string
  readonly key: string
  readonly value: string
  readonly comment: string
  readonly tags: readonly string[]
  readonly override: OverrideRow | null
  readonly type: string
  readonly lifecycle: string
  readonly path: string
  readonly key_digest: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
  readonly environment: string
  readonly folder: string | null
}

interface OverrideRow {
  readonly id: string
  readonly value: string
  readonly is_active: boolean
  readonly created_at: string
  readonly updated_at: string
}

/** A dynamic secret without a lease: names, no values. */
export interface DynamicRow {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly [field: string]: unknown
}

/** An environment ready to be served. */
export interface Environment {
  readonly id: string
  readonly name: string
  /** `app/environment`, for people. */
  readonly label: string
  readonly index: number
  /** 64 hexadecimal digits each, as they are sealed to accounts. */
  readonly seed: string
  readonly salt: string
  readonly publicKey: Uint8Array
  readonly createdAt: string
  /** Moves when a secret or dynamic secret does, but not with personal overrides. */
  readonly updatedAt: string
  readonly content: string
  /** In an arbitrary order that is neither the store's nor sorted. */
  readonly rows: readonly SecretRow[]
  /** Row id → what it was made from, without the override. */
  readonly contents: ReadonlyMap<string, string>
  readonly dynamic: readonly DynamicRow[]
}

/** What building an environment needs besides its content. */
export interface Setting {
  readonly entropy: Entropy
  /** A time later than every one before it, as Phase writes times. */
  readonly now: () => string
}

/** Builds an environment; `previous` is the one of the same id before a reload. */
export function buildEnvironment(
  setting: Setting,
  place: { readonly id: string; readonly label: string; readonly index: number },
  store: StoreEnvironment,
  previous: Environment | undefined,
): Environment {
  const { entropy, now } = setting
  const { id } = place
  const seed = entropy.hex('environment seed', id)
  const salt = entropy.hex('environment salt', id)
  const { publicKey } = entropy.keyPair('environment seed', id)
  const before = new Map(previous?.rows.map((row) => [row.id, row]))
  const sealing = { ...setting, id, salt, publicKey, loadedAt: now(), previous, before }
  const contents = new Map(
    store.secrets.map((secret) => [rowId(entropy, id, secret), contentOf(entropy, secret)]),
  )
  const dynamicContent = store.dynamic.map(({ name, path, keys }) => [name, path, [...keys]])
  const content = JSON.stringify([[...contents].sort(), dynamicContent])
  const rows = store.secrets.map((secret) => buildRow(sealing, secret, contents))
  return {
    ...place,
    name: store.name,
    seed,
    salt,
    publicKey,
    createdAt: previous?.createdAt ?? sealing.loadedAt,
    updatedAt: previous?.content === content ? previous.updatedAt : sealing.loadedAt,
    content,
    contents,
    rows: shuffle(entropy, rows),
    dynamic: store.dynamic.map((secret) => buildDynamicRow(sealing, secret)),
  }
}

interface Sealing extends Setting {
  readonly id: string
  readonly salt: string
  readonly publicKey: Uint8Array
  readonly loadedAt: string
  readonly previous: Environment | undefined
  readonly before: ReadonlyMap<string, SecretRow>
}

function buildRow(
  sealing: Sealing,
  secret: StoreSecret,
  contents: ReadonlyMap<string, string>,
): SecretRow {
  const { entropy, id: environment, salt, publicKey, loadedAt, previous } = sealing
  const id = rowId(entropy, environment, secret)
  const before = sealing.before.get(id)
  const changed = before !== undefined && previous?.contents.get(id) !== contents.get(id)
  const createdAt = before?.created_at ?? loadedAt
  // Phase changes the value and the version of a rotating secret, but not its time.
  const moved = before === undefined || (changed && secret.lifecycle !== 'rotating')
  const version = (before?.version ?? 1) + (changed ? 1 : 0)
  const seal = (field: string, text: string) => entropy.seal(text, publicKey, field, id, version)
  return {
    id,
    key: seal('key', secret.key),
    value: secret.unencrypted ? '' : seal('value', secret.value.revealText()),
    comment: secret.comment === '' ? '' : seal('comment', secret.comment),
    tags: secret.tags,
    override: buildOverride(sealing, secret, id, createdAt),
    type: secret.type,
    lifecycle: secret.lifecycle,
    path: secret.path,
    key_digest: keyDigest(entropy.sodium, secret.key, salt),
    version,
    created_at: createdAt,
    updated_at: moved ? loadedAt : before.updated_at,
    environment,
    folder: folderOf(entropy, environment, secret.path),
  }
}

function buildOverride(
  { entropy, publicKey }: Sealing,
  { override }: StoreSecret,
  id: string,
  createdAt: string,
): OverrideRow | null {
  if (override === undefined) return null
  return {
    id: entropy.uuid('override', id),
    value: entropy.seal(override.revealText(), publicKey, 'override', id),
    is_active: true,
    created_at: createdAt,
    updated_at: createdAt,
  }
}

function buildDynamicRow(sealing: Sealing, { name, path, keys }: StoreDynamicSecret): DynamicRow {
  const { entropy, id: environment, salt, publicKey, loadedAt, previous } = sealing
  const id = entropy.uuid('dynamic', environment, path, name)
  return {
    id,
    name,
    type: 'dynamic',
    description: '',
    environment,
    folder: folderOf(entropy, environment, path),
    path,
    default_ttl: '01:00:00',
    max_ttl: '1 00:00:00',
    provider: 'aws',
    key_map: [...keys].map(([output, key]) => ({
      id: output,
      masked: output.includes('secret'),
      key_name: entropy.seal(key, publicKey, 'output', id, output),
      key_digest: keyDigest(entropy.sodium, key, salt),
    })),
    created_at: previous?.createdAt ?? loadedAt,
    updated_at: previous?.createdAt ?? loadedAt,
    deleted_at: null,
    lease: null,
  }
}

function rowId(entropy: Entropy, environment: string, { path, key }: StoreSecret): string {
  return entropy.uuid('secret', environment, path, key)
}

function folderOf(entropy: Entropy, environment: string, path: string): string | null {
  return path === '/' ? null : entropy.uuid('folder', environment, path)
}

/** A digest of everything about a secret but its override. */
function contentOf(entropy: Entropy, secret: StoreSecret): string {
  const { value, override: _, ...rest } = secret
  return entropy.hex('content', value.revealText(), JSON.stringify(rest))
}

/** Phase gives rows in an arbitrary order; clients must sort. */
function shuffle(entropy: Entropy, rows: readonly SecretRow[]): readonly SecretRow[] {
  const order = new Map(rows.map(({ id }) => [id, entropy.hex('order', id)]))
  return rows.toSorted((a, b) => ((order.get(a.id) ?? '') < (order.get(b.id) ?? '') ? -1 : 1))
}
