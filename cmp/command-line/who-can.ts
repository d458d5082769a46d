// The command line of `who-can`.
import type { Command } from 'commander'
import type { WhoCanOptions } from '../commands/who-can.ts'
import type { Io } from '../io.ts'

const HELP = `
Reads the roles and bindings of the manifests, and no cluster. Prints every subject that they allow it,
each with the binding, the role and the rule, at file and line. What Kubernetes grants on its own is not
listed. Nothing is printed if a document that may hold a role cannot be read; an object that the API
server would refuse grants nothing, and is a warning.

RESOURCE is the plural, the singular, the kind or a short name, with the group where it is not clear:
secrets, Secret, deploy, deployments.apps, phasesecrets.secrets.phase.dev. /NAME asks about one object.
Or the path of a URL, such as /metrics. What is not known is taken as it is written.
Without -n the question is about every namespace: who can in at least one; WHERE says in which.
With -n, objects that name no namespace are taken to be in that one.
Without /NAME, rules that are limited to names (resourceNames) are listed apart.
list and watch of one object, and its creation by server-side apply, count where rules allow that.

Examples:
  argocd-phase-plugin who-can get secrets manifests
  argocd-phase-plugin who-can get secrets/keyspace-cloud-prod-secret -n keyspace manifests
  argocd-phase-plugin who-can create pods --subresource exec --kube-version 1.34 manifests
  argocd-phase-plugin who-can update phasesecrets.secrets.phase.dev --format json charts/web
  kustomize build overlays/prod | argocd-phase-plugin who-can list secrets -

Exit codes:
  0 answered, also if it is nobody   1 mend the manifests   2 usage   3 a tool
`

/** Adds the command to the program. */
export function addWhoCan(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('who-can')
    .description('say who may do something, as the roles and bindings in manifests have it')
    .argument('<VERB>', 'get, list, watch, create, update, patch, delete, impersonate, …')
    .argument('<RESOURCE>', 'RESOURCE[.GROUP][/NAME], or the path of a URL')
    .argument('[DIR]', 'the folder, or - for standard input', '.')
    .option('-n, --namespace <NAMESPACE>', 'in this namespace (default: in any)')
    .option('--subresource <NAME>', 'such as exec or log')
    .option('--kube-version <VERSION>', 'the version whose rules and built-in roles count')
    .option('--recurse', 'read subfolders too', false)
    .option('--parameters <JSON>', 'parameters of a chart or overlay, as for generate')
    .option('--format <FORMAT>', 'text or json', 'text')
    .addHelpText('after', HELP)
    .action(
      async (
        verb: string,
        resource: string,
        directory: string,
        options: Omit<WhoCanOptions, 'verb' | 'resource' | 'directory'>,
      ) => {
        const { whoCanCommand } = await import('../commands/who-can.ts')
        done(await whoCanCommand({ ...options, verb, resource, directory }, io))
      },
    )
}
