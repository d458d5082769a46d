// A Phase token's text in, its parts out. The text is secret: a PhaseToken refuses to print
// itself, and no message quotes any of it. Format: phasehq/golang-sdk phase/misc/const.go.
import { hkdfSync } from 'node:crypto'
import type { SourceFailure } from '../source.ts'
import { refusal } from './failures.ts'

/** The word before the token id in the Authorization header. */
export type TokenKind = 'ServiceAccount' | 'Service' | 'User'

const TOKEN =
  /^pss_(user|service):v(\d+):([0-9a-fA-F]{64}):([0-9a-fA-F]{64}):([0-9a-fA-F]{64}):([0-9a-fA-F]{64})$/
const KINDS: ReadonlyMap<string, TokenKind> = new Map([
  ['service 1', 'Service'],
  ['service 2', 'ServiceAccount'],
  ['user 1', 'User'],
])
const BARE_ID = /^(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/
const REST_TOKEN = /^(?:Bearer +)?(?:ServiceAccount|Service|User) +\S+$/i
/** The same, strictly: Phase's word for the kind has upper and lower case. */
const REST_BEARER = /^(?:[Bb]earer +)?(ServiceAccount|Service|User) +([0-9a-fA-F]{64})$/

const HINT =
  'use the whole token of a service account (pss_service:v2:…) as the Phase console shows it once'

const CACHE_INFO = 'argocd-phase-plugin/cache/v1'

/** What a request identifies itself with. Only its kind is fit to print. */
export class PhaseBearer {
  readonly kind: TokenKind
  readonly #id: string

  constructor(kind: TokenKind, id: string) {
    this.kind = kind
    this.#id = id
  }

  /** The value of the Authorization header. */
  authorization(): string {
    return `Bearer ${this.kind} ${this.#id}`
  }

  toString(): string {
    return '[token]'
  }

  toJSON(): string {
    return '[token]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[token]'
  }
}

/** A parsed token that opens what the account sees. */
export class PhaseToken extends PhaseBearer {
  readonly #parts: readonly [id: string, publicKey: string, keyShare: string, wrappingKey: string]

  constructor(kind: TokenKind, parts: readonly [string, string, string, string]) {
    super(kind, parts[0])
    this.#parts = parts
  }

  /** Hex of 32 bytes each: the account's public key, our share of its private key, the key that wraps the other share. */
  revealKeys(): { publicKey: string; keyShare: string; wrappingKey: string } {
    const [, publicKey, keyShare, wrappingKey] = this.#parts
    return { publicKey, keyShare, wrappingKey }
  }

  /**
   * 32 bytes by HKDF-SHA256 that only the whole token and the host (as `parseHost` spells it) give.
   * They tell nothing of the token; what is kept for it is found and verified by them.
   */
  cacheKey(host: string): Uint8Array {
    const parts = this.#parts.join('')
    const info = `${CACHE_INFO} ${this.kind}`
    return new Uint8Array(hkdfSync('sha256', Buffer.from(parts, 'hex'), host, info, 32))
  }
}

/**
 * Reads a token as it was mounted: surrounding white space is dropped, the rest is strict.
 * @throws {SourceError} ERR_TOKEN_MALFORMED or ERR_TOKEN_KIND, fault `usage`.
 */
export function parseToken(text: string): PhaseToken {
  const token = text.trim()
  const [, family, version, id, publicKey, keyShare, wrappingKey] = TOKEN.exec(token) ?? []
  if (!(family && version && id && publicKey && keyShare && wrappingKey)) throw notAToken(token)
  const kind = KINDS.get(`${family} ${version}`)
  if (kind === undefined) throw wrongKind('the Phase token has an unsupported version')
  return new PhaseToken(kind, [id, publicKey, keyShare, wrappingKey])
}

/**
 * Reads a token that need not open anything: a whole one, or the form of the REST API, such as
 * `ServiceAccount <id>`, with or without `Bearer` before it.
 * @throws {SourceError} ERR_TOKEN_MALFORMED or ERR_TOKEN_KIND, fault `usage`.
 */
export function parseBearer(text: string): PhaseBearer {
  const [, word, id] = REST_BEARER.exec(text.trim()) ?? []
  const kind = [...KINDS.values()].find((each) => each === word)
  if (kind !== undefined && id !== undefined) return new PhaseBearer(kind, id)
  if (isRestForm(text.trim())) throw refusal(DAMAGED_REST)
  return parseToken(text)
}

const DAMAGED_REST: SourceFailure = {
  code: 'ERR_TOKEN_MALFORMED',
  fault: 'usage',
  field: 'token',
  message:
    'the Phase token is a damaged REST API token: it must be ServiceAccount, a space and 64 hexadecimal digits',
  hint: 'copy it again from the Phase console, or use the whole token (pss_service:v2:…)',
}

function isRestForm(token: string): boolean {
  return REST_TOKEN.test(token) || BARE_ID.test(token)
}

function notAToken(token: string): Error {
  if (token.startsWith('pss_env:')) {
    return wrongKind('the Phase token is an environment token (pss_env), which Phase has given up')
  }
  if (isRestForm(token)) {
    return wrongKind(
      'the Phase token is only the REST API form: it identifies the account but cannot decrypt',
    )
  }
  const message =
    token === ''
      ? 'the Phase token is empty'
      : token.startsWith('pss_')
        ? 'the Phase token is damaged: it must be pss_service:v2: and four parts of 64 hexadecimal digits'
        : 'the Phase token is not a Phase token'
  return refusal({
    code: 'ERR_TOKEN_MALFORMED',
    fault: 'usage',
    field: 'token',
    message,
    hint: HINT,
  })
}

function wrongKind(message: string): Error {
  return refusal({ code: 'ERR_TOKEN_KIND', fault: 'usage', field: 'token', message, hint: HINT })
}

/** Said of a person's token where none may be used. */
export const USER_TOKEN: SourceFailure = {
  code: 'ERR_TOKEN_KIND',
  fault: 'usage',
  field: 'token',
  message:
    "the Phase token is a person's (pss_user), whose rights and overrides come and go with them",
  hint: 'use the token of a service account (pss_service:v2:…)',
}
