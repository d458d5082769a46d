// `GET /service/secrets/tokens/`: a request → the account's wrapped share and the environment
// keys sealed to it, as recorded from Phase's backend v2.73.
import type { Account } from './accounts.ts'
import type { Answer } from './answer.ts'
import { json, notAllowed } from './answer.ts'
import type { Environment } from './environments.ts'
import type { ApiRequest } from './request.ts'
import type { App, World } from './world.ts'

const HEADERS = { Vary: 'Accept, origin, Cookie', Allow: 'OPTIONS, GET' }
const ENV_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^dev(elopment)?$/i, 'dev'],
  [/^staging$/i, 'staging'],
  [/^prod(uction)?$/i, 'prod'],
]

/** Answers with everything that is needed to open what the token sees. */
export function answerTokens(world: World, request: ApiRequest): Answer {
  const { account, method } = request
  if (method !== 'GET') return notAllowed(HEADERS, method)
  if (request.header('authorization') === undefined)
    return json(500, HEADERS, { error: 'Internal server error.' })
  if (account === undefined || account.expired)
    return json(403, HEADERS, { error: 'Token expired or deleted' })
  return json(200, HEADERS, {
    wrapped_key_share: account.wrappedKeyShare,
    ...identityOf(account),
    organisation: world.organisation,
    apps: world.apps.flatMap((app) => describeApp(app, account)),
  })
}

function identityOf({ scheme, accountId }: Account): Readonly<Record<string, unknown>> {
  if (scheme === 'Service') return {}
  const field = scheme === 'User' ? 'user_id' : 'account_id'
  return { [field]: accountId, offline_enabled: false }
}

/** The app with the environments that the account sees; nothing if it sees none. */
function describeApp({ id, name, environments }: App, account: Account): readonly unknown[] {
  const keys = environments.flatMap((environment) => describeKey(environment, account))
  return keys.length === 0 ? [] : [{ id, name, encryption: 'E2E', environment_keys: keys }]
}

function describeKey(environment: Environment, account: Account): readonly unknown[] {
  const key = account.environmentKeys.get(environment.id)
  if (key === undefined) return []
  const { id, name, index, createdAt, updatedAt, publicKey } = environment
  const envType = ENV_TYPES.find(([pattern]) => pattern.test(name))?.[1] ?? 'custom'
  return [
    {
      id: key.id,
      environment: {
        id,
        name,
        env_type: envType,
        index,
        created_at: createdAt,
        updated_at: updatedAt,
      },
      paths: null,
      identity_key: Buffer.from(publicKey).toString('hex'),
      wrapped_seed: key.wrappedSeed,
      wrapped_salt: key.wrappedSalt,
      created_at: createdAt,
      updated_at: createdAt,
      deleted_at: null,
      user: account.scheme === 'User' ? account.accountId : null,
      service_account: account.scheme === 'ServiceAccount' ? account.accountId : null,
    },
  ]
}
