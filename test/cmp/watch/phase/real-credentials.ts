// A dev-server, files with tokens, and credentials over them; everything is gone after the tests.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { inspect } from 'node:util'
import type { DevServer, DevServerOptions } from '../../../../cmp/dev-server/server.ts'
import { startDevServer } from '../../../../cmp/dev-server/server.ts'
import type { Credential, Sighting } from '../../../../cmp/watch/model.ts'
import { CredentialError } from '../../../../cmp/watch/model.ts'
import type { Credentials, CredentialsOptions } from '../../../../cmp/watch/phase/credentials.ts'
import { openCredentials } from '../../../../cmp/watch/phase/credentials.ts'
import type { CredentialSettings } from '../../../../cmp/watch/settings.ts'

const closers: (() => unknown)[] = []
after(async () => {
  for (const close of closers) await close()
})

export const ENVIRONMENTS = ['1', '2'].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`)

/** Two environments; `value` is in the first one. */
export function storeOf(value: string): string {
  return `
apps:
  web:
    environments:
      Production: { id: ${ENVIRONMENTS[0]}, secrets: { /: { K: ${value} } } }
      Staging: { id: ${ENVIRONMENTS[1]}, secrets: { /: { K: fake } } }
tokens:
  - { name: default }
  - { name: legacy, kind: service-v1 }
  - { name: person, kind: user }
  - { name: part, sees: [web/Staging] }
  - { name: gone, expired: true }
`
}

/** A dev-server that ends with the tests. */
export async function devServer(options: Partial<DevServerOptions> = {}): Promise<DevServer> {
  const server = await startDevServer({ store: storeOf('fake'), ...options })
  closers.push(() => server.close())
  return server
}

/** A folder that ends with the tests. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'watch-phase-'))
  closers.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Writes a file and the folders above it. */
export function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

/** Credentials that end with the tests. */
export function open(
  settings: readonly CredentialSettings[],
  options: Partial<CredentialsOptions> = {},
): Credentials {
  const credentials = openCredentials(settings, {
    proxyFor: () => undefined,
    userAgent: 'test/1',
    ...options,
  })
  closers.push(() => credentials.close())
  return credentials
}

/** The only credential of a setting. */
export async function only(
  setting: CredentialSettings,
  options: Partial<CredentialsOptions> = {},
): Promise<Credential> {
  const [credential, ...more] = await open([setting], options).list()
  assert.ok(credential !== undefined && more.length === 0)
  return credential
}

export const never = new AbortController().signal

/** What a token's text sees at a host. */
export async function seenBy(
  host: string,
  text: string,
  options: Partial<CredentialsOptions> = {},
): Promise<readonly Sighting[]> {
  return (await only({ host, token: { text } }, options)).ask(never)
}

/** The REST API's form of a whole token. */
export function restForm(token: string): string {
  const [family, version, id] = token.split(':')
  if (family === 'pss_user') return `User ${id}`
  return `${version === 'v1' ? 'Service' : 'ServiceAccount'} ${id}`
}

/** The error of asking, which has nothing of the token in it. */
export async function errorOf(asking: Promise<unknown>, token = ''): Promise<CredentialError> {
  const error = await asking.then(
    () => assert.fail('there is an answer'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof CredentialError, inspect(error))
  const { message, hint } = error
  for (const text of [message, hint]) {
    assert.match(text, /^[^\n]+[^.\n]$/)
    assert.match(text, /^(?:Phase |PHASE_|[^A-Z])/)
  }
  const shown = [
    inspect(error, { depth: 9, showHidden: true }),
    `${error.stack}`,
    JSON.stringify(error),
  ]
  for (const part of token.split(/[\s:]+/).filter(({ length }) => length > 14)) {
    for (const text of shown) assert.ok(!text.includes(part), text)
  }
  return error
}
