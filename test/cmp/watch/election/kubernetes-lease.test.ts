// A lease in the Kubernetes API, against a real HTTP server on loopback, and an election over it in real time.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { kubernetesLease, newIdentity } from '../../../../cmp/watch/election/kubernetes-lease.ts'
import { runElected } from '../../../../cmp/watch/election/run-elected.ts'
import type { WatchEvent } from '../../../../cmp/watch/events.ts'
import { KubernetesError } from '../../../../cmp/watch/kubernetes/failure.ts'
import { systemClock } from '../../../../render/phase/retry.ts'
import type { KubeObject, ObjectApi } from '../../../support/object-api.ts'
import { startObjectApi } from '../../../support/object-api.ts'

const PATH = '/apis/coordination.k8s.io/v1/namespaces/argocd/leases/phase-watch'
const PLACE = { namespace: 'argocd', name: 'phase-watch' }
const RECORD = { holder: 'a', duration: 15_000, transitions: 3 }
const WALL = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const { signal } = new AbortController()
const folder = mkdtempSync(join(tmpdir(), 'kubernetes-lease-'))
const kubeconfig = join(folder, 'config')
let api: ObjectApi

// Without a suite around them, hooks would be those of every file in this process.
describe('a lease in Kubernetes', () => {
  beforeEach(async () => {
    api = await startObjectApi()
    api.writeKubeconfig(kubeconfig)
    api.put(PATH, {})
  })
  afterEach(() => api.close())
  after(() => rmSync(folder, { recursive: true }))

  function open(wall: () => number = () => WALL) {
    return kubernetesLease(PLACE, { settings: { kubeconfig, confidential: [] } }, { wall })
  }

  function specOf(object: KubeObject | undefined) {
    return (object?.spec ?? {}) as Readonly<Record<string, unknown>>
  }

  async function fails(work: Promise<unknown>, fault: string, message: RegExp): Promise<void> {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof KubernetesError, String(error))
      assert.equal(error.fault, fault)
      assert.match(error.message, message)
      assert.doesNotMatch(`${error.stack}${error.hint}`, /leaked/)
      return true
    })
  }

  test('an empty one is free; it is written as client-go does, with six digits after the second', async () => {
    const lease = open()
    const free = await lease.read(signal)
    assert.deepEqual(free.record, { holder: '', duration: 0, transitions: 0 })
    const written = await lease.write(RECORD, free, signal)
    assert.deepEqual(written.record, RECORD)
    assert.deepEqual(specOf(api.get(PATH)), {
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      leaseTransitions: 3,
      acquireTime: '2026-01-02T03:04:05.678001Z',
      renewTime: '2026-01-02T03:04:05.678001Z',
    })
  })

  test('a renewal keeps when it was acquired, and never looks like the one before: not by a clock that stands', async () => {
    const lease = open()
    const first = await lease.write(RECORD, await lease.read(signal), signal)
    const second = await lease.write(RECORD, first, signal)
    assert.notEqual(first.mark, second.mark)
    const { acquireTime, renewTime } = specOf(api.get(PATH))
    assert.equal(acquireTime, '2026-01-02T03:04:05.678001Z')
    assert.equal(renewTime, '2026-01-02T03:04:05.678002Z')
    const other = await lease.write({ ...RECORD, holder: 'b' }, second, signal)
    assert.equal(other.record.holder, 'b')
    assert.equal(specOf(api.get(PATH)).acquireTime, '2026-01-02T03:04:05.678003Z')
  })

  test('a lease that is given back has no holder: an empty name is not taken', async () => {
    const lease = open()
    const held = await lease.write(RECORD, await lease.read(signal), signal)
    const free = await lease.write({ ...RECORD, holder: '', duration: 1000 }, held, signal)
    assert.equal(free.record.holder, '')
    const spec = specOf(api.get(PATH))
    assert.ok(!('holderIdentity' in spec))
    assert.equal(spec.leaseDurationSeconds, 1)
  })

  test('what is not ours about the object stays', async () => {
    api.put(PATH, {
      metadata: { labels: { team: 'platform' } },
      spec: { strategy: 'OldestEmulationVersion' },
    })
    const lease = open()
    await lease.write(RECORD, await lease.read(signal), signal)
    assert.deepEqual(api.get(PATH)?.metadata?.labels, { team: 'platform' })
    assert.equal(specOf(api.get(PATH)).strategy, 'OldestEmulationVersion')
    assert.equal(api.written[0]?.metadata?.managedFields, undefined)
  })

  test('of two that write over the same reading, the second has a conflict', async () => {
    const [one, two] = [open(), open()]
    const [first, second] = [await one.read(signal), await two.read(signal)]
    await one.write(RECORD, first, signal)
    await fails(two.write(RECORD, second, signal), 'conflict', /^somebody else wrote Lease/)
  })

  test('it is made where it is missing, and where that is forbidden it is said what to apply', async () => {
    api.put(PATH, undefined)
    await fails(
      open().read(signal),
      'missing',
      /^there is no Lease argocd\/phase-watch in the cluster$/,
    )
    api.script.push(403)
    const message =
      /^there is no Lease argocd\/phase-watch in the cluster, and creating it is forbidden$/
    await fails(open().create(RECORD, signal), 'forbidden', message)
    await open().create(RECORD, signal)
    assert.equal(specOf(api.get(PATH)).holderIdentity, 'a')
    await fails(open().create(RECORD, signal), 'conflict', /^somebody else wrote/)
  })

  test('a request ends with its signal', async () => {
    api.script.push('hang')
    const late = AbortSignal.timeout(50)
    await fails(open().read(late), 'outside', /does not answer$/)
  })

  test('no two processes have one identity', () => {
    assert.notEqual(newIdentity(), newIdentity())
    assert.match(newIdentity(), /^.+_[0-9a-f-]{36}$/)
  })

  test('two candidates over HTTP: one acts, then the other', async () => {
    const timing = { leaseDuration: 3_000, renewDeadline: 2_000, retryPeriod: 100 }
    const clock = { ...systemClock, wall: () => Date.now() }
    const acts: string[] = []
    const stand = (identity: string) => {
      const end = new AbortController()
      const events: WatchEvent['type'][] = []
      const lead = async (ends: AbortSignal) => {
        acts.push(`${identity} begins`)
        await new Promise<void>((resolve) => ends.addEventListener('abort', () => resolve()))
        acts.push(`${identity} ends`)
      }
      const over = runElected({
        lease: open(Date.now),
        identity,
        clock,
        observe: ({ type }) => events.push(type),
        signal: end.signal,
        lead,
        timing,
      })
      const stop = () => {
        end.abort()
        return over
      }
      return { events, stop }
    }
    const one = stand('one')
    await sleep(300)
    const two = stand('two')
    await sleep(500)
    assert.deepEqual(acts, ['one begins'])
    await one.stop()
    await sleep(500)
    assert.deepEqual(acts, ['one begins', 'one ends', 'two begins'])
    await two.stop()
    assert.deepEqual([one.events, two.events], [['leading'], ['standing-by', 'leading']])
    assert.equal(specOf(api.get(PATH)).holderIdentity, undefined)
    assert.equal(specOf(api.get(PATH)).leaseTransitions, 2)
  })
})
