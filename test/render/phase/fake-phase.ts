// A Phase account in memory with real encryption, served through the client's network seam:
// what a test says of apps, environments and secrets in; a token, a client and a request log out.
import {
  keyPairFromSeed,
  publicKeyOf,
  sealBox,
  sealField,
  xor,
} from '../../../render/phase/crypto.ts'
import type { HttpClient, HttpReply, HttpRequest } from '../../../render/phase/http.ts'
import type { Clock } from '../../../render/phase/retry.ts'
import type { PhaseSourceOptions } from '../../../render/phase/session.ts'
import { loadSodium } from '../../../render/phase/sodium.ts'
import { phaseSource } from '../../../render/phase/source.ts'
import type {
  Access,
  Source,
  SourceFailure,
  SourceRequest,
  SourceResult,
} from '../../../render/source.ts'
import { SourceError } from '../../../render/source.ts'
import { FULL_ACCESS } from '../../../render/tenancy/access.ts'

const sodium = await loadSodium()

/** Secrets by path and key; a string is the value. */
export type FakeFolders = Record<string, Record<string, string | FakeSecret>>

export interface FakeSecret {
  readonly value: string
  readonly tags?: readonly string[]
  readonly lifecycle?: string
  readonly override?: string
  /** Overwrites fields of the row as it goes over the wire. */
  readonly row?: Readonly<Record<string, unknown>>
}

export interface FakeApp {
  readonly id?: string
  readonly name: string
  readonly environments: Readonly<Record<string, FakeFolders>>
  /** Keys of dynamic secrets at the root of every environment. */
  readonly dynamic?: readonly string[]
}

export interface FakePhase {
  readonly token: string
  readonly client: HttpClient
  /** One line for each request: `tokens`, or `<environment name> <path>`, `dynamic` behind it. */
  readonly requests: string[]
  /** Changes a reply before it goes out. */
  tamper: (reply: HttpReply, request: HttpRequest) => HttpReply
}

let counter = 0
const next = (): number => {
  counter += 1
  return counter
}
const bytes = (label: string, length = 32): Uint8Array =>
  sodium.crypto_generichash(length, `fake ${label} ${next()}`, null)
const hex = (of: Uint8Array): string => Buffer.from(of).toString('hex')
const sealTo = (publicKey: Uint8Array, text: string): string =>
  sealField(
    sodium,
    text,
    publicKey,
    keyPairFromSeed(sodium, bytes('ephemeral')),
    bytes('nonce', 24),
  )

/** A JSON reply. */
export function jsonReply(status: number, body: unknown, retryAfter?: string): HttpReply {
  const text = Buffer.from(JSON.stringify(body))
  return { status, contentType: 'application/json', retryAfter, body: text }
}

export function fakePhase(apps: readonly FakeApp[], kind = 'pss_service:v2'): FakePhase {
  const account = keyPairFromSeed(sodium, bytes('account'))
  const share = bytes('share')
  const wrapping = bytes('wrapping')
  const otherShare = Buffer.from(hex(xor(account.privateKey, share)))
  const environments = apps.flatMap((app, index) =>
    Object.entries(app.environments).map(([name, folders]) =>
      fakeEnvironment({ ...app, id: app.id ?? `app-${index}` }, name, folders, account.publicKey),
    ),
  )
  const accountBody = {
    wrapped_key_share: hex(sealBox(sodium, otherShare, wrapping, bytes('nonce', 24))),
    apps: apps.map((app, index) => ({
      id: app.id ?? `app-${index}`,
      name: app.name,
      environment_keys: environments
        .filter((environment) => environment.appId === (app.id ?? `app-${index}`))
        .map((environment) => environment.keyRow),
    })),
  }
  const parts = [bytes('id'), publicKeyOf(sodium, account.privateKey), share, wrapping].map(hex)
  const fake: FakePhase = {
    token: [kind, ...parts].join(':'),
    requests: [],
    tamper: (reply) => reply,
    client: {
      async get(request) {
        return fake.tamper(answer(request), request)
      },
      close() {},
    },
  }
  const answer = ({ url, headers }: HttpRequest): HttpReply => {
    if (url.pathname.endsWith('/tokens/')) {
      fake.requests.push('tokens')
      return jsonReply(200, accountBody)
    }
    const environment = environments.find(({ id }) => id === headers.Environment)
    const dynamic = headers.dynamic === 'true'
    fake.requests.push(`${environment?.name} ${headers.Path}${dynamic ? ' dynamic' : ''}`)
    if (environment === undefined) return jsonReply(401, { error: 'Environment not found' })
    const rows = environment.rows.filter((row) => row.asked === headers.Path)
    const extra = dynamic && headers.Path === '/' ? environment.dynamicRows : []
    return jsonReply(200, [...rows.map(({ row }) => row), ...extra])
  }
  return fake
}

function fakeEnvironment(
  app: FakeApp & { id: string },
  name: string,
  folders: FakeFolders,
  account: Uint8Array,
) {
  const id = `${app.id}-${name}`.replace(/[^\w-]/g, '_')
  const seed = bytes('seed')
  const { publicKey } = keyPairFromSeed(sodium, seed)
  const rows = Object.entries(folders).flatMap(([path, secrets]) =>
    Object.entries(secrets).map(([key, secret]) => {
      const given: FakeSecret = typeof secret === 'string' ? { value: secret } : secret
      const { value, tags = [], lifecycle = 'static', override, row } = given
      const sealed = {
        id: `secret-${next()}`,
        key: sealTo(publicKey, key),
        value: sealTo(publicKey, value),
        tags,
        lifecycle,
        override:
          override === undefined ? null : { value: sealTo(publicKey, override), is_active: true },
        type: 'secret',
        path,
        environment: id,
      }
      return { asked: path, row: { ...sealed, ...row } }
    }),
  )
  const dynamicRows = (app.dynamic ?? []).map((key) => ({
    id: `dynamic-${next()}`,
    type: 'dynamic',
    path: '/',
    environment: id,
    key_map: [{ key_name: sealTo(publicKey, key) }],
  }))
  const keyRow = {
    environment: { id, name },
    identity_key: hex(publicKey),
    wrapped_seed: sealTo(account, hex(seed)),
    wrapped_salt: sealTo(account, hex(bytes('salt'))),
    deleted_at: null,
  }
  return { id, name, appId: app.id, rows, dynamicRows, keyRow }
}

/** Time that passes only by sleeping, and chance that never helps. */
export function fakeClock(): Clock & { slept: number[] } {
  const slept: number[] = []
  return {
    slept,
    now: () => slept.reduce((sum, ms) => sum + ms, 0),
    async sleep(ms, signal) {
      signal.throwIfAborted()
      slept.push(ms)
    },
    random: () => 0.999,
  }
}

/** A source over the fake, with 45 s of fake time; a read without limits unless it is told any. */
export function sourceOf(
  fake: FakePhase,
  options: Partial<PhaseSourceOptions> = {},
): { read(request: SourceRequest, access?: Access): Promise<SourceResult> } {
  const source: Source = phaseSource({
    host: 'https://phase.example',
    token: fake.token,
    request: fake.client,
    signal: new AbortController().signal,
    deadline: 45_000,
    clock: fakeClock(),
    userAgent: 'test/1',
    ...options,
  })
  return { read: (request, access = FULL_ACCESS) => source.read(request, access) }
}

/** A request with what a test does not care about filled in. */
export function requestOf(request: Partial<SourceRequest> = {}): SourceRequest {
  return {
    app: { name: 'web' },
    environment: 'Production',
    path: '/',
    onReferenceError: 'Fail',
    ...request,
  }
}

/** Key and value pairs of a read. */
export async function valuesOf(
  source: Source,
  request?: Partial<SourceRequest>,
  access: Access = FULL_ACCESS,
): Promise<Record<string, string>> {
  const { secrets } = await source.read(requestOf(request), access)
  return Object.fromEntries(secrets.map(({ key, value }) => [key, value.revealText()]))
}

/** The failures of a read that must fail. */
export async function failuresOf(
  source: Source,
  request?: Partial<SourceRequest>,
  access: Access = FULL_ACCESS,
): Promise<readonly SourceFailure[]> {
  try {
    await source.read(requestOf(request), access)
  } catch (error) {
    if (error instanceof SourceError) return error.failures
    throw error
  }
  throw new Error('the read did not fail')
}
