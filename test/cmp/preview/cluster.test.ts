// The live cluster of a preview, against a real HTTP server on loopback.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import type { Cluster, ClusterOptions, Live, Wanted } from '../../../cmp/preview/cluster.ts'
import { openCluster } from '../../../cmp/preview/cluster.ts'
import type { Behaviour, ClusterApi } from '../../support/cluster-api.ts'
import { startClusterApi } from '../../support/cluster-api.ts'

const folder = mkdtempSync(join(tmpdir(), 'cluster-'))
const config = join(folder, 'config')
const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' }
const SECRET = '/api/v1/namespaces/shop/secrets/db'
const settings = { confidential: [] }
let api: ClusterApi
let opened: Cluster[] = []

// Without a suite around them, hooks would be those of every file in this process.
describe('a live cluster', () => {
  beforeEach(async () => {
    api = await startClusterApi()
    writeFileSync(config, api.kubeconfig())
  })
  afterEach(() => {
    for (const cluster of opened) cluster.close()
    opened = []
    return api.close()
  })
  after(() => rmSync(folder, { recursive: true }))

  function has({ kind, name, namespace }: Wanted, path: string, more: object = {}): object {
    const object = { apiVersion: 'v1', kind, metadata: { name, namespace }, ...more }
    api.objects.set(path, object)
    return object
  }

  async function open(options: Partial<ClusterOptions> = {}): Promise<Cluster> {
    const outcome = await openCluster({
      kubeconfig: config,
      settings,
      signal: new AbortController().signal,
      deadline: performance.now() + 20_000,
      delays: [1, 1],
      ...options,
    })
    assert.ok('value' in outcome, JSON.stringify(outcome))
    opened.push(outcome.value)
    return outcome.value
  }

  async function readOne(wanted: Wanted, options: Partial<ClusterOptions> = {}): Promise<Live> {
    const cluster = await open(options)
    const live = (await cluster.read([wanted])).get(wanted)
    assert.ok(live !== undefined)
    return live
  }

  function problemOf(live: Live) {
    assert.ok('problem' in live, JSON.stringify(live))
    assert.doesNotMatch(JSON.stringify(live), /leaked|fake/)
    return live.problem
  }

  test('each object is read once, each group and version is discovered once, nothing else is asked', async () => {
    const other = { ...secret, name: 'other' }
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }
    const space = { apiVersion: 'v1', kind: 'Namespace', namespace: 'ignored', name: 'shop' }
    const WEB = '/apis/apps/v1/namespaces/shop/deployments/web'
    const objects = [has(secret, SECRET), has(web, WEB), has(space, '/api/v1/namespaces/shop')]
    const cluster = await open()
    assert.deepEqual(api.requests, [])
    const live = await cluster.read([secret, other, web, space])
    assert.deepEqual(
      [secret, web, space].map((each) => live.get(each)),
      objects.map((object) => ({ object })),
    )
    assert.deepEqual(live.get(other), { missing: true })
    assert.deepEqual([...live.keys()], [secret, other, web, space])
    assert.deepEqual(
      [...api.requests].sort(),
      [
        'GET /api/v1',
        'GET /api/v1/namespaces/shop',
        `GET ${SECRET}`,
        'GET /api/v1/namespaces/shop/secrets/other',
        'GET /apis/apps/v1',
        `GET ${WEB}`,
      ].sort(),
    )
  })

  test('an object without a namespace is in that of the context', async () => {
    const { namespace: _, ...without } = secret
    assert.equal((await open()).namespace, 'default')
    const text = JSON.parse(api.kubeconfig())
    text.contexts[0].context.namespace = 'shop'
    writeFileSync(config, JSON.stringify(text))
    has(secret, SECRET)
    assert.ok('object' in (await readOne(without)))
  })

  test('what the cluster does not know is missing, with one notice for each kind', async () => {
    const widgets = ['a', 'b'].map((name) => ({ apiVersion: 'x.io/v1', kind: 'Widget', name }))
    const unknown = { apiVersion: 'v1', kind: 'Widget', name: 'c' }
    const live = await (await open()).read([...widgets, unknown])
    const answers = [...live.values()]
    const notices = answers.map((each) => ('missing' in each ? each.notice : undefined))
    assert.equal(new Set(notices).size, 2)
    assert.equal(notices[0], notices[1])
    assert.deepEqual(
      notices.map((notice) => [notice?.severity, notice?.message]),
      [
        ...Array(2).fill([
          'notice',
          'the cluster does not know Widget of x.io/v1: its objects count as missing',
        ]),
        ['notice', 'the cluster does not know Widget of v1: its objects count as missing'],
      ],
    )
  })

  const impossible: readonly Wanted[] = [
    { ...secret, name: '..' },
    { ...secret, name: '../../../../apis' },
    { ...secret, name: 'a%2fb' },
    { ...secret, name: '' },
    { ...secret, name: '\ud800' },
    { ...secret, namespace: '../x' },
    { ...secret, namespace: 'a b' },
    { ...secret, apiVersion: '../v1' },
    { ...secret, apiVersion: 'a/b/c' },
    { ...secret, apiVersion: '/v1' },
    { ...secret, apiVersion: 'v1?x=1' },
    { ...secret, apiVersion: 'x.io/..' },
    { ...secret, kind: '__proto__' },
  ]
  for (const wanted of impossible) {
    test(`${JSON.stringify(wanted)} cannot exist, and leads to no other path`, async () => {
      assert.ok('missing' in (await readOne(wanted)))
      assert.deepEqual(
        api.requests.filter((request) => request !== 'GET /api/v1'),
        [],
      )
    })
  }

  test('a name is one segment of the path', async () => {
    await readOne({ ...secret, name: 'a?b#c d;e\u001b' })
    assert.equal(api.requests[1], 'GET /api/v1/namespaces/shop/secrets/a%3Fb%23c%20d%3Be%1B')
  })

  test('says which verb, resource and namespace is forbidden', async () => {
    api.script.set(SECRET, [403])
    assert.deepEqual(problemOf(await readOne(secret)), {
      severity: 'error',
      fault: 'outside',
      object: { kind: 'Secret', namespace: 'shop', name: 'db' },
      message: 'the verb get on secrets in namespace shop is forbidden',
      hint: 'kubectl auth can-i get secrets -n shop says no: grant it, or use another context',
    })
  })

  const failures: readonly {
    readonly name: string
    readonly script: readonly Behaviour[]
    readonly message: RegExp
    readonly requests: number
    /** Whether it concerns everything. */
    readonly isWhole: boolean
  }[] = [
    { name: '401', script: [401], message: /rejects the credentials$/, requests: 1, isWhole: true },
    { name: '400', script: [400], message: /with status 400$/, requests: 1, isWhole: false },
    { name: '5xx', script: [500, 503, 500], message: /status 500$/, requests: 3, isWhole: false },
    { name: '429', script: [429, 429, 429], message: /too busy/, requests: 3, isWhole: true },
    {
      name: 'cuts',
      script: ['drop', 'drop', 'drop'],
      message: /reached$/,
      requests: 3,
      isWhole: true,
    },
    { name: 'a page', script: ['html'], message: /with JSON$/, requests: 1, isWhole: false },
    {
      name: 'no end',
      script: ['huge'],
      message: /more than/,
      requests: 1,
      isWhole: true,
    },
    {
      name: 'a redirect',
      script: [{ status: 302, headers: { location: '/api/v1' } }],
      message: /redirects/,
      requests: 1,
      isWhole: true,
    },
  ]
  for (const { name, script, message, requests, isWhole } of failures) {
    test(`${name}: one sentence, nothing of the answer`, async () => {
      const other = { ...secret, name: 'other' }
      has(other, '/api/v1/namespaces/shop/secrets/other')
      api.script.set(SECRET, [...script])
      const cluster = await open()
      const live = await cluster.read([secret])
      const problem = problemOf(live.get(secret) ?? { missing: true })
      assert.match(problem.message, message)
      assert.equal(problem.fault, 'outside')
      assert.notEqual(problem.hint, undefined)
      const asked = api.requests.filter((request) => request === `GET ${SECRET}`)
      assert.equal(asked.length, requests)
      const next = (await cluster.read([other])).get(other) ?? { missing: true }
      if (isWhole) assert.equal(problemOf(next), problem)
      else assert.ok('object' in next)
    })
  }

  test('another object than the one that was asked for is not taken', async () => {
    has({ ...secret, name: 'other' }, SECRET)
    assert.match(problemOf(await readOne(secret)).message, /answers with another object$/)
  })

  test('a fault of the discovery concerns that group only, and is asked for once', async () => {
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }
    has(secret, SECRET)
    api.script.set('/apis/apps/v1', [503, 503, 503])
    const live = await (await open()).read([web, { ...web, name: 'b' }, secret])
    const [first, second, third] = [...live.values()]
    assert.match(problemOf(first ?? { missing: true }).message, /status 503$/)
    assert.match(problemOf(second ?? { missing: true }).message, /status 503$/)
    assert.ok('object' in (third ?? {}))
    assert.equal(api.requests.filter((request) => request === 'GET /apis/apps/v1').length, 3)
  })

  test('waits as long as a busy server says, within the deadline', async () => {
    has(secret, SECRET)
    const busy = { status: 429, headers: { 'retry-after': '1' } }
    api.script.set(SECRET, [busy])
    const start = performance.now()
    assert.ok('object' in (await readOne(secret)))
    assert.ok(performance.now() - start > 950)
    api.script.set(SECRET, [{ status: 429, headers: { 'retry-after': '3600' } }])
    assert.match(problemOf(await readOne(secret)).message, /too busy/)
  })

  test('a deadline and a signal end everything, in one sentence', async () => {
    for (const [name, expected] of [
      ['TimeoutError', /within the time/],
      ['AbortError', /ended from outside/],
    ] as const) {
      api.script.set(SECRET, ['hang'])
      const abort = new AbortController()
      const cluster = await open({ signal: abort.signal })
      const live = cluster.read([secret])
      while (!api.requests.includes(`GET ${SECRET}`)) await new Promise(setImmediate)
      abort.abort(new DOMException('fake', name))
      assert.match(problemOf((await live).get(secret) ?? { missing: true }).message, expected)
    }
    api.script.set(SECRET, ['hang'])
    const late = await readOne(secret, { deadline: performance.now() + 300 })
    assert.match(problemOf(late).message, /within the time/)
  })

  test('at most eight at once', async () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ ...secret, name: `s${index}` }))
    for (const { name } of many) api.script.set(`/api/v1/namespaces/shop/secrets/${name}`, ['hang'])
    const abort = new AbortController()
    const cluster = await open({ signal: abort.signal })
    const live = cluster.read(many)
    await new Promise((resolve) => setTimeout(resolve, 300))
    assert.equal(api.requests.length, 1 + 8)
    abort.abort()
    assert.equal(new Set([...(await live).values()].map(problemOf)).size, 1)
  })

  test('what an Application manages', async () => {
    const resources = [
      { version: 'v1', kind: 'Secret', namespace: 'shop', name: 'db', status: 'Synced' },
      { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      { version: 'v1', kind: 'Namespace', name: 'shop' },
      { kind: 'Broken' },
      null,
    ]
    const path = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop'
    const application = { apiVersion: '', kind: 'Application', namespace: 'argocd', name: 'shop' }
    has(application, path, { status: { resources } })
    const cluster = await open()
    assert.deepEqual(await cluster.managedBy({ namespace: 'argocd', name: 'shop' }), {
      resources: [
        { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' },
        { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
        { apiVersion: 'v1', kind: 'Namespace', namespace: undefined, name: 'shop' },
      ],
    })
    for (const [script, message] of [
      [[], /is not in the cluster/],
      [[403], /cannot be read: the verb get on applications.argoproj.io in namespace argocd/],
    ] as const) {
      api.objects.delete(path)
      api.script.set(path, [...script])
      const answer = await cluster.managedBy({ namespace: 'argocd', name: 'shop' })
      assert.ok('problem' in answer)
      assert.equal(answer.problem.severity, 'notice')
      assert.match(answer.problem.message, message)
    }
  })
})
