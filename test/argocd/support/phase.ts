// A Phase backend over TLS for the suites: the dev-server, whose values and faults a test changes, and
// which remembers every value it ever had and every part of its token, for the search for leaks.
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault } from '../../../cmp/dev-server/faults.ts'
import type { RequestCount } from '../../../cmp/dev-server/request.ts'
import { startDevServer } from '../../../cmp/dev-server/server.ts'

/** Environment of app `shop`, or `app/environment` → key → value, all in path `/`. */
export type Values = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface Phase {
  /** What an administrator gives the sidecar: host, authority, token file. */
  readonly env: Readonly<Record<string, string>>
  readonly token: string
  /** Serves these values, with these faults, from now on. */
  serve(values: Values, faults?: readonly Fault[]): void
  /** How many requests there were. */
  requests(): number
  /** What an administrator gives `watch`: the same with a token of its own. */
  readonly watchEnv: Readonly<Record<string, string>>
  /** How many requests there were with the token of `watch`. */
  polls(): number
  /** How many there were for the secrets of one `app/environment`. */
  reads(environment: string): number
  /** Everything that must not be seen anywhere, by a name for messages. */
  confidential(): ReadonlyMap<string, string>
  close(): Promise<void>
}

/** A value that nothing else looks like, with a character for each way to escape a text. */
export function secretValue(label: string): string {
  return `fake-${label}-${randomBytes(9).toString('hex')} "ü&<%+/'\\$`
}

/** The tokens, by their names in the store; the first is the renders'. */
const [RENDERS, WATCH] = ['renders', 'watch']
/** Characters; shorter pieces of a token, such as its version, are no secret. */
const SHORTEST_PART = 16

/** @param folder gets the certificates and the token file. */
export async function startPhase(folder: string, values: Values): Promise<Phase> {
  const confidential = new Map<string, string>()
  const storeOf = (served: Values, faults: readonly Fault[]): string => {
    for (const [environment, secrets] of Object.entries(served)) {
      for (const [key, value] of Object.entries(secrets)) {
        confidential.set(`${environment}.${key} #${confidential.size}`, value)
      }
    }
    return JSON.stringify(storeFile(served, faults))
  }
  const server = await startDevServer({ store: storeOf(values, []), tlsDir: join(folder, 'phase') })
  const envWith = (name: string): Phase['env'] => {
    const token = server.tokens[name] ?? ''
    const tokenFile = join(folder, `phase-token-${name}`)
    writeFileSync(tokenFile, token, { mode: 0o600 })
    for (const [index, part] of token.split(':').entries()) {
      if (part.length >= SHORTEST_PART) confidential.set(`token part ${index} of ${name}`, part)
    }
    return {
      PHASE_HOST: server.host,
      PHASE_CA_FILE: server.caFile ?? '',
      PHASE_SERVICE_TOKEN_FILE: tokenFile,
    }
  }
  const count = (isMeant: (request: RequestCount) => boolean): number =>
    server
      .requests()
      .filter(isMeant)
      .reduce((sum, each) => sum + each.count, 0)
  return {
    env: envWith(RENDERS),
    watchEnv: envWith(WATCH),
    token: server.token,
    serve: (served, faults = []) => server.update(storeOf(served, faults)),
    requests: () => count(() => true),
    polls: () => count(({ token }) => token === WATCH),
    reads: (environment) => count((each) => each.environment === environment),
    confidential: () => confidential,
    close: () => server.close(),
  }
}

function storeFile(values: Values, faults: readonly Fault[]): object {
  const apps: Record<string, { environments: Record<string, object> }> = {
    shop: { environments: {} },
  }
  for (const [place, secrets] of Object.entries(values)) {
    const [name = '', app = 'shop'] = place.split('/').reverse()
    apps[app] ??= { environments: {} }
    apps[app].environments[name] = { secrets: { '/': secrets } }
  }
  return { apps, tokens: [{ name: RENDERS }, { name: WATCH }], faults }
}
