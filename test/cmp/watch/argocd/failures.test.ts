// Every way in which Argo CD gives no answer, for every call: the right fault, and nothing quoted.
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ArgoCd } from '../../../../cmp/watch/model.ts'
import type { Misbehaviour } from '../../../support/argocd-api.ts'
import { TOKEN } from '../../../support/argocd-api.ts'
import { fakeApplication } from '../../../support/argocd-application.ts'
import { failureOf, ID, setup } from './setup.ts'

const calls: Readonly<Record<string, (argocd: ArgoCd) => Promise<unknown>>> = {
  applications: (argocd) => argocd.applications(),
  environments: (argocd) => argocd.environments(ID),
  state: (argocd) => argocd.state(ID),
  hardRefresh: (argocd) => argocd.hardRefresh(ID),
  isWindowOpen: (argocd) => argocd.isWindowOpen(ID),
  sync: (argocd) => argocd.sync(ID),
}

const cases: readonly [Misbehaviour, RegExp][] = [
  [401, /^token: .* rejects the token \(401\)/],
  [403, /^denied: .* denies the request \(403\)/],
  [503, /^outside: .* fails \(status 503, code 14\)/],
  ['html', /^outside: .* something else than its JSON .*login page/],
  ['redirect', /^outside: .* redirects elsewhere \(307\)/],
  ['garbage', /^outside: .* something else than (its JSON|a list of Applications)/],
  ['other', /^outside: .* answers with something else than (a list|an App|sync windows|manifests)/],
  ['drop', /^outside: .* closed the connection/],
  ['cut', /^outside: .* closed the connection/],
]
for (const [misbehaviour, expected] of cases) {
  for (const [name, call] of Object.entries(calls)) {
    test(`${misbehaviour} to ${name}`, async () => {
      const { api, argocd } = await setup()
      api.script.push(misbehaviour)
      assert.match(await failureOf(call(argocd)), expected)
      assert.equal(api.requests.length, 1, 'nothing is repeated')
    })
  }
}

const special: readonly [what: string, status: number, call: string, expected: RegExp][] = [
  ['no such Application', 404, 'state', /^denied: /],
  ['no such repository', 404, 'environments', /^unrendered: /],
  ['a failing render', 500, 'environments', /^unrendered: .*ComparisonError/],
  ['a render that takes too long', 504, 'environments', /^unrendered: /],
  ['no repo-server', 503, 'environments', /^outside: /],
  ['sync windows that cannot be read', 500, 'isWindowOpen', /^unrendered: .*sync windows/],
  ['a project that is missing', 400, 'isWindowOpen', /^unrendered: .*project/],
  ['a project that does not allow it', 400, 'state', /^unrendered: .*project/],
  ['too many requests', 429, 'state', /^outside: /],
  ['an error of a list', 500, 'applications', /^outside: .*\(status 500, code 2\)/],
]
for (const [what, status, call, expected] of special) {
  test(`${what}: ${call} answered with ${status}`, async () => {
    const { api, argocd } = await setup()
    api.script.push(status)
    assert.match(await failureOf(calls[call]?.(argocd) ?? Promise.resolve()), expected)
  })
}

test('no more than 32 MiB of an Application and 128 MiB of a list are read', async () => {
  const { api, argocd } = await setup()
  for (const [call, fault] of [
    ['state', 'unrendered'],
    ['environments', 'unrendered'],
    ['applications', 'outside'],
  ] as const) {
    api.script.push('huge')
    const failure = await failureOf(calls[call]?.(argocd) ?? Promise.resolve())
    assert.match(failure, new RegExp(`^${fault}: .* more than is read`), call)
  }
})

test('manifests of 15 MiB are read, of 17 MiB are not', async () => {
  for (const [size, expected] of [
    [15, /^none$/],
    [17, /^unrendered: .* more than is read/],
  ] as const) {
    const { api, argocd } = await setup()
    const manifests = Array.from({ length: size }, () => ' '.repeat(1024 * 1024))
    api.applications.set('argocd/app', fakeApplication('argocd/app', manifests))
    assert.match(await failureOf(argocd.environments(ID)), expected)
  }
})

test('an answer that does not come is not waited for after the end', async () => {
  const { api, argocd, stop } = await setup()
  api.script.push('hang')
  const failure = failureOf(argocd.hardRefresh(ID))
  setTimeout(() => stop.abort(), 50)
  assert.match(await failure, /^outside: .* was not waited for/)
})

test('each call has a limit, and none waits for the next byte longer than it', async (context) => {
  const limits: readonly [call: string, seconds: number, fault: string][] = [
    ['state', 30, 'outside'],
    ['isWindowOpen', 30, 'outside'],
    ['applications', 60, 'outside'],
    // Of an Application whose repository or render hangs: the others answer.
    ['environments', 90, 'unrendered'],
    ['hardRefresh', 180, 'outside'],
  ]
  for (const [call, seconds, fault] of limits) {
    const { api, argocd } = await setup()
    api.script.push('hang')
    context.mock.timers.enable({ apis: ['setTimeout'] })
    const failure = failureOf(calls[call]?.(argocd) ?? Promise.resolve())
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
    while (api.requests.length === 0) await turn()
    context.mock.timers.tick(seconds * 1000 - 1)
    assert.equal(await Promise.race([failure, turn()]), undefined, call)
    context.mock.timers.tick(1)
    assert.match(await failure, new RegExp(`^${fault}: .* gave no answer within ${seconds} s`))
    context.mock.timers.reset()
  }
})

const folder = mkdtempSync(join(tmpdir(), 'argocd-'))
after(() => rmSync(folder, { recursive: true }))

test('the token is read anew for each request', async () => {
  const file = join(folder, 'token')
  const { api, argocd } = await setup({ token: { file } })
  assert.match(await failureOf(argocd.applications()), /^token: .*its file is missing/)
  writeFileSync(file, `${TOKEN}\n`)
  await argocd.applications()
  writeFileSync(file, 'another')
  api.tokens.add('another').delete(TOKEN)
  await argocd.applications()
  const sent = api.requests.map(({ authorization }) => authorization)
  assert.deepEqual(sent, [`Bearer ${TOKEN}`, 'Bearer another'])
})

const tokens: readonly [what: string, text: string, expected: RegExp][] = [
  ['empty', ' \n', /^token: .* is empty/],
  ['two lines', `${TOKEN}\nx-injected: 1`, /^token: .* holds characters that no token has/],
  ['a control character', `${TOKEN}\0`, /^token: .* holds characters/],
  ['not ASCII', `${TOKEN}é`, /^token: .* holds characters/],
  ['large', TOKEN.repeat(2000), /^token: .* its file is too large/],
]
for (const [what, text, expected] of tokens) {
  test(`no request is made with a token that is ${what}`, async () => {
    const file = join(folder, 'odd')
    writeFileSync(file, text)
    const { api, argocd } = await setup({ token: { file } })
    assert.match(await failureOf(argocd.state(ID)), expected)
    assert.equal(api.requests.length, 0)
  })
}

test('a folder is no token', async () => {
  chmodSync(folder, 0o755)
  const { argocd } = await setup({ token: { file: folder } })
  assert.match(await failureOf(argocd.state(ID)), /^token: .* its file is not a file/)
})

test('without readable authorities, no request is made: not even with the public ones', async () => {
  const { api, argocd } = await setup({ caFile: join(folder, 'none.pem') })
  assert.match(await failureOf(argocd.state(ID)), /^outside: caFile for Argo CD is no readable PEM/)
  assert.equal(api.requests.length, 0)
})

test('nobody listens, or somebody who does not speak TLS', async () => {
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  const { argocd } = await setup({ server: `http://127.0.0.1:${port}` })
  assert.match(await failureOf(argocd.state(ID)), /^outside: .*:\d+ refuses the connection/)
  const { api } = await setup()
  const secure = await setup({ server: api.server.replace('http:', 'https:') })
  assert.match(await failureOf(secure.argocd.state(ID)), /^outside: .* TLS handshake .*plain http/)
})

test('what is no name is not asked for', async () => {
  const { api, argocd } = await setup()
  const names = ['..', '../x?y#z', 'a/b', 'A', '', 'a?refresh=hard', `a${TOKEN}`]
  const ids = [...names.map((name) => ({ ...ID, name })), { ...ID, namespace: 'a&refresh=hard' }]
  for (const id of ids) {
    assert.match(await failureOf(argocd.state(id)), /^denied: no Application can have such a name/)
    assert.match(await failureOf(argocd.sync(id)), /^denied: no Application/)
    assert.match(await failureOf(argocd.environments(id)), /^denied: no Application/)
  }
  assert.equal(api.requests.length, 0)
})

test('a root path is kept', async () => {
  const { api } = await setup()
  const { argocd } = await setup({ server: `${api.server}/argo-cd` })
  api.applications.set('argocd/app', fakeApplication('argocd/app'))
  await failureOf(argocd.state(ID))
  assert.equal(api.requests[0]?.path, '/argo-cd/api/v1/applications/app')
})
