// Arguments → a command → an exit code. Commands load when they are called: starting up is
// what a plugin does most. The commander library parses; nothing here prints by itself.
import type { Command } from 'commander'
import { addCheck } from './command-line/check.ts'
import { addConfig } from './command-line/config.ts'
import { addDevServer } from './command-line/dev-server.ts'
import { addEncryption } from './command-line/encryption.ts'
import { addGenerate } from './command-line/generate.ts'
import { addPreview } from './command-line/preview.ts'
import { addSeal } from './command-line/seal.ts'
import { addWatch } from './command-line/watch.ts'
import { addWhoCan } from './command-line/who-can.ts'
import type { Io } from './io.ts'
import { report } from './report.ts'
import { version } from './version.ts'

const PROGRAM_HELP = `
Examples:
  argocd-phase-plugin generate manifests      render a folder; needs PHASE_SERVICE_TOKEN or the like
  argocd-phase-plugin generate --help         all settings, exit codes
  argocd-phase-plugin preview manifests --against origin/main   what a change does, without the values
  argocd-phase-plugin check manifests         who gets at which Secret, what is wrong with that
  argocd-phase-plugin who-can get secrets DIR who may read Secrets, as the manifests have it
  argocd-phase-plugin seal --cert cert.pem    SealedSecrets for Git, from Secrets or PhaseSecrets
  argocd-phase-plugin encryption generate --out enc.yaml  a key for Secrets in etcd, and its file
  argocd-phase-plugin watch --config FILE     Applications follow what changes in Phase
  argocd-phase-plugin dev-server store.yaml   a local Phase to try it against
  argocd-phase-plugin config check FILE       check the configuration of an installation
`

/** In the order of the help. */
const COMMANDS = [
  addGenerate,
  addPreview,
  addCheck,
  addWhoCan,
  addSeal,
  addEncryption,
  addWatch,
  addConfig,
  addDevServer,
]

/** Runs one command line (without node and script). Never throws and never exits the process. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
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
  for (const add of COMMANDS) {
    add(program, io, (code) => {
      exitCode = code
    })
  }
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    exitCode = error.exitCode === 0 ? 0 : failUsage(error.message, argv, program, io)
  }
  await Promise.all(written)
  return exitCode
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
