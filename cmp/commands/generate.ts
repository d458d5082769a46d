// `generate [DIR|-]`: manifests in, the rendered stream on stdout, at once and only if everything
// succeeded. Composes what render/ leaves open: files, credentials, the network, the time budget.
import { X509Certificate } from 'node:crypto'
import type { InputFile, Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { OpenedSource } from '../../render/fetch.ts'
import type { PhaseSecret } from '../../render/model.ts'
import { httpClient } from '../../render/phase/http.ts'
import { phaseSource } from '../../render/phase/source.ts'
import { render } from '../../render/render.ts'
import type { Source } from '../../render/source.ts'
import { clusterTokens } from '../cluster-tokens.ts'
import { credentialFor } from '../credentials.ts'
import type { Settings } from '../environment.ts'
import { readSettings } from '../environment.ts'
import type { Io } from '../io.ts'
import { readBounded } from '../read-file.ts'
import { exitCodeOf, formatProblems } from '../report.ts'
import { readSource } from '../sources/source.ts'
import { defaultTools } from '../sources/tools.ts'
import { version } from '../version.ts'

/** Bytes; a bundle of all public authorities has 250 kB. */
const LARGEST_BUNDLE = 4 * 1024 * 1024

/** What the command line says. */
export interface GenerateOptions {
  /** A folder, or `-` for standard input. */
  readonly directory: string
  readonly recurse: boolean
  /** The source's parameters, as ARGOCD_APP_PARAMETERS has them; outside Argo CD only. */
  readonly parameters?: string | undefined
}

/** Runs the command. @returns the exit code (see report.ts). */
export async function generate(options: GenerateOptions, io: Io): Promise<number> {
  const { problems, output } = await produce(options, io)
  io.stderr.write(formatProblems(problems, io.stderr.isTTY))
  if (output !== undefined) await io.stdout.write(output)
  return exitCodeOf(problems)
}

interface Produced {
  readonly problems: readonly Problem[]
  readonly output?: Uint8Array | undefined
}

async function produce(options: GenerateOptions, io: Io): Promise<Produced> {
  const start = performance.now()
  const settings = readSettings(io.env)
  if ('problems' in settings) return settings
  const { host, application, timeout } = settings.value
  const deadline = start + timeout * 1000
  const files = await readFiles(options, settings.value, io, deadline)
  if ('problems' in files) return files
  const sources = openSources(settings.value, io, deadline)
  try {
    return await render(files.value, { grants: { host, application }, openSource: sources.open })
  } finally {
    sources.close()
  }
}

async function readFiles(
  { directory, recurse, parameters }: GenerateOptions,
  { application, kubernetes, untrusted, tools }: Settings,
  io: Io,
  deadline: number,
): Promise<Outcome<InputFile[]>> {
  if (parameters !== undefined && application !== undefined) {
    const message = '--parameters is for use outside Argo CD'
    const hint = 'inside it, set spec.source.plugin.parameters of the Application'
    return { problems: [{ severity: 'error', fault: 'usage', message, hint }] }
  }
  return readSource({
    directory,
    recurse,
    parameters: parameters ?? untrusted.parameters,
    application,
    kubernetes,
    tools: defaultTools(application !== undefined),
    settings: tools,
    io,
    deadline,
  })
}

interface Sources {
  open(phaseSecret: PhaseSecret): Promise<Outcome<OpenedSource>>
  close(): void
}

/** One source for each token; everything that needs the network is made when the first PhaseSecret asks. */
function openSources(settings: Settings, io: Io, deadline: number): Sources {
  const sources = new Map<string, Source>()
  const timeLeft = Math.max(0, Math.ceil(deadline - performance.now()))
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(timeLeft)])
  const cluster = settings.tokens.fromCluster ? clusterTokens({ signal }) : undefined
  let client: Outcome<ReturnType<typeof httpClient>> | undefined
  return {
    async open(phaseSecret) {
      const credential = await credentialFor(phaseSecret, settings, cluster)
      if ('problems' in credential) return credential
      client ??= openClient(settings)
      if ('problems' in client) return client
      const { token, notices } = credential.value
      const source =
        sources.get(token.trim()) ??
        phaseSource({
          host: settings.host,
          token,
          request: client.value,
          signal: io.signal,
          deadline,
          userAgent: userAgent(settings),
          allowUserToken: settings.allowUserToken,
          personalOverrides: settings.personalOverrides,
        })
      sources.set(token.trim(), source)
      return { value: { source, notices } }
    },
    close() {
      if (client !== undefined && 'value' in client) client.value.close()
    },
  }
}

function openClient({ caFile, proxyFor }: Settings): Outcome<ReturnType<typeof httpClient>> {
  const ca = caFile === undefined ? { value: undefined } : readAuthorities(caFile)
  if ('problems' in ca) return ca
  return { value: httpClient({ ca: ca.value, proxyFor }) }
}

/** The PEM text of PHASE_CA_FILE. Node would silently trust nothing more if it held no certificate. */
function readAuthorities(path: string): Outcome<string> {
  const bytes = readBounded(path, LARGEST_BUNDLE)
  try {
    if (typeof bytes === 'string') throw new TypeError(bytes)
    new X509Certificate(bytes)
    return { value: bytes.toString('utf8') }
  } catch {
    const message = 'PHASE_CA_FILE does not name a readable PEM certificate'
    const hint =
      'it must hold the certificate authority of the Phase host, as -----BEGIN CERTIFICATE-----'
    return { problems: [{ severity: 'error', fault: 'usage', message, hint }] }
  }
}

/** Phase keeps it with every read in its audit log: which program, for which Application. */
function userAgent({ application }: Settings): string {
  const product = `argocd-phase-plugin/${version}`
  const name = application?.name.replace(/[^\w./-]/g, '_').slice(0, 100)
  return name === undefined ? product : `${product} (app ${name})`
}
