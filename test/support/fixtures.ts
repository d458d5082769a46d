// The fixtures: each folder below fixtures/<command> is a case, files of fixed names in it.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import type { DevServer } from '../../cmp/dev-server/server.ts'
import { startDevServer } from '../../cmp/dev-server/server.ts'

/** Commands with cases, and the file of what each prints. */
const COMMANDS = {
  check: 'expected.txt',
  generate: 'expected.yaml',
  'who-can': 'expected.txt',
} as const

/** One case. */
export interface Fixture {
  /** The command and the case. */
  readonly name: string
  readonly folder: string
  /** The path of what the command prints. */
  readonly expected: string
  /** The command line, the command included. */
  readonly argv: readonly string[]
  readonly stdin: string
  readonly env: Readonly<Record<string, string>>
  readonly exitCode: number
  /** The day that it is, where the case says so: `2027-01-01`. */
  readonly today: string | undefined
  /** The dev-server's store, if the case has one. */
  readonly store: string | undefined
}

/** All cases, by command and name. */
export function readFixtures(): Fixture[] {
  return Object.entries(COMMANDS).flatMap(([command, expected]) =>
    readdirSync(join('fixtures', command))
      .sort()
      .map((name) => readFixture(command, name, expected)),
  )
}

function readFixture(command: string, name: string, expected: string): Fixture {
  const folder = join('fixtures', command, name)
  const settings = JSON.parse(readIfThere(join(folder, 'case.json')) ?? '{}')
  const stdin = readIfThere(join(folder, 'input.yaml'))
  const own = existsSync(join(folder, 'input')) ? [join(folder, 'input')] : []
  // A case may use the input of another one, or have none.
  const input: string[] = stdin === undefined ? (settings.input ?? own) : ['-']
  const args: string[] = settings.args ?? []
  return {
    name: `${command}: ${name}`,
    folder,
    expected: join(folder, settings.expected ?? expected),
    // The folder is the last of the arguments that have no name.
    argv: command === 'generate' ? [command, ...input, ...args] : [command, ...args, ...input],
    stdin: stdin ?? '',
    env: settings.env ?? {},
    exitCode: settings.exitCode ?? 0,
    today: settings.today,
    store: readIfThere(join(folder, 'store.yaml')),
  }
}

/** The text of a file, or undefined without one. */
export function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** Runs `use` with the environment of a case whose store is being served. */
export async function withStore<T>(
  fixture: Fixture,
  use: (env: Record<string, string>, server: DevServer | undefined) => Promise<T>,
): Promise<T> {
  return withConfiguration(fixture, async (configuration) => {
    const env = { ...configuration, ...fixture.env }
    return fixture.store === undefined ? use(env, undefined) : serve(fixture.store, env, use)
  })
}

async function serve<T>(
  store: string,
  settings: Readonly<Record<string, string>>,
  use: (env: Record<string, string>, server: DevServer) => Promise<T>,
): Promise<T> {
  const server = await startDevServer({ store, seed: 'fixtures' })
  try {
    const env = { PHASE_HOST: server.host, PHASE_SERVICE_TOKEN: server.token, ...settings }
    return await use(env, server)
  } finally {
    await server.close()
  }
}

/** The configuration file of a case, if it has one: paths in it are absolute, so HERE stands for its folder. */
async function withConfiguration<T>(
  { folder }: Fixture,
  use: (env: Record<string, string>) => Promise<T>,
): Promise<T> {
  const text = readIfThere(join(folder, 'config.yaml'))
  if (text === undefined) return use({})
  const temporary = mkdtempSync(join(tmpdir(), 'argocd-phase-fixture-'))
  try {
    const path = join(temporary, 'config.yaml')
    writeFileSync(path, text.replaceAll('HERE', resolve(folder)))
    return await use({ PHASE_PLUGIN_CONFIG: path })
  } finally {
    rmSync(temporary, { recursive: true })
  }
}

/** Every value in a store that a leak could show, in the spellings a leak could have. */
export function secretsOf(store: string | undefined): string[] {
  const values: string[] = []
  const visit = (node: unknown): void => {
    if (typeof node === 'string') values.push(node)
    else if (typeof node === 'object' && node !== null) Object.values(node).forEach(visit)
  }
  const apps: Record<string, { environments: Record<string, { secrets?: unknown }> }> =
    parse(store ?? '{}').apps ?? {}
  for (const { environments } of Object.values(apps)) {
    for (const { secrets } of Object.values(environments)) visit(secrets)
  }
  return values
    .filter((value) => value.length >= 6)
    .flatMap((value) => [
      value,
      Buffer.from(value).toString('base64'),
      Buffer.from(value).toString('hex'),
    ])
}
