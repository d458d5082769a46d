// The command line of `watch` and its help.
import type { Command } from 'commander'
import type { WatchOptions } from '../commands/watch.ts'
import type { Io } from '../io.ts'

const HELP = `
Argo CD keeps what was rendered for a day; a value that changed in Phase shows up when somebody refreshes.
This process asks Phase which environments have changed, without reading a secret, and has Argo CD render
the Applications anew that use them, and no others. Auto-sync and self-heal decide what happens then.
Nobody has to say which Application uses what: it stands in the annotations of what was rendered.
secrets.phase.dev/watch: "false" on an Application keeps it out.

It needs an account of Argo CD with "applications, get" (with sync: true also "applications, sync"), and
a Phase token that sees the environments. With state.configMap and lease it needs one ConfigMap and one
Lease in the cluster. It reads no Secret of a cluster.

Without a configuration file, or without its section watch:
  ARGOCD_SERVER              host[:port] as for the argocd command, or a URL
  ARGOCD_AUTH_TOKEN          the account's token
  PHASE_HOST, PHASE_SERVICE_TOKEN, PHASE_SERVICE_TOKEN_FILE, PHASE_TOKENS_DIR, PHASE_CA_FILE,
  PHASE_PLUGIN_CONFIG, HTTPS_PROXY, NO_PROXY    as for generate (see generate --help)
  KUBECONFIG                 for the state and the lease, outside of a pod

Examples:
  argocd-phase-plugin watch --config /etc/argocd-phase-plugin/config.yaml --listen 0.0.0.0:8080
  argocd-phase-plugin watch --config config.yaml --dry-run
  argocd-phase-plugin watch --config config.yaml --once --log-format json
  ARGOCD_SERVER=localhost:8080 argocd-phase-plugin watch

--listen serves /healthz, /readyz and /metrics over plain HTTP to anybody who reaches it: numbers, and what
tokens are called. Probes of a kubelet need 0.0.0.0 or the pod's address; without --listen nothing is served.

Exit codes:
  0 told to stop, or --once without trouble   2 usage   3 Argo CD, Phase, the cluster, a credential
`

/** Adds it. @param done gets the exit code. */
export function addWatch(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('watch')
    .description('have Argo CD render Applications anew when their values change in Phase')
    .option('--config <FILE>', 'the configuration file (default: PHASE_PLUGIN_CONFIG)')
    .option('--once', 'look once, refresh what has changed, and end', false)
    .option('--dry-run', 'say what would be refreshed, and refresh nothing', false)
    .option('--listen <ADDRESS:PORT>', 'serve probes and metrics there')
    .option('--log-format <FORMAT>', 'text or json', 'text')
    .option('--kubeconfig <FILE>', 'for state and lease (default: as kubectl, then the pod)')
    .option('--context <NAME>', 'a context of the kubeconfig')
    .addHelpText('after', HELP)
    .action(async (options: WatchOptions) => {
      const { watchCommand } = await import('../commands/watch.ts')
      done(await watchCommand(options, io))
    })
}
