// The command line of `check` and its help.
import type { Command } from 'commander'
import type { CheckOptions } from '../commands/check.ts'
import type { Io } from '../io.ts'

const CHECK_HELP = `
Reads the manifests (plain, Helm, Kustomize; rendered without values) and says who gets at each Secret that
Phase manages: through the API, by a pod, by writing it, by making themselves able to; and what is wrong
with roles, bindings, workloads, PhaseSecrets, Argo CD projects and encryption at rest, at file and line.
Needs no cluster and no credential.

The policy is .phase-check.yaml in the root of the repository: severities, exemptions with a reason and an
end, readers of Secrets. The section "check" of the configuration file bounds it.

--base takes REV, REV... (where HEAD branched off), a folder or a file. Findings are then marked as new, and
who gets at a Secret is compared.

Examples:
  argocd-phase-plugin check manifests
  argocd-phase-plugin check manifests --with platform --base origin/main... --format markdown > comment.md
  argocd-phase-plugin check charts/web --format sarif > check.sarif
  argocd-phase-plugin check manifests --base origin/main... --new --format github
  argocd-phase-plugin check manifests --fix --dry-run
  argocd-phase-plugin check --explain RB001
  argocd-phase-plugin check --rules

Exit codes:
  0 nothing at the level of --fail-on or above   1 findings   2 usage   3 a tool
`

/** What commander fills in. */
type Given = Omit<CheckOptions, 'directory' | 'with'>

/** Adds it. @param done gets the exit code. */
export function addCheck(program: Command, io: Io, done: (code: number) => void): void {
  const several = (folder: string, before: readonly string[] = []) => [...before, folder]
  program
    .command('check')
    .description('say who gets at which Secret, and what is wrong with that, before the merge')
    .argument('[DIR]', 'the folder, or - for standard input; with --app the checkout', '.')
    .option('--base <WHAT>', 'compare with REV, REV..., a folder or a file')
    .option('--new', 'only what the base does not have; needs --base', false)
    .option('--with <DIR>', 'plain manifests that count too; may be repeated', several)
    .option(
      '--format <FORMAT>',
      'text, json, sarif, github, gitlab, junit, checkstyle, markdown',
      'text',
    )
    .option('--fail-on <LEVEL>', 'error, warning or note (default: of the policy, else error)')
    .option('--all', 'sarif: also what passes, is exempt, or is fixed', false)
    .option('--policy <FILE>', 'the policy (default: .phase-check.yaml of the repository)')
    .option('--config <FILE>', 'the configuration file (default: PHASE_PLUGIN_CONFIG)')
    .option('--fix', 'write the safe fixes into the files', false)
    .option('--dry-run', 'with --fix: print the patch, write nothing', false)
    .option('-n, --namespace <NAMESPACE>', 'of objects that name none')
    .option('--kube-version <VERSION>', 'the version whose rules and built-in roles count')
    .option('--recurse', 'read subfolders too', false)
    .option('--parameters <JSON>', 'what Argo CD gives in ARGOCD_APP_PARAMETERS')
    .option('--app <FILE>', 'check what an Application, or one of an ApplicationSet, renders')
    .option('--app-name <NAME>', 'which one, if FILE has several')
    .option('--repo <URL>', 'which of its repositories DIR is a checkout of')
    .option('--argocd-namespace <NAME>', "Argo CD's own, which its Applications are in", 'argocd')
    .option('--color <WHEN>', 'auto, always or never', 'auto')
    .option('--rules', 'list the rules and exit', false)
    .option('--explain <RULE>', "print a rule's page and exit")
    .addHelpText('after', CHECK_HELP)
    .action(async (directory: string, options: Given & Partial<Pick<CheckOptions, 'with'>>) => {
      const { checkCommand } = await import('../commands/check.ts')
      done(await checkCommand({ ...options, with: options.with ?? [], directory }, io))
    })
}
