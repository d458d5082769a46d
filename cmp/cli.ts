// Arguments → a command → an exit code. Commands load when they are called: starting up is
// what a plugin does most. The commander library parses; nothing here prints by itself.
import type { Command } from 'commander'
import { addWhoCan } from './cli-who-can.ts'
import type { GenerateOptions } from './commands/generate.ts'
import type { Io } from './io.ts'
import { report } from './report.ts'
import { version } from './version.ts'

const ENVIRONMENT_HELP = `
Environment:
  PHASE_HOST                 the Phase host (default https://console.phase.dev)
  PHASE_SERVICE_TOKEN        the service token; or one of:
  PHASE_SERVICE_TOKEN_FILE     a file that holds it
  PHASE_TOKENS_DIR             a folder of mounted token Secrets: <namespace>/<name>/token
  PHASE_TOKENS_FROM_CLUSTER    true: token Secrets through the Kubernetes API
  PHASE_CA_FILE              PEM file with the certificate authority of the host, if it is a private one
  PHASE_PLUGIN_CONFIG        the platform's configuration file: hosts, credentials, policies
  PHASE_TIMEOUT              seconds for everything, retries included (default 45)
  PHASE_ALLOW_USER_TOKEN     true: accept a person's token (pss_user)
  PHASE_PERSONAL_OVERRIDES   true: with a person's token, that person's overrides win
  HTTPS_PROXY, NO_PROXY      as usual; loopback is never proxied

Examples:
  argocd-phase-plugin generate manifests
  argocd-phase-plugin generate --recurse . | kubectl diff -f -
  argocd-phase-plugin generate charts/web --parameters '[{"name": "valueFiles", "array": ["prod.yaml"]}]'
  helm template . | argocd-phase-plugin generate -

Exit codes:
  0 done   1 mend the manifests or the values in Phase   2 usage   3 Phase, the network, a credential, a tool
`

const PROGRAM_HELP = `
Examples:
  argocd-phase-plugin generate manifests      render a folder; needs PHASE_SERVICE_TOKEN or the like
  argocd-phase-plugin generate --help         all settings, exit codes
  argocd-phase-plugin who-can get secrets DIR who may read Secrets, as the manifests have it
  argocd-phase-plugin dev-server store.yaml   a local Phase to try it against
  argocd-phase-plugin config check FILE       check the configuration of an installation
`

const PARAMETERS_HELP = `
Prints a JSON array of announcements: for a chart, its default values are in the parameter named
parameters. plugin.yaml announces all parameters of all kinds of source without starting a process;
name this command there (spec.parameters.dynamic) to have those of each source only.

Examples:
  argocd-phase-plugin parameters charts/web
  argocd-phase-plugin generate charts/web --parameters '[{"name": "valueFiles", "array": ["prod.yaml"]}]'
`

const DEV_SERVER_HELP = `
Prints one line of JSON when it is ready: host, token and caFile. It listens on loopback only.
It is for development and tests; never put a real secret into the store.

Examples:
  argocd-phase-plugin dev-server store.yaml --port 8443 --tls-dir .phase-dev
  argocd-phase-plugin dev-server store.yaml --seed demo
`

const CONFIG_HELP = `
Examples:
  argocd-phase-plugin config check /etc/argocd-phase-plugin/config.yaml
  argocd-phase-plugin config explain --config config.yaml --project payments --app api
  argocd-phase-plugin config explain --config config.yaml --project payments --app api \\
    --namespace payments --repo https://git.example.com/payments/deploy \\
    --phase-app payments-api --environment Production --path /db

Exit codes:
  0 fine, or allowed   1 the wish is denied   2 the file or the command line is wrong
`

/** Runs one command line (without node and script). Never throws and never exits the process. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
      await io.stdout.write(`${version}\n`)
      return 0
    }
    return await parse(argv, io)
  } catch (error) {
    return failUnexpectedly(error, io)
  }
}

async function parse(argv: readonly string[], io: Io): Promise<number> {
  const { Command, CommanderError } = await import('commander')
  let exitCode = 0
  const written: Promise<void>[] = []
  const program = new Command('argocd-phase-plugin')
    .description('Renders Phase secrets into Kubernetes manifests, for Argo CD and for people.')
    .version(version)
    .addHelpText('after', PROGRAM_HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        written.push(io.stdout.write(text))
      },
      writeErr: () => {},
    })
  addCommands(program, io, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    exitCode = error.exitCode === 0 ? 0 : failUsage(error.message, argv, program, io)
  }
  await Promise.all(written)
  return exitCode
}

function addCommands(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('generate')
    .description('print the rendered manifests of a folder or of standard input')
    .argument('[DIR]', 'the folder, or - for standard input', '.')
    .option('--recurse', 'read subfolders too', false)
    .option('--config <FILE>', 'the configuration file (default: PHASE_PLUGIN_CONFIG)')
    .option('--parameters <JSON>', 'what Argo CD gives in ARGOCD_APP_PARAMETERS, for a local run')
    .addHelpText('after', ENVIRONMENT_HELP)
    .action(async (directory: string, options: Omit<GenerateOptions, 'directory'>) => {
      const { generate } = await import('./commands/generate.ts')
      done(await generate({ directory, ...options }, io))
    })
  program
    .command('parameters')
    .description('print the parameters that a source takes, as Argo CD announces them')
    .argument('[DIR]', 'the folder of the source', '.')
    .addHelpText('after', PARAMETERS_HELP)
    .action(async (directory: string) => {
      const { announce } = await import('./commands/parameters.ts')
      done(await announce(directory, io))
    })
  addWhoCan(program, io, done)
  addConfigCommands(program, io, done)
  program
    .command('dev-server')
    .description('run a local Phase backend over a YAML file, with real encryption')
    .argument('<STORE.yaml>', 'apps, environments and secrets to serve')
    .option('--port <number>', 'the port to listen on; 0 takes a free one', '0')
    .option('--tls-dir <DIR>', 'serve TLS with the certificates in DIR, made there if need be')
    .option('--seed <text>', 'derive all keys, ids and tokens from a text: the same on every start')
    .addHelpText('after', DEV_SERVER_HELP)
    .action(async (store: string, options: Record<'port' | 'tlsDir' | 'seed', string>) => {
      const { devServer } = await import('./commands/dev-server.ts')
      done(await devServer({ store, ...options }, io))
    })
}

function addConfigCommands(program: Command, io: Io, done: (code: number) => void): void {
  const config = program
    .command('config')
    .description("check and explain the platform's configuration file")
    .addHelpText('after', CONFIG_HELP)
  config
    .command('check')
    .description('say what is wrong with a configuration file, or wider than it has to be')
    .argument('<FILE>', 'the configuration file')
    .addHelpText('after', CONFIG_HELP)
    .action(async (file: string) => {
      const { configCheck } = await import('./commands/config.ts')
      done(await configCheck(file, io))
    })
  config
    .command('explain')
    .description('say which policies apply to an Application, and whether a wish is allowed')
    .option('--config <FILE>', 'the configuration file (default: PHASE_PLUGIN_CONFIG)')
    .requiredOption('--app <NAME>', 'the Application, as in ARGOCD_APP_NAME')
    .option('--project <NAME>', 'its AppProject')
    .option('--namespace <NAME>', 'its destination namespace')
    .option('--repo <URL>', 'its repository')
    .option('--phase-app <NAME>', 'wish: an app by its name')
    .option('--phase-app-id <ID>', 'wish: an app by its id')
    .option('--environment <NAME>', 'wish: an environment (default: production)')
    .option('--path <PATH>', 'wish: a path (default: /)')
    .option('--phase-host <URL>', 'wish: a host')
    .option('--token-reference <NAMESPACE/NAME>', 'wish: a token Secret')
    .option('--target-namespace <NAME>', 'wish: the namespace of the Secret')
    .option('--secret-type <TYPE>', 'wish: the type of the Secret')
    .option('--format <FORMAT>', 'text or json', 'text')
    .addHelpText('after', CONFIG_HELP)
    .action(async (options) => {
      const { configExplain } = await import('./commands/config.ts')
      done(await configExplain(options, io))
    })
}

/** A mistake in the command line: one line and where to look, no usage dump. */
function failUsage(message: string, argv: readonly string[], program: Command, io: Io): number {
  const known = program.commands.find((command) => command.name() === argv[0])
  const called = [program.name(), known?.name()].filter((part) => part !== undefined).join(' ')
  const [text = '', suggestion] = message.replace(/^error: /, '').split('\n')
  const plain = message === '(outputHelp)' ? 'no command given' : text
  const hint = suggestion?.replace(/[()]/g, '').toLowerCase() ?? `run ${called} --help`
  return report([{ severity: 'error', fault: 'usage', message: plain, hint }], io)
}

/**
 * A bug of ours. The error's own message may hold anything, a value included, so only its
 * class and the place in our code are shown.
 */
function failUnexpectedly(error: unknown, io: Io): number {
  const name = error instanceof Error ? error.constructor.name : typeof error
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const frame = /\n {4}at (?:async )?([\w.$<>]+ )?\(?(?:.*[/\\])?([\w.-]+:\d+:\d+)\)?/.exec(stack)
  const place = frame === null ? '' : ` at ${frame[1] ?? ''}${frame[2]}`
  return report(
    [
      {
        severity: 'error',
        fault: 'outside',
        message: `internal error (${name}${place})`,
        hint: 'this is a bug in argocd-phase-plugin; nothing was written',
      },
    ],
    io,
  )
}
