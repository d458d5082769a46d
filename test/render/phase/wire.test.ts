// Answers of a wrong shape: the field is named, what it holds is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  readAccount,
  readDynamicSecrets,
  readErrorText,
  readSecrets,
  ShapeError,
} from '../../../render/phase/wire.ts'
import { capture } from './replay.ts'

const accountBody = () => structuredClone(capture('tokens ok: v1').response.body)
const secretsBody = () => structuredClone(capture('secrets path /db').response.body)
const dynamicBody = () => structuredClone(capture('secrets dynamic=true').response.body)

/** Sets the field at a path such as `apps.0.id`. */
function change(body: unknown, path: string, value: unknown): unknown {
  const names = path.split('.')
  const last = names.pop() ?? ''
  let at: unknown = body
  for (const name of names) {
    assert.ok(typeof at === 'object' && at !== null)
    at = Reflect.get(at, name)
  }
  assert.ok(typeof at === 'object' && at !== null)
  Reflect.set(at, last, value)
  return body
}

const WRONG = [
  [readAccount, accountBody, 'wrapped_key_share', 7, 'wrapped_key_share'],
  [readAccount, accountBody, 'apps', {}, 'apps'],
  [readAccount, accountBody, 'apps.0', 'hunter2', 'apps[0]'],
  [readAccount, accountBody, 'apps.0.id', null, 'apps[0].id'],
  [readAccount, accountBody, 'apps.0.id', 'a\nhunter2', 'apps[0].id'],
  [readAccount, accountBody, 'apps.0.name', undefined, 'apps[0].name'],
  [readAccount, accountBody, 'apps.0.environment_keys', null, 'apps[0].environment_keys'],
  [
    readAccount,
    accountBody,
    'apps.0.environment_keys.0.environment.id',
    ['hunter2'],
    'apps[0].environment_keys[0].environment.id',
  ],
  [
    readAccount,
    accountBody,
    'apps.0.environment_keys.0.identity_key',
    {},
    'apps[0].environment_keys[0].identity_key',
  ],
  [readSecrets, secretsBody, '0.key', null, '[0].key'],
  [readSecrets, secretsBody, '0.value', { hunter2: 1 }, '[0].value'],
  [readSecrets, secretsBody, '0.id', '../hunter2', '[0].id'],
  [readSecrets, secretsBody, '0.tags', 'hunter2', '[0].tags'],
  [readSecrets, secretsBody, '0.tags', [null], '[0].tags[0]'],
  [readSecrets, secretsBody, '0.path', 1, '[0].path'],
  [readSecrets, secretsBody, '0.environment', '', '[0].environment'],
  [readSecrets, secretsBody, '0.type', 3, '[0].type'],
  [readSecrets, secretsBody, '0.override', 'hunter2', '[0].override'],
  [readSecrets, secretsBody, '0.override', { is_active: 'yes' }, '[0].override.is_active'],
  [readSecrets, secretsBody, '0', null, '[0]'],
] as const

for (const [read, body, path, value, field] of WRONG) {
  test(`no valid ${field}: ${JSON.stringify(value)}`, () => {
    assert.throws(() => read(change(body(), path, value)), {
      name: 'ShapeError',
      field,
      message: field,
    })
  })
}

test('answers that are something else altogether', () => {
  for (const body of [null, 1, 'hunter2', [], true]) {
    assert.throws(() => readAccount(body), ShapeError)
  }
  for (const body of [null, 1, 'hunter2', {}, { error: 'hunter2' }]) {
    assert.throws(() => readSecrets(body), ShapeError)
  }
})

test('environment keys that were taken back are left out', () => {
  const environments = (body: unknown) => readAccount(body).apps[0]?.environments.length ?? 0
  const all = environments(accountBody())
  const key = 'apps.0.environment_keys.0'
  assert.ok(all > 0)
  assert.equal(environments(change(accountBody(), `${key}.deleted_at`, '2026-01-01')), all - 1)
  assert.equal(environments(change(accountBody(), `${key}.wrapped_seed`, '')), all - 1)
})

test('old servers: no lifecycle, and a type of their own', () => {
  const body = change(change(secretsBody(), '0.lifecycle', undefined), '0.type', 'static')
  assert.equal(readSecrets(body)[0]?.rotating, false)
})

test('an override counts while it is active', () => {
  const override = (is_active: boolean) =>
    readSecrets(change(secretsBody(), '0.override', { is_active, value: 'ph:fake' }))[0]?.override
  assert.equal(override(true), 'ph:fake')
  assert.equal(override(false), undefined)
})

test('dynamic secrets are apart from the others', () => {
  assert.equal(readDynamicSecrets(dynamicBody()).length, 1)
  assert.equal(readDynamicSecrets(dynamicBody())[0]?.keys.length, 3)
  assert.equal(readSecrets(dynamicBody()).length, 3)
  assert.equal(readDynamicSecrets(secretsBody()).length, 0)
})

test('error texts', () => {
  assert.equal(readErrorText(Buffer.from('{"error": "x"}')), 'x')
  for (const body of ['', 'x', '[]', '{}', '{"error":1}', 'null', '{"error":"x"']) {
    assert.equal(readErrorText(Buffer.from(body)), undefined)
  }
})

test('no JSON whatever leads to anything but an answer or a ShapeError', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...WRONG), (value, [read, body, path]) => {
      for (const candidate of [value, change(body(), path, value)]) {
        try {
          read(candidate)
        } catch (error) {
          assert.ok(error instanceof ShapeError)
        }
      }
    }),
    { numRuns: 200 },
  )
})
