// The command lines of `config check` and `config explain`, and their help.
import type { Command } from 'commander'
import type { Io } from '../io.ts'

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

/** Adds both. @param done gets the exit code. */
export function addConfig(program: Command, io: Io, done: (code: number) => void): void {
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
      const { configCheck } = await import('../commands/config.ts')
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
      const { configExplain } = await import('../commands/config.ts')
      done(await configExplain(options, io))
    })
}
