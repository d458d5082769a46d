// A client that creates, changes, reads and deletes Secrets all the time, through every API server in
// turn, and remembers what failed and when.
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeClient } from './kube-client.ts'

export interface BusyClient {
  /** What is going on, for the memory of failures. */
  during(what: string): void
  /** Leaves a server alone for a while. */
  without(server: number, action: () => Promise<void>): Promise<void>
  /** Requests that were answered as they should be. */
  done(): number
  failures(): readonly string[]
  end(): Promise<void>
}

export const SECRETS = '/api/v1/namespaces/default/secrets'
/** Milliseconds. */
const PAUSE = 50
const OWN_SECRETS = 20

/**
 * Starts it.
 * @param server the client of one of `count` API servers, by number.
 * @param others Secrets of namespace default that somebody else wrote, to be read.
 */
export function startBusyClient(
  server: (index: number) => KubeClient,
  count: number,
  others: readonly string[],
): BusyClient {
  const failures: string[] = []
  const away = new Set<number>()
  const own: string[] = []
  let [what, done, isOver] = ['', 0, false]
  let busyWith: number | undefined

  const ask = async (index: number, expected: number, method: string, name: string, turn = 0) => {
    const path = method === 'POST' ? SECRETS : `${SECRETS}/${name}`
    const body = { metadata: { name }, stringData: { turn: `${turn}` } }
    const has = method === 'POST' || method === 'PUT'
    const { status, text } = await server(index).request(method, path, has ? body : undefined)
    if (status === expected) done += 1
    else failures.push(`${what}: server ${index}: ${method} ${name}: ${status} ${text}`)
  }
  const round = async (index: number, turn: number): Promise<void> => {
    // The last of the own ones was written by another server.
    for (const name of [own.at(-1), own[0], others[turn % others.length]]) {
      if (name !== undefined) await ask(index, 200, 'GET', name)
    }
    const changed = own[turn % own.length]
    if (changed !== undefined) await ask(index, 200, 'PUT', changed, turn)
    await ask(index, 201, 'POST', `busy-${turn}`, turn)
    own.push(`busy-${turn}`)
    const old = own.length > OWN_SECRETS ? own.shift() : undefined
    if (old !== undefined) await ask(index, 200, 'DELETE', old)
  }
  const work = async (): Promise<void> => {
    for (let turn = 1; !isOver; turn += 1) {
      const index = turn % count
      if (!away.has(index)) {
        busyWith = index
        await round(index, turn).catch((error: Error) => failures.push(`${what}: ${error.message}`))
        busyWith = undefined
      }
      await sleep(PAUSE)
    }
  }
  const worker = work()
  return {
    during(next) {
      what = next
    },
    async without(index, action) {
      away.add(index)
      while (busyWith === index) await sleep(PAUSE)
      await action().finally(() => away.delete(index))
    },
    done: () => done,
    failures: () => failures,
    async end() {
      isOver = true
      await worker
    },
  }
}
