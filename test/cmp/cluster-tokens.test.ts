// Tokens through the Kubernetes API, against a real HTTP server on loopback.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import type { ClusterOptions } from '../../cmp/cluster-tokens.ts'
import { clusterTokens } from '../../cmp/cluster-tokens.ts'
import type { Behaviour, KubernetesApi } from '../support/kubernetes-api.ts'
import { kubeconfig, startKubernetesApi } from '../support/kubernetes-api.ts'

const TOKEN = 'fake-token-of-payments'
const KEY = { namespace: 'payments', name: 'phase-token' }
const GET = 'GET /api/v1/namespaces/payments/secrets/phase-token'

let api: KubernetesApi
const folder = mkdtempSync(join(tmpdir(), 'cluster-tokens-'))
const config = join(folder, 'config')

// Without a suite around them, hooks would be those of every file in this process.
describe('token Secrets in a cluster', () => {
  beforeEach(async () => {
    api = await startKubernetesApi()
    api.writeKubeconfig(config)
  })
  afterEach(() => api.close())
  after(() => {
    rmSync(folder, { recursive: true })
  })

  function reader(options: Partial<ClusterOptions> = {}) {
    const settings = { kubeconfig: config, confidential: [] }
    const { signal } = new AbortController()
    return clusterTokens({ signal, settings, delays: [1, 1], ...options })
  }

  test('reads that one Secret, once', async () => {
    api.secrets.set('payments/phase-token', { token: `${TOKEN}\n`, other: 'fake-other' })
    const tokens = reader()
    const answers = await Promise.all([tokens.read(KEY), tokens.read(KEY)])
    assert.deepEqual([...answers, await tokens.read(KEY)], Array(3).fill({ token: TOKEN }))
    assert.deepEqual(api.requests, [GET])
  })

  test('two Secrets of one name in two namespaces are two Secrets', async () => {
    api.secrets.set('payments/phase-token', { token: 'fake-token-1' })
    api.secrets.set('billing/phase-token', { token: 'fake-token-2' })
    const tokens = reader()
    assert.deepEqual(await tokens.read(KEY), { token: 'fake-token-1' })
    assert.deepEqual(await tokens.read({ ...KEY, namespace: 'billing' }), { token: 'fake-token-2' })
  })

  test('says exactly which rule is missing', async () => {
    api.script.push(403)
    assert.deepEqual(await reader().read(KEY), {
      fault: 'outside',
      message: 'reading Secret payments/phase-token is forbidden',
      hint: 'grant in a Role of namespace payments: apiGroups: [""], resources: [secrets], resourceNames: [phase-token], verbs: [get]',
    })
    assert.equal(api.requests.length, 1)
  })

  const failures: readonly {
    readonly name: string
    readonly script?: readonly Behaviour[]
    readonly secret?: Readonly<Record<string, string>>
    readonly fault: 'usage' | 'outside'
    readonly message: RegExp
    readonly requests: number
  }[] = [
    {
      name: 'no such Secret',
      fault: 'usage',
      message: /^there is no Secret payments\/phase-token in the cluster$/,
      requests: 1,
    },
    {
      name: 'a Secret without data',
      secret: {},
      fault: 'usage',
      message: /nothing under the key token$/,
      requests: 1,
    },
    {
      name: 'another key',
      secret: { TOKEN },
      fault: 'usage',
      message: /nothing under the key token$/,
      requests: 1,
    },
    {
      name: 'an empty token',
      secret: { token: '\n' },
      fault: 'usage',
      message: /nothing under the key token$/,
      requests: 1,
    },
    {
      name: 'rejected credentials',
      script: [401],
      fault: 'outside',
      message: /rejects the credentials$/,
      requests: 1,
    },
    {
      name: 'a bad request',
      script: [400],
      fault: 'outside',
      message: /answers with status 400$/,
      requests: 1,
    },
    {
      name: 'a server that stays broken',
      script: [500, 503, 500],
      fault: 'outside',
      message: /answers with status 500$/,
      requests: 3,
    },
    {
      name: 'a server that stays busy',
      script: [429, 429, 429],
      fault: 'outside',
      message: /answers with status 429$/,
      requests: 3,
    },
    {
      name: 'dropped connections',
      script: ['drop', 'drop', 'drop'],
      fault: 'outside',
      message: /cannot be reached$/,
      requests: 3,
    },
    {
      name: 'a page instead of a Secret',
      script: ['html'],
      fault: 'outside',
      message: /cannot be used$/,
      requests: 1,
    },
  ]

  for (const { name, script = [], secret, fault, message, requests } of failures) {
    test(`${name}: one sentence, nothing of the answer`, async () => {
      if (secret !== undefined) api.secrets.set('payments/phase-token', secret)
      api.script.push(...script)
      const answer = await reader().read(KEY)
      assert.ok('message' in answer)
      assert.equal(answer.fault, fault)
      assert.match(answer.message, message)
      assert.notEqual(answer.hint, undefined)
      assert.doesNotMatch(JSON.stringify(answer), /leaked|fake|\\n/)
      assert.equal(api.requests.length, requests)
    })
  }

  for (const fault of [500, 429, 'drop'] as const) {
    test(`asks again after ${fault}`, async () => {
      api.secrets.set('payments/phase-token', { token: TOKEN })
      api.script.push(fault)
      assert.deepEqual(await reader().read(KEY), { token: TOKEN })
      assert.deepEqual(api.requests, [GET, GET])
    })
  }

  test('nobody listens', async () => {
    await api.close()
    const answer = await reader().read(KEY)
    assert.deepEqual(answer, {
      fault: 'outside',
      message: `the Kubernetes API at ${api.host} cannot be reached`,
      hint: 'check the API server, and its address and certificate authority in use',
    })
  })

  test('a signal ends a read at once, and says which signal', async () => {
    const ends = [
      { reason: new DOMException('fake reason', 'TimeoutError'), message: /within the time/ },
      { reason: new DOMException('fake reason', 'AbortError'), message: /ended from outside/ },
    ]
    for (const { reason, message } of ends) {
      api.script.push('hang')
      const abort = new AbortController()
      const answer = reader({ signal: abort.signal, delays: [60_000] }).read(KEY)
      while (api.script.length > 0) await new Promise((resolve) => setImmediate(resolve))
      abort.abort(reason)
      assert.match(JSON.stringify(await answer), message)
      const late = await reader({ signal: abort.signal }).read(KEY)
      assert.match(JSON.stringify(late), message)
    }
  })

  test('a signal ends the wait between two attempts', async () => {
    const abort = new AbortController()
    api.script.push(500)
    const answer = reader({ signal: abort.signal, delays: [60_000] }).read(KEY)
    while (api.script.length > 0) await new Promise((resolve) => setImmediate(resolve))
    setTimeout(() => abort.abort(), 5)
    assert.match(JSON.stringify(await answer), /ended from outside/)
  })

  const configurations = {
    'no file': undefined,
    'no YAML': '{ fake-token',
    'another document': 'kind: List',
    'no current context': 'clusters: []\ncontexts: []\nusers: []\n',
    'no address': kubeconfig('fake-token', 'fake-token'),
  }
  for (const [name, text] of Object.entries(configurations)) {
    test(`a kubeconfig that is ${name}: no cluster, and nothing of it`, async () => {
      if (text === undefined) rmSync(config)
      else writeFileSync(config, text)
      assert.deepEqual(await reader().read(KEY), {
        fault: 'outside',
        message: 'no Kubernetes cluster is configured to read token Secrets from',
        hint: 'set KUBECONFIG, or mount the service account token into the sidecar',
      })
    })
  }

  test('no kubeconfig anywhere: localhost is not guessed', async () => {
    const tokens = reader({ settings: { home: folder, confidential: [] } })
    assert.match(JSON.stringify(await tokens.read(KEY)), /no Kubernetes cluster is configured/)
  })

  test('a token that no header can carry is not quoted', async () => {
    writeFileSync(config, kubeconfig(`http://${api.host}`, 'fake\ntoken'))
    const answer = await reader().read(KEY)
    assert.match(JSON.stringify(answer), /cannot be (used|reached)/)
    assert.doesNotMatch(JSON.stringify(answer), /fake/)
  })

  test('the client library is loaded with the first question only', async () => {
    let loads = 0
    const tokens = reader({
      loadClient: () => {
        loads += 1
        return Promise.reject(new Error('fake-token'))
      },
    })
    assert.equal(loads, 0)
    const answers = [await tokens.read(KEY), await tokens.read({ ...KEY, name: 'other' })]
    assert.equal(loads, 1)
    for (const answer of answers) {
      assert.match(JSON.stringify(answer), /client library is not installed/)
      assert.doesNotMatch(JSON.stringify(answer), /fake/)
    }
  })
})
