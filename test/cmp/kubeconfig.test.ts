// Which cluster a preview reads, and what of a kubeconfig is refused; login programs really run.
import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { readClusterSettings } from '../../cmp/environment.ts'
import type { ClusterOptions } from '../../cmp/preview/cluster.ts'
import { openCluster } from '../../cmp/preview/cluster.ts'
import type { ClusterApi } from '../support/cluster-api.ts'
import { startClusterApi } from '../support/cluster-api.ts'
import { BEARER } from '../support/kubernetes-api.ts'
import { selfSigned } from '../support/self-signed.ts'

const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' }
const saved = process.env.PHASE_SERVICE_TOKEN
let api: ClusterApi
let folder = ''

before(async () => {
  api = await startClusterApi()
  const metadata = { name: 'db', namespace: 'shop' }
  api.objects.set('/api/v1/namespaces/shop/secrets/db', { kind: 'Secret', metadata })
})
after(() => api.close())
// Without a suite around them, hooks would be those of every file in this process.
describe('a kubeconfig', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
    if (saved === undefined) delete process.env.PHASE_SERVICE_TOKEN
    else process.env.PHASE_SERVICE_TOKEN = saved
  })

  interface Edit {
    readonly context?: string
    readonly user?: object
    readonly cluster?: object
  }

  /** Writes a kubeconfig of one context for the server of this file. */
  function write(name: string, { context = 'test', user, cluster }: Edit = {}): string {
    const path = join(folder, name)
    const standard = { server: `http://${api.host}`, 'insecure-skip-tls-verify': true }
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': context,
      contexts: [{ name: context, context: { cluster: `c-${context}`, user: `u-${context}` } }],
      clusters: [{ name: `c-${context}`, cluster: cluster ?? standard }],
      users: [{ name: `u-${context}`, user: user ?? { token: BEARER } }],
    }
    writeFileSync(path, JSON.stringify(config))
    return path
  }

  function open(options: Partial<ClusterOptions>) {
    return openCluster({
      settings: readClusterSettings({}),
      signal: new AbortController().signal,
      deadline: performance.now() + 10_000,
      delays: [],
      ...options,
    })
  }

  /** What is read with a kubeconfig: the answer, or the one sentence that says why there is none. */
  async function outcomeOf(options: Partial<ClusterOptions>): Promise<string> {
    const outcome = await open(options)
    if ('problems' in outcome) return outcome.problems.map(({ message }) => message).join()
    const cluster = outcome.value
    try {
      const live = (await cluster.read([secret])).get(secret)
      if (live === undefined || 'missing' in live) return 'missing'
      return 'problem' in live ? live.problem.message : `read from ${cluster.label}`
    } finally {
      cluster.close()
    }
  }

  test('the flag, then KUBECONFIG, then the home folder', async () => {
    mkdirSync(join(folder, '.kube'))
    write('.kube/config', { context: 'home' })
    const [variable, flag] = [
      write('variable', { context: 'env' }),
      write('f', { context: 'flag' }),
    ]
    const env = { HOME: folder, KUBECONFIG: variable }
    const settings = readClusterSettings(env)
    assert.equal(await outcomeOf({ settings, kubeconfig: flag }), 'read from flag (c-flag)')
    assert.equal(await outcomeOf({ settings }), 'read from env (c-env)')
    const home = readClusterSettings({ HOME: folder })
    assert.equal(await outcomeOf({ settings: home }), 'read from home (c-home)')
  })

  test('KUBECONFIG with several files: merged, the first current context counts, missing ones do not', async () => {
    const files = [join(folder, 'none'), write('a', { context: 'a' }), write('b', { context: 'b' })]
    const settings = readClusterSettings({ KUBECONFIG: files.join(delimiter) })
    assert.equal(await outcomeOf({ settings }), 'read from a (c-a)')
    assert.equal(await outcomeOf({ settings, context: 'b' }), 'read from b (c-b)')
    const twice = [write('c', { context: 'a', user: { token: 'fake' } }), files[1]]
    const again = readClusterSettings({ KUBECONFIG: twice.join(delimiter) })
    assert.match(await outcomeOf({ settings: again }), /rejects the credentials/)
  })

  test('nowhere: localhost is not guessed', async () => {
    assert.equal(await outcomeOf({}), 'no Kubernetes cluster is configured')
  })

  const refused: Readonly<Record<string, { text?: string; context?: string; says: RegExp }>> = {
    'no file': { says: /cannot be read$/ },
    'no YAML': { text: '{ fake-token', says: /is no kubeconfig$/ },
    'a list': { text: '[]', says: /no current context$/ },
    empty: { text: '', says: /is no kubeconfig$/ },
    'without a cluster': {
      text: 'current-context: a\ncontexts: [{name: a, context: {cluster: fake, user: fake}}]',
      says: /has no cluster for its context a$/,
    },
    'with a broken entry': { text: 'users: [{user: {token: fake}}]', says: /is no kubeconfig$/ },
  }
  for (const [name, { text, says }] of Object.entries(refused)) {
    test(`a kubeconfig that is ${name}: one sentence, nothing of it`, async () => {
      const kubeconfig = join(folder, 'config')
      if (text !== undefined) writeFileSync(kubeconfig, text)
      const outcome = await open({ kubeconfig })
      assert.ok('problems' in outcome)
      assert.match(outcome.problems[0]?.message ?? '', says)
      assert.doesNotMatch(JSON.stringify(outcome), /fake/)
    })
  }

  test('a context that is not there: those that are', async () => {
    const outcome = await open({ kubeconfig: write('config'), context: 'tset' })
    assert.ok('problems' in outcome)
    assert.deepEqual(outcome.problems, [
      {
        severity: 'error',
        fault: 'usage',
        message: 'the kubeconfig has no context tset',
        hint: 'it has test',
      },
    ])
  })

  test('a kubeconfig inside the previewed folder is refused, links and all', async () => {
    mkdirSync(join(folder, 'repository'))
    const repository = join(folder, 'repository')
    const inside = write('repository/config')
    symlinkSync(inside, join(folder, 'link'))
    symlinkSync(repository, join(folder, 'other-way'))
    const says = /lies inside the folder that is previewed$/
    for (const kubeconfig of [inside, join(folder, 'link'), join(folder, 'other-way/config')]) {
      assert.match(await outcomeOf({ kubeconfig, repository }), says)
    }
    const settings = readClusterSettings({ KUBECONFIG: `${write('outside')}${delimiter}${inside}` })
    assert.match(await outcomeOf({ settings, repository }), says)
    assert.equal(
      await outcomeOf({ kubeconfig: write('repository-2'), repository }),
      'read from test (c-test)',
    )
  })

  /** A login program that writes down what it was given. */
  function program(name: string, answer: string): string {
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\nenv > '${folder}/environment'\n${answer}\n`)
    chmodSync(path, 0o755)
    return path
  }

  const credential = `echo '${JSON.stringify({ kind: 'ExecCredential', status: { token: BEARER } })}'`
  const exec = (command: string) => ({
    user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command } },
  })

  test('a login program runs beside the kubeconfig, without our token', async () => {
    program('login', credential)
    process.env.PHASE_SERVICE_TOKEN = 'fake-service-token'
    const kubeconfig = write('config', exec('./login'))
    assert.equal(await outcomeOf({ kubeconfig }), 'read from test (c-test)')
    const given = readFileSync(join(folder, 'environment'), 'utf8')
    assert.match(given, /^PATH=/m)
    assert.match(given, /^KUBERNETES_EXEC_INFO=.*ExecCredential/m)
    assert.doesNotMatch(given, /fake-service-token/)
  })

  test('a login program that fails, hangs or is missing: nothing of what it says', async () => {
    const says = /^the login of the kubeconfig failed$/
    const failing = write('config', exec(program('login', 'echo fake-token >&2; exit 1')))
    assert.match(await outcomeOf({ kubeconfig: failing }), says)
    const missing = write('config', exec(join(folder, 'none')))
    assert.match(await outcomeOf({ kubeconfig: missing }), says)
    const hanging = write(
      'config',
      exec(program('login', `sleep 3; touch '${join(folder, 'late')}'`)),
    )
    const deadline = performance.now() + 300
    assert.match(await outcomeOf({ kubeconfig: hanging, deadline }), says)
    // Nobody has waited for it.
    assert.equal(existsSync(join(folder, 'late')), false)
  })

  test('auth providers that run commands of their own are refused', async () => {
    const user = { 'auth-provider': { name: 'gcp', config: { 'cmd-path': program('login', '') } } }
    assert.match(await outcomeOf({ kubeconfig: write('config', { user }) }), /no longer has$/)
  })

  test('plain http is refused where the kubeconfig does not ask for it', async () => {
    const cluster = { server: `http://${api.host}` }
    assert.match(await outcomeOf({ kubeconfig: write('config', { cluster }) }), /login .* failed/)
  })

  test('a certificate that is not of its authority is refused, even with NODE_TLS_REJECT_UNAUTHORIZED', async () => {
    const { certificate, key } = selfSigned('localhost')
    const pem = key.export({ type: 'pkcs8', format: 'pem' })
    const server = createServer({ cert: certificate, key: pem }, (_, response) =>
      response.end('{}'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      const kubeconfig = write('config', { cluster: { server: address } })
      assert.match(await outcomeOf({ kubeconfig }), /^the certificate of .* is not trusted/)
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      server.closeAllConnections()
      server.close()
    }
  })

  test('the client library is loaded only to open a cluster, and may be missing', async () => {
    const loadClient = () => Promise.reject(new Error('fake'))
    assert.equal(await outcomeOf({ loadClient }), 'the Kubernetes client library is not installed')
  })
})
