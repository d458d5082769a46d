// `staleIfError`: what is no outage, and never leads to the last known answers.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { httpClient } from '../../../render/phase/http.ts'
import type { TransportFault } from '../../../render/phase/transport.ts'
import { TransportError } from '../../../render/phase/transport.ts'
import {
  afterwards,
  brokenClient,
  codesOf,
  faultAt,
  HOUR,
  memoryCache,
  readOnce,
  staleStore,
  withServer,
} from './cached-phase.ts'

const folder = mkdtempSync(join(tmpdir(), 'argocd-phase-stale-'))
after(() => rmSync(folder, { recursive: true }))

const NEVER: readonly (readonly [string, string, RegExp])[] = [
  ['a deleted token', staleStore('first', '', ', expired: true'), /^ERR_TOKEN_REJECTED$/],
  ['a withdrawn role', staleStore('second', '', ', role: none'), /^ERR_ACCESS_DENIED$/],
  ['a network policy', staleStore('second', '', ', ipBlocked: true'), /^ERR_ACCESS_DENIED$/],
  ...(['tokens', 'secrets'] as const).flatMap((endpoint) =>
    (
      [
        ['html', /^ERR_NOT_PHASE$/],
        ['redirect', /^ERR_NOT_PHASE$/],
        ['truncate', /^ERR_RESPONSE_INVALID$/],
        ['status, status: 404', /^ERR_NOT_PHASE$/],
        ['oversize', /^ERR_RESPONSE_TOO_LARGE$/],
      ] as const
    ).map(
      ([effect, code]) =>
        [`${endpoint}: ${effect}`, staleStore('second', faultAt(effect, endpoint)), code] as const,
    ),
  ),
  [
    'rows of another path',
    staleStore('second', faultAt('wrong-path', 'secrets')),
    /^ERR_RESPONSE_INVALID$/,
  ],
]

for (const [name, changed, code] of NEVER) {
  test(`never after ${name}`, () =>
    afterwards(async ({ read }) => assert.match(codesOf(await read()).join(), code), { changed }))
}

const TRANSPORT: Readonly<Record<TransportFault, boolean>> = {
  unresolved: true,
  refused: true,
  unreachable: true,
  closed: true,
  stalled: true,
  proxy: true,
  deadline: true,
  untrusted: false,
  expired: false,
  misnamed: false,
  tls: false,
  'not-http': false,
  'too-large': false,
  aborted: false,
}

for (const [name, isDown] of Object.entries(TRANSPORT)) {
  test(`a transport that is ${name} is ${isDown ? '' : 'not '}Phase being down`, () =>
    afterwards(async ({ read, known }) => {
      const fail = () => new TransportError(name as TransportFault)
      const run = await read({ request: brokenClient(fail) })
      assert.deepEqual(run.values, isDown ? known.values : {})
      assert.equal(run.failures.length, isDown ? 0 : 1)
      assert.equal(run.warnings.length, isDown ? 1 : 0)
    }))
}

test('a certificate that is not trusted is an attack, not an outage', () =>
  withServer({ store: staleStore(), tlsDir: join(folder, 'tls') }, async (server) => {
    const cache = { ...memoryCache(), staleIfError: HOUR }
    const request = httpClient({ ca: readFileSync(server.caFile ?? '', 'utf8') })
    assert.deepEqual(codesOf(await readOnce(server, { cache, request })), [])
    const run = await readOnce(server, { cache })
    assert.deepEqual(codesOf(run), ['ERR_TLS'])
    assert.doesNotMatch(run.failures[0]?.hint ?? '', /cache/)
  }))
