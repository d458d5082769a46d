// The command line of `dev-server` and its help.
import type { Command } from 'commander'
import type { Io } from '../io.ts'

const DEV_SERVER_HELP = `
Prints one line of JSON when it is ready: host, token and caFile. It listens on loopback only.
It is for development and tests; never put a real secret into the store.

Examples:
  argocd-phase-plugin dev-server store.yaml --port 8443 --tls-dir .phase-dev
  argocd-phase-plugin dev-server store.yaml --seed demo
`

/** Adds it. @param done gets the exit code. */
export function addDevServer(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('dev-server')
    .description('run a local Phase backend over a YAML file, with real encryption')
    .argument('<STORE.yaml>', 'apps, environments and secrets to serve')
    .option('--port <number>', 'the port to listen on; 0 takes a free one', '0')
    .option('--tls-dir <DIR>', 'serve TLS with the certificates in DIR, made there if need be')
    .option('--seed <text>', 'derive all keys, ids and tokens from a text: the same on every start')
    .addHelpText('after', DEV_SERVER_HELP)
    .action(async (store: string, options: Record<'port' | 'tlsDir' | 'seed', string>) => {
      const { devServer } = await import('../commands/dev-server.ts')
      done(await devServer({ store, ...options }, io))
    })
}
