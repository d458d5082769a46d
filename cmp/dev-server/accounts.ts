// One token of the store → the account behind it: its key pair, split as Phase splits it
// between the token and the server, and the environment keys sealed to it.
//
//   token   pss_service:v2:<id>:<public key>:<share 0>:<wrapping key>     all hex of 32 bytes
//   server  wrapped_key_share = seal(hex of share 1, wrapping key);  private key = share 0 ^ share 1
import { sealBox, xor } from '../../render/phase/crypto.ts'
import type { Entropy } from './entropy.ts'
import type { Environment } from './environments.ts'
import type { StoreToken } from './store.ts'

/** The word of the Authorization header. */
type Scheme = 'User' | 'Service' | 'ServiceAccount'

/** A token, its account, and what the account may do. */
export interface Account {
  readonly name: string
  readonly scheme: Scheme
  readonly token: string
  /** The token's id, sent as the bearer. */
  readonly bearer: string
  readonly accountId: string
  readonly wrappedKeyShare: string
  /** Environment id → the keys of that environment, sealed to this account. */
  readonly environmentKeys: ReadonlyMap<string, EnvironmentKey>
  readonly expired: boolean
  readonly canRead: boolean
  readonly ipBlocked: boolean
}

/** Seed and salt of an environment, sealed. */
interface EnvironmentKey {
  readonly id: string
  readonly wrappedSeed: string
  readonly wrappedSalt: string
}

const SCHEMES = { user: 'User', 'service-v1': 'Service', service: 'ServiceAccount' } as const
const PREFIXES = {
  user: 'pss_user:v1',
  'service-v1': 'pss_service:v1',
  service: 'pss_service:v2',
} as const

/** Builds the account of a token that sees the given environments. */
export function buildAccount(
  entropy: Entropy,
  store: StoreToken,
  environments: readonly Environment[],
): Account {
  const { name, kind } = store
  const pair = entropy.keyPair('account', name)
  const share = entropy.bytes('account share', name)
  const wrappingKey = entropy.bytes('wrapping key', name)
  const rest = Buffer.from(xor(pair.privateKey, share)).toString('hex')
  const wrapped = sealBox(
    entropy.sodium,
    Buffer.from(rest),
    wrappingKey,
    entropy.nonce('wrapped share', name),
  )
  const bearer = entropy.hex('token', name)
  const parts = [pair.publicKey, share, wrappingKey].map((part) =>
    Buffer.from(part).toString('hex'),
  )
  return {
    name,
    scheme: SCHEMES[kind],
    token: [PREFIXES[kind], bearer, ...parts].join(':'),
    bearer,
    accountId: entropy.uuid('account', name),
    wrappedKeyShare: Buffer.from(wrapped).toString('hex'),
    environmentKeys: new Map(
      environments.map(({ id, seed, salt }) => [
        id,
        {
          id: entropy.uuid('environment key', name, id),
          wrappedSeed: entropy.seal(seed, pair.publicKey, 'wrapped seed', name, id),
          wrappedSalt: entropy.seal(salt, pair.publicKey, 'wrapped salt', name, id),
        },
      ]),
    ),
    expired: store.expired,
    canRead: store.role !== 'none' || kind === 'service-v1',
    ipBlocked: store.ipBlocked,
  }
}
