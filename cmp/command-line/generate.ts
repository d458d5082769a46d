// The command line of `generate` and of `parameters`, and their help.
import type { Command } from 'commander'
import type { GenerateOptions } from '../commands/generate.ts'
import type { Io } from '../io.ts'

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

const PARAMETERS_HELP = `
Prints a JSON array of announcements: for a chart, its default values are in the parameter named
parameters. plugin.yaml announces all parameters of all kinds of source without starting a process;
name this command there (spec.parameters.dynamic) to have those of each source only.

Examples:
  argocd-phase-plugin parameters charts/web
  argocd-phase-plugin generate charts/web --parameters '[{"name": "valueFiles", "array": ["prod.yaml"]}]'
`

/** Adds both. @param done gets the exit code. */
export function addGenerate(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('generate')
    .description('print the rendered manifests of a folder or of standard input')
    .argument('[DIR]', 'the folder, or - for standard input', '.')
    .option('--recurse', 'read subfolders too', false)
    .option('--config <FILE>', 'the configuration file (default: PHASE_PLUGIN_CONFIG)')
    .option('--parameters <JSON>', 'what Argo CD gives in ARGOCD_APP_PARAMETERS, for a local run')
    .addHelpText('after', ENVIRONMENT_HELP)
    .action(async (directory: string, options: Omit<GenerateOptions, 'directory'>) => {
      const { generate } = await import('../commands/generate.ts')
      done(await generate({ directory, ...options }, io))
    })
  program
    .command('parameters')
    .description('print the parameters that a source takes, as Argo CD announces them')
    .argument('[DIR]', 'the folder of the source', '.')
    .addHelpText('after', PARAMETERS_HELP)
    .action(async (directory: string) => {
      const { announce } = await import('../commands/parameters.ts')
      done(await announce(directory, io))
    })
}
