// One Phase host in; its connections out, which live as long as the process does. What a long life brings
// is here: an authority that is replaced in its file, and answers that are many at a time.
import type { Outcome } from '../../../manifests/document.ts'
import { gate } from '../../../render/phase/api.ts'
import type { HttpClient } from '../../../render/phase/http.ts'
import { httpClient } from '../../../render/phase/http.ts'
import { readHostAuthorities } from '../../authorities.ts'

/** The connections to one host. */
export interface Connections {
  /** Does something with a client, when it is its turn. The client is not to be kept. */
  use<T>(task: (client: Outcome<HttpClient>) => Promise<T>): Promise<T>
  /** Ends everything that is under way. */
  close(): void
}

export interface ConnectionsOptions {
  /** Read anew for every request. */
  readonly caFile: string | undefined
  readonly proxyFor: (url: URL) => string | undefined
}

/** Requests at a time: an answer may take 32 MiB, and some times as much until it is understood. */
const MOST_AT_ONCE = 2
/** Milliseconds; less than any proxy or load balancer waits before it closes a connection in silence. */
const IDLE = 4_000

interface Opened {
  readonly ca: string | undefined
  readonly client: HttpClient
  users: number
}

/** Nothing is opened before it is used. */
export function openConnections({ caFile, proxyFor }: ConnectionsOptions): Connections {
  const enter = gate(MOST_AT_ONCE)
  let opened: Opened | undefined
  const current = (): Outcome<Opened> => {
    const ca = readHostAuthorities(caFile)
    if ('problems' in ca) return ca
    if (opened !== undefined && opened.ca === ca.value) return { value: opened }
    if (opened?.users === 0) opened.client.close()
    opened = { ca: ca.value, client: httpClient({ ca: ca.value, proxyFor, idle: IDLE }), users: 0 }
    return { value: opened }
  }
  return {
    use: (task) =>
      enter(async () => {
        const mine = current()
        if ('problems' in mine) return task(mine)
        mine.value.users += 1
        try {
          return await task({ value: mine.value.client })
        } finally {
          mine.value.users -= 1
          if (mine.value !== opened && mine.value.users === 0) mine.value.client.close()
        }
      }),
    close: () => opened?.client.close(),
  }
}
