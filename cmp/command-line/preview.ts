// The command line of `preview` and its help.
import type { Command } from 'commander'
import type { PreviewOptions } from '../commands/preview.ts'
import type { Io } from '../io.ts'

const PREVIEW_HELP = `
No value is ever shown: each is replaced by a fingerprint. Equal values of one run have equal
fingerprints. Without a token nothing is asked of Phase, and placeholders say where a value would
come from. All settings of generate apply (see generate --help), and:
  PHASE_FINGERPRINT_KEY   32 characters or more, secret: fingerprints of different runs compare
  NO_COLOR                no colours
  KUBECONFIG              for --against live

--against takes:
  REV      a Git revision of the repository that DIR is in; nothing of the work tree is touched
  REV...   where HEAD branched off from REV, as a pull request shows it
  FOLDER   another source, rendered with the same parameters
  FILE     manifests, such as those that generate printed
  live     the objects in the cluster, compared as Argo CD does

Examples:
  argocd-phase-plugin preview manifests
  argocd-phase-plugin preview manifests --against origin/main...
  argocd-phase-plugin preview charts/web --parameters '[{"name": "valueFiles", "array": ["prod.yaml"]}]' --against HEAD
  argocd-phase-plugin preview --app apps/web.yaml --against live --exit-code
  argocd-phase-plugin preview manifests --against origin/main... --format markdown > comment.md
  argocd-phase-plugin preview manifests --offline store.yaml --format html > preview.html

Exit codes:
  0 done   1 mend the manifests or the values in Phase; with --exit-code also: there is a difference
  2 usage   3 Phase, the network, the cluster, a credential, a tool
`

/** Adds it. @param done gets the exit code. */
export function addPreview(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('preview')
    .description('show what a render would do, or what a change does, without the values')
    .argument('[DIR]', 'the folder, or - for standard input; with --app the checkout', '.')
    .option('--against <WHAT>', 'compare with REV, REV..., a folder, a file, or live')
    .option('--format <FORMAT>', 'text, markdown, json or html', 'text')
    .option('--exit-code', 'exit with 1 if there is a difference', false)
    .option('--recurse', 'read subfolders too', false)
    .option('--parameters <JSON>', 'what Argo CD gives in ARGOCD_APP_PARAMETERS')
    .option('--config <FILE>', 'the configuration file (default: PHASE_PLUGIN_CONFIG)')
    .option('--placeholders', 'never ask Phase, even if there is a token', false)
    .option('--offline <STORE.yaml>', "take the values from a dev-server's store")
    .option('--app <FILE>', 'preview an Application, or one of an ApplicationSet, as Argo CD would')
    .option('--app-name <NAME>', 'which one, if FILE has several')
    .option('--repo <URL>', 'which of its repositories DIR is a checkout of')
    .option('--argocd-namespace <NAME>', "Argo CD's own, which its Applications are in", 'argocd')
    .option('--kubeconfig <FILE>', 'for live (default: KUBECONFIG, then ~/.kube/config)')
    .option('--context <NAME>', 'for live: a context of the kubeconfig')
    .option('--color <WHEN>', 'auto, always or never', 'auto')
    .option('--comment-id <ID>', 'markdown: tells the comments of several previews apart')
    .option('--stats', 'say how many requests and secrets it took, and how long', false)
    .addHelpText('after', PREVIEW_HELP)
    .action(async (directory: string, options: Omit<PreviewOptions, 'directory'>) => {
      const { preview } = await import('../commands/preview.ts')
      done(await preview({ directory, ...options }, io))
    })
}
