// A dev-server's store in; the sources of a run that read from it out, over the real protocol, with a
// server of the run's own on loopback. Policies hold as ever; hosts and tokens are the store's.
import type { Outcome } from '../../manifests/document.ts'
import { usageError } from '../../manifests/problem.ts'
import { spellHost } from '../../manifests/provenance.ts'
import type { Source } from '../../render/source.ts'
import type { DevServer } from '../dev-server/server.ts'
import { StoreError, startDevServer } from '../dev-server/server.ts'
import type { Io } from '../io.ts'
import type { LazySources } from '../open-later.ts'
import { openLater } from '../open-later.ts'
import { readBounded } from '../read-file.ts'
import type { Settings } from '../settings.ts'

/** Bytes of a store file. */
const LARGEST_STORE = 16 * 1024 * 1024
/** The same ids in every run: they are in what is compared. */
const SEED = 'argocd-phase-plugin preview --offline'

/** Sources that read everything from a store, whatever host and token a PhaseSecret was granted. */
export async function openOffline(
  store: string,
  settings: Settings,
  io: Io,
  deadline: number,
): Promise<Outcome<LazySources>> {
  const started = await serve(store)
  if ('problems' in started) return started
  const { host, token, close } = started.value
  const sources = openLater(
    {
      ...settings,
      hosts: [{ url: host }],
      tokens: { text: token, fromCluster: false, named: new Map() },
      cache: undefined,
    },
    io,
    deadline,
  )
  return {
    value: {
      // Which token it would be read with is no matter here, and nothing is said of it.
      async open(phaseSecret, granted) {
        const opened = await sources.open(
          { ...phaseSecret, tokenReference: undefined },
          { ...granted, host, token: { credential: undefined } },
        )
        if ('problems' in opened) return opened
        const { source, notices } = opened.value
        return { value: { source: from(spellHost(granted.host), source), notices } }
      },
      requests: sources.requests,
      async close() {
        await sources.close()
        await close()
      },
    },
  }
}

/** A Secret names the host that it would be read from, not this run's own server, whose port is another each time. */
function from(host: string, source: Source): Source {
  return { read: async (...asked) => ({ ...(await source.read(...asked)), host }) }
}

async function serve(store: string): Promise<Outcome<DevServer>> {
  const bytes = readBounded(store, LARGEST_STORE)
  if (typeof bytes === 'string') {
    const message = `the store ${store} cannot be read (${bytes.replaceAll('-', ' ')})`
    return refused(message, 'name a store file, as dev-server takes it')
  }
  try {
    return {
      value: await startDevServer({ store: bytes.toString('utf8'), file: store, seed: SEED }),
    }
  } catch (error) {
    if (error instanceof StoreError) return { problems: error.problems }
    throw error
  }
}

function refused(message: string, hint: string): Outcome<never> {
  return { problems: [usageError(message, hint)] }
}
