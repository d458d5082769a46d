// A source as its caller sees it: what it reads, how often it asks, and what it says.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in values.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHost, parseToken } from '../../../render/phase/source.ts'
import type { FakeFolders } from './fake-phase.ts'
import { failuresOf, fakePhase, jsonReply, requestOf, sourceOf, valuesOf } from './fake-phase.ts'

const web = (folders: FakeFolders, staging: FakeFolders = {}) => ({
  name: 'web',
  environments: { Production: folders, Staging: staging },
})
const PLAIN = web({ '/': { B: '2', A: '1', a: 'lower' }, '/db': { PASSWORD: 'fake' } })
const codes = (failures: readonly { code: string }[]) => failures.map(({ code }) => code)

test('a result has ids, a normal path, sorted keys, and keys for checksums and for sealing', async () => {
  const fake = fakePhase([PLAIN])
  const { checksumKey, sealingKey, secrets, ...rest } = await sourceOf(fake).read(
    requestOf({ path: '' }),
  )
  assert.deepEqual(rest, {
    host: 'https://phase.example',
    appId: 'app-0',
    environmentId: 'app-0-Production',
    referencedEnvironmentIds: [],
    path: '/',
    warnings: [],
  })
  assert.equal(checksumKey.length, 32)
  assert.deepEqual(
    secrets.map(({ key }) => key),
    ['A', 'B', 'a'],
  )
  const again = await sourceOf(fake).read(requestOf())
  assert.deepEqual(again.checksumKey, checksumKey)
  assert.equal(sealingKey.length, 32)
  assert.deepEqual(again.sealingKey, sealingKey)
  assert.notDeepEqual(sealingKey, checksumKey)
})

test('what is asked again is not fetched again', async () => {
  const fake = fakePhase([PLAIN])
  const source = sourceOf(fake)
  await Promise.all([
    source.read(requestOf()),
    source.read(requestOf({ path: '//' })),
    source.read(requestOf({ environment: 'PRODUCTION', path: '/db/' })),
    source.read(requestOf({ path: 'db', tag: '' })),
  ])
  await source.read(requestOf())
  assert.deepEqual(fake.requests, ['tokens', 'Production /', 'Production /db'])
})

test('folders that references need are read once, the ones of a wave together', async () => {
  const root = { A: '${/db/P}${Staging.S}', B: '${db/P}${db/Q}', C: '${A}' }
  const fake = fakePhase([
    web({ '/': root, '/db': { P: '${/x/X}', Q: 'q' }, '/x': { X: 'x' } }, { '/': { S: 's' } }),
  ])
  assert.deepEqual(await valuesOf(sourceOf(fake)), { A: 'xs', B: 'xq', C: 'xs' })
  assert.deepEqual(fake.requests, [
    'tokens',
    'Production /',
    'Production /db',
    'Staging /',
    'Production /x',
  ])
})

test('nothing is asked before a read, and a failure of the account is not asked again', async () => {
  const fake = fakePhase([PLAIN])
  fake.tamper = () => jsonReply(403, { error: 'Token expired or deleted' })
  const source = sourceOf(fake)
  assert.deepEqual(fake.requests, [])
  assert.deepEqual(codes(await failuresOf(source)), ['ERR_TOKEN_REJECTED'])
  assert.deepEqual(codes(await failuresOf(source, { path: '/db' })), ['ERR_TOKEN_REJECTED'])
  assert.deepEqual(fake.requests, ['tokens'])
})

test('headers: always the same three, and place by place', async () => {
  const fake = fakePhase([web({ '/bäck': { A: '1' } })])
  const seen: Record<string, string>[] = []
  fake.tamper = (reply, { headers }) => {
    seen.push({ ...headers, Authorization: '' })
    return reply
  }
  await sourceOf(fake, { userAgent: 'test/1\nX: ä' }).read(requestOf({ path: 'bäck' }))
  const always = { Accept: 'application/json', Authorization: '', 'User-Agent': 'test/1?X: ?' }
  assert.deepEqual(seen, [always, { ...always, Environment: 'app-0-Production', Path: '/bäck' }])
})

for (const path of ['/日本', '/a\nb', '/a\u0000', '/a\u0085', '/a ']) {
  test(`the path ${JSON.stringify(path)} cannot be asked for`, async () => {
    const fake = fakePhase([PLAIN])
    const failures = await failuresOf(sourceOf(fake), { path, environment: 'Prodution' })
    assert.deepEqual(codes(failures), ['ERR_PATH_INVALID', 'ERR_ENVIRONMENT_NOT_FOUND'])
    assert.deepEqual(fake.requests, ['tokens'])
  })
}

test('usage: host and token are refused together, before any request', async () => {
  const fake = fakePhase([PLAIN])
  const failures = await failuresOf(sourceOf(fake, { host: 'console', token: 'hunter2' }))
  assert.deepEqual(codes(failures), ['ERR_HOST_INVALID', 'ERR_TOKEN_MALFORMED'])
  assert.deepEqual(fake.requests, [])
  assert.throws(() => parseToken('hunter2'))
  assert.equal(parseHost('https://phase.example/'), 'https://phase.example')
})

test("usage: a person's token only where it is allowed", async () => {
  const fake = fakePhase([PLAIN], 'pss_user:v1')
  assert.deepEqual(codes(await failuresOf(sourceOf(fake))), ['ERR_TOKEN_KIND'])
  assert.equal((await valuesOf(sourceOf(fake, { allowUserToken: true }))).A, '1')
})

const TAGS = [
  ['data_base', ['A']],
  ['DATA', ['A', 'B']],
  ['Data Base', ['A']],
  ['base', ['A', 'B']],
  [undefined, ['A', 'B', 'C']],
] as const

for (const [tag, keys] of TAGS) {
  test(`tag ${tag}: ${keys.join(' ')}`, async () => {
    const root = {
      A: { value: '1', tags: ['x', 'Data Base'] },
      B: { value: '2', tags: ['data-base'] },
      C: '3',
    }
    const source = sourceOf(fakePhase([web({ '/': root })]))
    assert.deepEqual(Object.keys(await valuesOf(source, { tag })), keys)
  })
}

test('a tag that nothing has', async () => {
  const fake = fakePhase([web({ '/': { A: { value: '1', tags: ['db', 'api'] }, B: '2' } })])
  const [failure] = await failuresOf(sourceOf(fake), { tag: 'web' })
  assert.deepEqual([failure?.code, failure?.field], ['ERR_NO_SECRETS', 'tag'])
  assert.equal(failure?.hint, 'tags there: "api", "db"')
  assert.deepEqual(fake.requests, ['tokens', 'Production /'])
})

test('what the tag does not ask for is neither opened nor resolved, unless a reference needs it', async () => {
  const broken = { value: '', row: { value: 'ph:v1:damaged' } }
  const tags = ['on']
  const root = { A: { value: 'a${D}', tags }, D: 'd', X: broken, Y: '${NOPE}' }
  const source = sourceOf(fakePhase([web({ '/': root })]))
  assert.deepEqual(await valuesOf(source, { tag: 'on' }), { A: 'ad' })
  const failures = await failuresOf(source)
  assert.deepEqual(codes(failures), ['ERR_UNDECRYPTABLE', 'ERR_REFERENCE_UNRESOLVED'])
})

test('an empty value needs no seal', async () => {
  const source = sourceOf(fakePhase([web({ '/': { A: { value: 'x', row: { value: '' } } } })]))
  assert.deepEqual(await valuesOf(source), { A: '' })
})

test('every field that does not open is named by its row, and by nothing else', async () => {
  const fields = ['ph:v1:hunter2', 'hunter2', 'ph:v2:hunter2']
  const rows = fields.map((value, index) => [
    `K${index}`,
    { value: '', row: { id: `id-${index}`, value } },
  ])
  const key = { value: 'x', row: { id: 'id-9', key: 'hunter2' } }
  const source = sourceOf(fakePhase([web({ '/': { ...Object.fromEntries(rows), KEY: key } })]))
  const failures = await failuresOf(source)
  assert.deepEqual(
    failures.map(({ code, fault, message }) => `${code} ${fault} ${message}`).toSorted(),
    ['id-0', 'id-1', 'id-2', 'id-9'].map(
      (id) =>
        `ERR_UNDECRYPTABLE outside the secret with id ${id} at path "/" of environment "Production" of app "web" cannot be decrypted`,
    ),
  )
  assert.doesNotMatch(JSON.stringify(failures), /hunter2/)
})

test('a key that does not open matters only where it could be the one that is missing', async () => {
  const broken = { value: 'x', row: { id: 'id-9', key: 'ph:v1:damaged' } }
  const db = { P: 'fake', X: broken }
  const found = sourceOf(fakePhase([web({ '/': { A: '${/db/P}' }, '/db': db })]))
  assert.deepEqual(await valuesOf(found), { A: 'fake' })
  const missing = sourceOf(fakePhase([web({ '/': { A: '${/db/X}' }, '/db': db })]))
  for (const onReferenceError of ['Fail', 'Warn'] as const) {
    const failures = await failuresOf(missing, { onReferenceError })
    assert.deepEqual(codes(failures), ['ERR_UNDECRYPTABLE'])
  }
})

test('a key that is there twice is an error, by itself and through a reference', async () => {
  const fake = fakePhase([web({ '/': { A: '${/db/DUP}' }, '/db': { DUP: '1', OTHER: '2' } })])
  fake.tamper = (reply) => {
    const body: unknown = JSON.parse(Buffer.from(reply.body).toString())
    if (!Array.isArray(body) || body[0]?.path !== '/db') return reply
    return jsonReply(200, [...body, { ...body[0], id: 'another' }, body[1]])
  }
  const source = sourceOf(fake)
  const [direct, ...more] = await failuresOf(source, { path: '/db' })
  assert.equal(direct?.code, 'ERR_DUPLICATE_KEY')
  assert.match(direct?.message ?? '', /^the key "DUP" exists more than once at path "\/db"/)
  assert.deepEqual(more, [])
  const [referred] = await failuresOf(source)
  assert.equal(referred?.code, 'ERR_DUPLICATE_KEY')
  assert.match(referred?.message ?? '', /, which the value of "A" refers to$/)
})

const STRAYS = [
  ['another path', { path: '/other' }],
  ['another environment', { environment: 'app-0-Staging' }],
] as const

for (const [name, row] of STRAYS) {
  test(`rows of ${name} are refused`, async () => {
    const source = sourceOf(fakePhase([web({ '/': { A: '1', B: { value: '2', row } } })]))
    assert.deepEqual(codes(await failuresOf(source)), ['ERR_RESPONSE_INVALID'])
  })
}

test('overrides are ignored with a warning, and used where a person asks for it', async () => {
  const folders = { '/': { A: { value: 'shared', override: 'mine' }, B: '2' } }
  const fake = fakePhase([web(folders)], 'pss_user:v1')
  const { secrets, warnings } = await sourceOf(fake, { allowUserToken: true }).read(requestOf())
  assert.equal(secrets[0]?.value.revealText(), 'shared')
  assert.deepEqual(codes(warnings), ['ERR_OVERRIDE_IGNORED'])
  const mine = await sourceOf(fake, { allowUserToken: true, personalOverrides: true }).read(
    requestOf(),
  )
  assert.equal(mine.secrets[0]?.value.revealText(), 'mine')
  assert.deepEqual(mine.warnings, [])
  const service = sourceOf(fakePhase([web(folders)]), { personalOverrides: true })
  assert.equal((await valuesOf(service)).A, 'shared')
})

test('rotating secrets are warned of, also behind a reference', async () => {
  const rotating = (value: string) => ({ value, lifecycle: 'rotating' })
  const source = sourceOf(
    fakePhase([web({ '/': { A: rotating('1'), B: '${/db/R}' }, '/db': { R: rotating('2') } })]),
  )
  const { warnings } = await source.read(requestOf())
  assert.deepEqual(
    warnings.map(({ code, message }) => `${code} ${message.slice(0, 3)}`),
    ['ERR_ROTATING_SECRET "A"', 'ERR_ROTATING_SECRET "R"'],
  )
  assert.match(warnings[0]?.hint ?? '', /revocation delay/)
})

test('dynamic secrets are only asked about where something is missing, and never leased', async () => {
  const app = { ...web({ '/': { A: '${USER}${OTHER}' } }, { '/': {} }), dynamic: ['USER', 'PASS'] }
  const fake = fakePhase([app])
  const headers: string[] = []
  fake.tamper = (reply, request) => {
    headers.push(...Object.keys(request.headers))
    return reply
  }
  const source = sourceOf(fake)
  assert.deepEqual(codes(await failuresOf(source)), [
    'ERR_DYNAMIC_SECRET',
    'ERR_REFERENCE_UNRESOLVED',
  ])
  const [empty] = await failuresOf(source, { environment: 'Staging' })
  assert.equal(empty?.code, 'ERR_DYNAMIC_SECRET')
  assert.match(empty?.message ?? '', /only dynamic secrets: "PASS", "USER"$/)
  assert.deepEqual(fake.requests, [
    'tokens',
    'Production /',
    'Production / dynamic',
    'Staging /',
    'Staging / dynamic',
  ])
  assert.ok(!headers.some((name) => /lease/i.test(name)))
  const { secrets } = await sourceOf(fake).read(requestOf({ onReferenceError: 'Warn' }))
  assert.equal(secrets[0]?.value.revealText(), '${USER}${OTHER}')
})

test('a question about dynamic secrets that fails changes nothing', async () => {
  const fake = fakePhase([web({})])
  fake.tamper = (reply, { headers }) => (headers.dynamic ? jsonReply(400, {}) : reply)
  const failures = await failuresOf(sourceOf(fake))
  assert.deepEqual(codes(failures), ['ERR_NO_SECRETS'])
  assert.match(failures[0]?.hint ?? '', /exactly/)
})
