// The dev-server's encryption, shapes and reloads; Phase's own SDK reads from it too.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import type { DevServer, DevServerOptions } from '../../cmp/dev-server/server.ts'
import { StoreError, startDevServer } from '../../cmp/dev-server/server.ts'
import type { KeyPair } from '../../render/phase/crypto.ts'
import {
  fromHex,
  keyDigest,
  keyPairFromSeed,
  openBox,
  openField,
  publicKeyOf,
  xor,
} from '../../render/phase/crypto.ts'
import { loadSodium } from '../../render/phase/sodium.ts'
import { ask, bearer } from '../support/ask.ts'

const ENVIRONMENT = '00000000-0000-4000-8000-00000000000e'
const OTHER = '00000000-0000-4000-8000-00000000000f'
const PLAIN = {
  DATABASE_URL: 'postgres://u:p@h/db',
  UNICODE: '日本語 🔐\nline2\n',
  EMPTY: '',
  PASSWORD: 'fake-db',
}

const storeOf = (secrets: string, rest = '') => `
apps:
  web:
    environments:
      Production: { id: ${ENVIRONMENT}, secrets: ${secrets} }
      Other: { id: ${OTHER}, secrets: { /: { K: fake } } }
${rest}`
const STORE = storeOf(
  `{ /: { DATABASE_URL: '${PLAIN.DATABASE_URL}', UNICODE: "日本語 🔐\\nline2\\n", EMPTY: '' },` +
    ` /db: { PASSWORD: { value: fake-db, comment: hello, tags: [db] } } }`,
  'tokens: [{ name: default }, { name: legacy, kind: service-v1 }, { name: user, kind: user }]',
)

async function serving<T>(
  options: DevServerOptions,
  use: (server: DevServer) => Promise<T>,
): Promise<T> {
  const server = await startDevServer(options)
  try {
    return await use(server)
  } finally {
    await server.close()
  }
}

const session = async (server: DevServer, name?: string) =>
  JSON.parse((await ask(server, '/secrets/tokens/', { Authorization: bearer(server, name) })).body)
const rows = async (server: DevServer, name?: string, environment = ENVIRONMENT) => {
  const headers = { Authorization: bearer(server, name), Environment: environment }
  return JSON.parse((await ask(server, '/secrets/', headers)).body)
}

test('everything opens with the token alone', () =>
  serving({ store: STORE }, async (server) => {
    const sodium = await loadSodium()
    for (const name of ['default', 'legacy', 'user']) {
      const [, , , publicHex = '', share = '', wrapping = ''] =
        server.tokens[name]?.split(':') ?? []
      const { wrapped_key_share: wrapped, apps } = await session(server, name)
      const rest = openBox(sodium, fromHex(wrapped, 104), fromHex(wrapping, 32))
      const privateKey = xor(fromHex(share, 32), fromHex(Buffer.from(rest).toString(), 32))
      assert.equal(Buffer.from(publicKeyOf(sodium, privateKey)).toString('hex'), publicHex)
      const account: KeyPair = { publicKey: fromHex(publicHex, 32), privateKey }
      const [key] = apps[0].environment_keys
      const salt = openField(sodium, key.wrapped_salt, account)
      const seed = openField(sodium, key.wrapped_seed, account)
      const pair = keyPairFromSeed(sodium, fromHex(seed, 32))
      assert.equal(Buffer.from(pair.publicKey).toString('hex'), key.identity_key)
      const opened: Record<string, string> = {}
      for (const row of await rows(server, name)) {
        const plain = openField(sodium, row.key, pair)
        assert.equal(row.key_digest, keyDigest(sodium, plain, salt))
        opened[plain] = openField(sodium, row.value, pair)
      }
      assert.deepEqual(opened, PLAIN)
    }
  }))

test('the fields of a row and of a session are the recorded ones, in their order', () =>
  serving({ store: STORE }, async (server) => {
    const [row] = await rows(server)
    const fields = 'id key value comment tags override type lifecycle path key_digest version'
    const last = 'created_at updated_at environment folder'
    assert.equal(Object.keys(row).join(' '), `${fields} ${last}`)
    assert.match(row.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    const service = await session(server)
    const top = 'wrapped_key_share account_id offline_enabled organisation apps'
    assert.equal(Object.keys(service).join(' '), top)
    const key =
      'id environment paths identity_key wrapped_seed wrapped_salt created_at updated_at ' +
      'deleted_at user service_account'
    assert.equal(Object.keys(service.apps[0].environment_keys[0]).join(' '), key)
    const environment = 'id name env_type index created_at updated_at'
    assert.equal(
      Object.keys(service.apps[0].environment_keys[0].environment).join(' '),
      environment,
    )
    assert.equal(Object.keys(await session(server, 'user'))[1], 'user_id')
    assert.equal(
      Object.keys(await session(server, 'legacy')).join(' '),
      'wrapped_key_share organisation apps',
    )
  }))

interface Sdk {
  readonly apps: readonly { readonly id: string; readonly name: string }[]
  init(): Promise<void>
  get(options: object): Promise<readonly { readonly key: string; readonly value: string }[]>
}

test("Phase's own SDK reads the same values", () =>
  serving({ store: STORE }, async (server) => {
    const Phase: new (token: string, host: string) => Sdk = createRequire(import.meta.url)(
      '@phase.dev/phase-node',
    )
    for (const token of Object.values(server.tokens)) {
      const sdk = new Phase(token, server.host)
      await sdk.init()
      const read = async (path: string) => {
        const secrets = await sdk.get({ appId: sdk.apps[0]?.id, envName: 'Production', path })
        return secrets.map(({ key, value }) => [key, value])
      }
      assert.deepEqual(Object.fromEntries([...(await read('/')), ...(await read('/db'))]), PLAIN)
    }
  }))

test('one seed gives the same tokens and ciphertexts, no seed and another seed do not', async () => {
  const take = (seed?: string) =>
    serving({ store: STORE, seed }, async (server) => {
      const text = JSON.stringify([server.token, await session(server), await rows(server)])
      return text.replaceAll(/"\w+_at":"[^"]*"/g, '')
    })
  assert.equal(await take('a'), await take('a'))
  assert.notEqual(await take('a'), await take('b'))
  assert.notEqual(await take(), await take())
})

test('no ephemeral key is used for two plaintexts', () =>
  serving({ store: STORE, seed: 'a' }, async (server) => {
    const ephemeral = (text: string) => text.match(/ph:v1:[0-9a-f]{64}/g) ?? []
    const before = ephemeral(JSON.stringify(await rows(server)))
    assert.equal(new Set(before).size, before.length)
    const value = async () =>
      (await rows(server)).find((row: { path: string }) => row.path === '/db').value.slice(0, 70)
    const old = await value()
    server.update(STORE.replace('fake-db', 'fake-changed'))
    assert.notEqual(await value(), old)
  }))

test('a reload moves what changed and keeps what did not', () =>
  serving(
    { store: storeOf('{ /: { A: a, B: { value: b, lifecycle: rotating }, C: c } }') },
    moving,
  ))

async function moving(server: DevServer): Promise<void> {
  const look = async () => {
    const byDigest: Record<string, { version: number; updated_at: string; value: string }> = {}
    for (const row of await rows(server)) byDigest[row.key_digest] = row
    const [production, other] = (await session(server)).apps[0].environment_keys
    return { token: server.token, production, other, rows: Object.values(byDigest), byDigest }
  }
  const before = await look()
  server.update(storeOf('{ /: { A: a2, B: { value: b2, lifecycle: rotating }, C: c } }'))
  const after = await look()
  assert.equal(after.token, before.token)
  assert.deepEqual(after.other, before.other)
  assert.equal(after.production.wrapped_seed, before.production.wrapped_seed)
  assert.ok(after.production.environment.updated_at > before.production.environment.updated_at)
  const changes = Object.entries(after.byDigest).map(([digest, row]) => {
    const old = before.byDigest[digest]
    return [row.version, row.updated_at === old?.updated_at, row.value === old?.value].join()
  })
  // C is untouched; A moved; the rotating B has a new value and version, but its old time.
  assert.deepEqual(changes.toSorted(), ['1,true,true', '2,false,false', '2,true,false'])
}

test('a change of an override or of a YAML comment does not move the environment', () =>
  serving({ store: storeOf('{ /: { A: { value: a, override: x } } }') }, async (server) => {
    const time = async () =>
      (await session(server)).apps[0].environment_keys[0].environment.updated_at
    const before = await time()
    server.update(`# edited${storeOf('{ /: { A: { value: a, override: y } } }')}`)
    assert.equal(await time(), before)
  }))

test('a broken store is refused and the old one stays', () =>
  serving({ store: STORE }, async (server) => {
    const before = await rows(server)
    assert.throws(() => server.update('apps: ['), StoreError)
    assert.deepEqual(await rows(server), before)
  }))

test('a broken store does not start', async () => {
  await assert.rejects(startDevServer({ store: 'apps: 1' }), StoreError)
})
