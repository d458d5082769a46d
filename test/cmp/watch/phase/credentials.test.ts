// What tokens of every form see of Phase, and which tokens there are.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { capture, expected, startReplay } from '../../../render/phase/replay.ts'
import {
  devServer,
  ENVIRONMENTS,
  errorOf,
  folder,
  never,
  only,
  open,
  restForm,
  seenBy,
  storeOf,
  write,
} from './real-credentials.ts'

const server = await devServer()
const { host } = server
const tokenOf = (name: string) => server.tokens[name] ?? assert.fail(name)
const idsOf = (sightings: readonly { environmentId: string }[]) =>
  sightings.map(({ environmentId }) => environmentId).sort()
const asked = () => server.requests().reduce((sum, { count }) => sum + count, 0)

const FORMS: readonly (readonly [string, string, (token: string) => string])[] = [
  ['whole', 'default', (token) => token],
  ['whole, as it is mounted', 'default', (token) => `\n ${token}\r\n`],
  ['REST', 'default', restForm],
  ['REST, as it is mounted', 'default', (token) => `  ${restForm(token)}\n`],
  ['REST with Bearer', 'default', (token) => `Bearer ${restForm(token)}`],
  ['REST with bearer', 'default', (token) => `bearer  ${restForm(token)}`],
  ['version 1', 'legacy', (token) => token],
  ['version 1, REST', 'legacy', restForm],
]
for (const [name, token, form] of FORMS) {
  test(`a token sees its environments: ${name}`, async () => {
    const sightings = await seenBy(host, form(tokenOf(token)))
    assert.deepEqual(idsOf(sightings), ENVIRONMENTS)
    for (const sighting of sightings) {
      assert.equal(sighting.host, host)
      assert.match(sighting.updatedAt, /^\d{4}-\d\d-\d\dT/)
    }
  })
}

for (const form of [(token: string) => token, restForm]) {
  test("a person's token is refused unless renders may use it, too", async () => {
    const text = form(tokenOf('person'))
    const before = asked()
    const error = await errorOf(seenBy(host, text), text)
    assert.equal(error.isPermanent, true)
    assert.match(error.message, /person's/)
    assert.equal(asked(), before)
    assert.deepEqual(idsOf(await seenBy(host, text, { allowUserToken: true })), ENVIRONMENTS)
  })
}

test('a change of one environment is seen there and nowhere else; a token sees its part', async () => {
  const other = await devServer()
  const ask = async (name: string) => {
    const sightings = await seenBy(other.host, other.tokens[name] ?? '')
    return new Map(sightings.map((each) => [each.environmentId, each.updatedAt]))
  }
  const [before, again] = [await ask('default'), await ask('default')]
  assert.deepEqual(before, again)
  other.update(storeOf('another'))
  const after = await ask('default')
  assert.notEqual(after.get(ENVIRONMENTS[0] ?? ''), before.get(ENVIRONMENTS[0] ?? ''))
  assert.equal(after.get(ENVIRONMENTS[1] ?? ''), before.get(ENVIRONMENTS[1] ?? ''))
  assert.deepEqual([...(await ask('part')).keys()], [ENVIRONMENTS[1]])
  const paths = other.requests().map(({ endpoint }) => endpoint)
  assert.ok(paths.every((endpoint) => endpoint === 'tokens'))
})

const HEX = 'ab'.repeat(32)
const MALFORMED: readonly (readonly [string, string, RegExp])[] = [
  ['a bare id', HEX, /damaged REST/],
  ['a REST token that is cut', `ServiceAccount ${HEX.slice(1)}`, /damaged REST/],
  ['a REST token with more', `ServiceAccount ${HEX}0`, /damaged REST/],
  ['another kind of account', `Root ${HEX}`, /not a Phase token/],
  ['a kind in another case', `serviceaccount ${HEX}`, /damaged REST/],
  ['another header behind it', `ServiceAccount ${HEX}\r\nHost: evil.example`, /not a Phase token/],
  ['a whole token that is cut', `pss_service:v2:${HEX}:${HEX}:${HEX}`, /is damaged/],
  ['a version to come', `pss_service:v3:${HEX}:${HEX}:${HEX}:${HEX}`, /unsupported version/],
  ['an environment token', `pss_env:v1:${HEX}`, /environment token/],
  ['a host before it', `https://evil.example ServiceAccount ${HEX}`, /not a Phase token/],
  ['nothing', '  ', /is empty/],
]
for (const [name, text, message] of MALFORMED) {
  test(`no request is made with ${name}`, async () => {
    const before = asked()
    const error = await errorOf(seenBy(host, text), text)
    assert.equal(error.isPermanent, true)
    assert.match(error.message, message)
    assert.equal(asked(), before)
  })
}

const FILES: readonly (readonly [string, (path: string) => void, RegExp])[] = [
  ['is missing', () => {}, /does not exist/],
  ['is empty', (path) => write(path, ' \n'), /is empty/],
  ['is a folder', (path) => mkdirSync(path), /is not a regular file/],
  ['is a pipe', (path) => execFileSync('sh', ['-c', 'mkfifo "$0"', path]), /is not a regular file/],
  ['is large', (path) => truncateSync(write(path, ''), 100_000), /is too large/],
  ['leads nowhere', (path) => symlinkSync('nowhere', path), /does not exist/],
]
for (const [name, make, message] of FILES) {
  test(`a token file that ${name}`, async () => {
    const file = join(folder(), 'token')
    make(file)
    const error = await errorOf((await only({ host, token: { file } })).ask(never))
    assert.equal(error.isPermanent, true)
    assert.match(error.message, message)
  })
}

test('a file is read for every request; the same token is the same credential', async () => {
  const file = write(join(folder(), 'token'), tokenOf('gone'))
  const credentials = open([{ host, token: { file } }])
  const [first] = await credentials.list()
  assert.ok(first)
  assert.equal(first.title, file)
  const error = await errorOf(first.ask(never), tokenOf('gone'))
  assert.equal(error.isPermanent, true)
  assert.match(error.message, /rejects the token/)
  assert.equal((await credentials.list())[0], first)
  writeFileSync(file, tokenOf('default'))
  assert.deepEqual(idsOf(await first.ask(never)), ENVIRONMENTS)
  assert.equal((await credentials.list())[0], first, 'it was asked with what there is')
  writeFileSync(file, tokenOf('part'))
  const [second] = await credentials.list()
  assert.ok(second !== undefined && second !== first && second.title === first.title)
  writeFileSync(file, `${restForm(tokenOf('part'))}\n`)
  assert.equal((await credentials.list())[0], second, 'the other form is the same to Phase')
  rmSync(file)
  const [third] = await credentials.list()
  assert.ok(third !== undefined && third !== second)
  // It was seen while it was away, though no list was made meanwhile.
  writeFileSync(file, tokenOf('default'))
  const [fourth] = await credentials.list()
  assert.ok(fourth)
  rmSync(file)
  await errorOf(fourth.ask(never))
  writeFileSync(file, tokenOf('default'))
  assert.ok((await credentials.list())[0] !== fourth)
})

test('a folder: by namespace and name, as the kubelet mounts them; tokens come and go', async () => {
  const directory = folder()
  const credentials = open([{ host, token: { directory } }])
  assert.deepEqual(await credentials.list(), [])
  write(join(directory, 'team-b/..2026/token'), tokenOf('part'))
  symlinkSync('..2026', join(directory, 'team-b/..data'))
  mkdirSync(join(directory, 'team-b/phase'))
  symlinkSync('../..data/token', join(directory, 'team-b/phase/token'))
  write(join(directory, 'team-a/phase/token'), tokenOf('default'))
  write(join(directory, 'team-a/copy/token'), `${tokenOf('default')}\n`)
  write(join(directory, 'Team_C/phase/token'), tokenOf('legacy'))
  write(join(directory, 'team-d/Phase/token'), tokenOf('legacy'))
  write(join(directory, 'README'), 'not a folder')
  const titles = async () => (await credentials.list()).map(({ title }) => title)
  assert.deepEqual(await titles(), ['team-a/copy', 'team-b/phase'])
  const before = await credentials.list()
  rmSync(join(directory, 'team-a/copy'), { recursive: true })
  assert.deepEqual(await titles(), ['team-a/phase', 'team-b/phase'])
  assert.equal((await credentials.list())[1], before[1])
  mkdirSync(join(directory, 'team-a/empty'))
  const empty = (await credentials.list()).find(({ title }) => title === 'team-a/empty')
  const error = await errorOf(empty?.ask(never) ?? Promise.resolve())
  assert.match(error.message, /the token's file does not exist/)
  renameSync(directory, `${directory}-moved`)
  const [gone, ...others] = await credentials.list()
  assert.deepEqual(others, [])
  assert.match((await errorOf(gone?.ask(never) ?? Promise.resolve())).message, /folder of tokens/)
  renameSync(`${directory}-moved`, directory)
})

test('one token for two hosts is two credentials', async () => {
  const other = await devServer()
  const token = { text: tokenOf('default') }
  const listed = await open([
    { host, token },
    { host: other.host, token },
    { host, token },
  ]).list()
  assert.deepEqual(
    listed.map((each) => each.host),
    [host, other.host],
  )
})

test('a credential does not print its token', async () => {
  const text = tokenOf('default')
  const credential = await only({ host, token: { text } })
  const shown = `${inspect(credential, { depth: 9, showHidden: true })}${JSON.stringify(credential)}`
  for (const part of text.split(':').slice(2)) assert.ok(!shown.includes(part))
})

for (const name of ['full', 'v1', 'readonly']) {
  test(`the real backend's answer: ${name}`, async () => {
    const replay = await startReplay({})
    const { request, response } = capture(`tokens ok: ${name}`)
    const text = request.headers.Authorization ?? ''
    try {
      const sightings = await seenBy(replay.host, text, { userAgent: 'probe/1' })
      const said = JSON.stringify(response.body)
      assert.ok(sightings.length > 0)
      const known = Object.values(expected.keys.envs).map(({ id }) => id)
      for (const { environmentId, updatedAt } of sightings) {
        assert.ok(known.includes(environmentId))
        assert.ok(said.includes(`"${updatedAt}"`))
      }
      assert.deepEqual(replay.served, [`tokens ok: ${name}`])
    } finally {
      await replay.close()
    }
  })
}

test('nothing is opened: libsodium is not even loaded', async () => {
  const script = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    const { openCredentials } = await import('./cmp/watch/phase/credentials.ts')
    const setting = { host: process.argv[1], token: { text: process.argv[2] } }
    const credentials = openCredentials([setting], { proxyFor: () => undefined, userAgent: 'x' })
    const [credential] = await credentials.list()
    const sightings = await credential.ask(new AbortController().signal)
    credentials.close()
    console.log(JSON.stringify({ loaded, count: sightings.length }))
  `
  const { promisify } = await import('node:util')
  const { execFile } = await import('node:child_process')
  const parameters = ['--input-type=module', '-e', script, host, restForm(tokenOf('default'))]
  const { stdout } = await promisify(execFile)(process.execPath, parameters)
  const { loaded, count } = JSON.parse(stdout)
  assert.equal(count, 2)
  assert.ok(loaded.some((url: string) => url.endsWith('render/phase/http.ts')))
  const heavy = loaded.filter((url: string) => /node_modules|sodium|account\.ts$/.test(url))
  assert.deepEqual(heavy, [])
})
