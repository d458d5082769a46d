// The watcher's memory in a ConfigMap, against a real HTTP server on loopback.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { StateError } from '../../../../cmp/watch/model.ts'
import { configMapStore } from '../../../../cmp/watch/state/config-map-store.ts'
import type { Behaviour, ObjectApi } from '../../../support/object-api.ts'
import { startObjectApi } from '../../../support/object-api.ts'
import { largeState, SMALL_STATE } from '../../../support/sample-watch-state.ts'

const PATH = '/api/v1/namespaces/argocd/configmaps/phase-watch-state'
const PLACE = { namespace: 'argocd', name: 'phase-watch-state' }
const OTHER = { ...SMALL_STATE, pending: [] }
const folder = mkdtempSync(join(tmpdir(), 'config-map-store-'))
const kubeconfig = join(folder, 'config')
let api: ObjectApi

// Without a suite around them, hooks would be those of every file in this process.
describe('a state in a ConfigMap', () => {
  beforeEach(async () => {
    api = await startObjectApi()
    api.writeKubeconfig(kubeconfig)
    api.put(PATH, {})
  })
  afterEach(() => api.close())
  after(() => rmSync(folder, { recursive: true }))

  function store(file = kubeconfig) {
    return configMapStore(PLACE, { settings: { kubeconfig: file, confidential: [] } })
  }

  async function refused(work: Promise<unknown>, message: RegExp, hint?: RegExp): Promise<void> {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof StateError, String(error))
      assert.match(error.message, message)
      assert.match(error.hint, hint ?? /./)
      assert.doesNotMatch(`${error.message}${error.hint}${error.stack}`, /leaked|fake-service/)
      return true
    })
  }

  function dataOf(path = PATH): Readonly<Record<string, string>> {
    return (api.get(path)?.binaryData ?? {}) as Readonly<Record<string, string>>
  }

  test('there is none in an empty one; what is saved is there for the next one', async () => {
    const one = store()
    assert.equal(await one.load(), undefined)
    await one.save(SMALL_STATE)
    await one.save(OTHER)
    assert.deepEqual(await store().load(), OTHER)
    assert.deepEqual(Object.keys(dataOf()), ['state.json.gz'])
    // One request for each, and never a list.
    const put = `PUT ${PATH}`
    assert.deepEqual(api.requests, [`GET ${PATH}`, put, put, `GET ${PATH}`])
  })

  test('a save without a load looks first', async () => {
    await store().save(SMALL_STATE)
    assert.deepEqual(api.requests, [`GET ${PATH}`, `PUT ${PATH}`])
  })

  test('of two that write, the second finds out, until it has loaded again', async () => {
    const [one, two] = [store(), store()]
    await one.load()
    await two.load()
    await one.save(SMALL_STATE)
    for (let again = 0; again < 2; again += 1) {
      await refused(two.save(OTHER), /^somebody else wrote ConfigMap argocd\/phase-watch-state$/)
    }
    assert.deepEqual(await two.load(), SMALL_STATE)
    await two.save(OTHER)
    await refused(one.save(SMALL_STATE), /^somebody else wrote/)
  })

  test('what others change beside the state stays, and refuses nothing', async () => {
    const one = store()
    await one.save(SMALL_STATE)
    const now = api.get(PATH)
    api.put(PATH, {
      ...now,
      metadata: { ...now?.metadata, labels: { team: 'platform' } },
      data: { note: 'hands off' },
    })
    await one.save(OTHER)
    await one.save(SMALL_STATE)
    const { metadata, data } = api.get(PATH) ?? {}
    assert.deepEqual(metadata?.labels, { team: 'platform' })
    assert.deepEqual(data, { note: 'hands off' })
    assert.deepEqual(await store().load(), SMALL_STATE)
    for (const { metadata: sent } of api.written) assert.equal(sent?.managedFields, undefined)
  })

  test('a save whose answer was lost is found again, and is no conflict', async () => {
    const one = store()
    await one.load()
    api.script.push('done-unheard')
    await refused(
      one.save(SMALL_STATE),
      /^the Kubernetes API at 127\.0\.0\.1:\d+ cannot be reached$/,
    )
    await one.save(OTHER)
    assert.deepEqual(await store().load(), OTHER)
  })

  describe('a state that is broken is none, and the next save takes its place', () => {
    for (const [name, text] of Object.entries({
      'no gzip': Buffer.from('{"version":1}').toString('base64'),
      'no base64': '!!!',
      empty: '',
    })) {
      test(name, async () => {
        api.put(PATH, { binaryData: { 'state.json.gz': text } })
        const one = store()
        assert.equal(await one.load(), undefined)
        await one.save(SMALL_STATE)
        assert.deepEqual(await store().load(), SMALL_STATE)
      })
    }

    test('no text', async () => {
      api.put(PATH, { binaryData: { 'state.json.gz': 7 } })
      assert.equal(await store().load(), undefined)
      api.put(PATH, { binaryData: 'text' })
      assert.equal(await store().load(), undefined)
    })
  })

  test('10,000 Applications fit; where they do not, they are left out, and what is pending is not', async () => {
    const fits = largeState(10_000, 3)
    await store().save(fits)
    assert.deepEqual(await store().load(), fits)
    const large = largeState(20_000, 3)
    await store().save(large)
    assert.deepEqual(await store().load(), { ...large, applications: {} })
    const [text = ''] = Object.values(dataOf())
    assert.ok(Buffer.from(text, 'base64').length <= 1_000_000)
  })

  describe('failures say what to do', () => {
    const cases: readonly (readonly [Behaviour, RegExp, RegExp])[] = [
      [
        403,
        /^reading ConfigMap argocd\/phase-watch-state is forbidden$/,
        /namespace argocd: apiGroups: \[""\], resources: \[configmaps\], resourceNames: \[phase-watch-state\], verbs: \[get, update\]$/,
      ],
      [401, /rejects the credentials$/, /service account token/],
      [500, /answers with status 500$/, /API server/],
      ['drop', /cannot be reached$/, /address/],
      ['html', /cannot be used$/, /kubeconfig/],
    ]
    for (const [behaviour, message, hint] of cases) {
      test(String(behaviour), async () => {
        api.script.push(behaviour)
        const one = store()
        await refused(one.load(), message, hint)
        assert.equal(await one.load(), undefined, 'and it is tried again')
      })
    }

    test('there is no ConfigMap: it is not made, because the role has no right to', async () => {
      api.put(PATH, undefined)
      const hint =
        /^create it with nothing in it: kubectl --namespace argocd create configmap phase-watch-state$/
      const message = /^there is no ConfigMap argocd\/phase-watch-state in the cluster$/
      await refused(store().load(), message, hint)
      await refused(store().save(SMALL_STATE), message, hint)
      assert.ok(api.requests.every((each) => each.startsWith('GET')))
    })

    test('writing is forbidden, or not taken', async () => {
      const one = store()
      await one.load()
      api.script.push(403)
      await refused(
        one.save(SMALL_STATE),
        /^writing ConfigMap argocd\/phase-watch-state is forbidden$/,
      )
      api.script.push(422)
      await refused(
        one.save(SMALL_STATE),
        /does not take ConfigMap .* \(status 422\)$/,
        /immutable/,
      )
    })

    test('there is no cluster, and one later', async () => {
      const late = join(folder, 'late')
      const one = store(late)
      await refused(one.load(), /^there is no file where KUBECONFIG says$/)
      api.writeKubeconfig(late)
      assert.equal(await one.load(), undefined)
    })

    test('the library is not there', async () => {
      const one = configMapStore(PLACE, {
        settings: { kubeconfig, confidential: [] },
        loadClient: () => Promise.reject(new Error('leaked')),
      })
      await refused(one.load(), /^the Kubernetes client library is not installed$/)
    })
  })

  test('without a namespace, it is the one of the context', async () => {
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'argocd' } }],
      clusters: [
        {
          name: 'test',
          cluster: { server: `http://${api.host}`, 'insecure-skip-tls-verify': true },
        },
      ],
      users: [{ name: 'test', user: { token: 'fake-service-account-token' } }],
    })
    const file = join(folder, 'with-namespace')
    writeFileSync(file, text)
    const one = configMapStore(
      { name: 'phase-watch-state' },
      { settings: { kubeconfig: file, confidential: [] } },
    )
    assert.equal(await one.load(), undefined)
    assert.deepEqual(api.requests, [`GET ${PATH}`])
  })
})
