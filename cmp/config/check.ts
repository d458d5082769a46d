// A configuration that is well formed in; what will not work, and what is wider than it has to be, out.
import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Problem } from '../../manifests/problem.ts'
import type { Configuration } from './configuration.ts'

/** Files that the configuration names and that cannot be used. Run it where the plugin runs. */
export function checkFiles(configuration: Configuration, file: string): Problem[] {
  const { hosts, credentials, tokensDirectory, cache } = configuration
  return [
    ...hosts.flatMap(({ url, caFile }) => checkPath(`caFile of host ${url}`, caFile, file)),
    ...[...credentials].flatMap(([name, path]) => checkPath(`credential ${name}`, path, file)),
    ...[...credentials].flatMap(([name, path]) => checkMode(name, path, file)),
    ...checkPath('tokenSecrets.directory', tokensDirectory, file),
    ...(cache === undefined ? [] : checkPath('cacheDir', dirname(cache.directory), file)),
  ]
}

function checkPath(what: string, path: string | undefined, file: string): Problem[] {
  if (path === undefined) return []
  try {
    accessSync(path, constants.R_OK)
    return []
  } catch {
    const message = `${what}: ${path} cannot be read here`
    return [warning(file, message, 'run this where the plugin runs, or check the mount')]
  }
}

function checkMode(name: string, path: string, file: string): Problem[] {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
  if ((mode & 0o002) === 0) return []
  const message = `credential ${name}: everybody can write ${path}`
  return [warning(file, message, 'take the permission away')]
}

/** What a policy allows beyond what its author may have had in mind. */
export function checkPolicies({ policies }: Configuration, file: string): Problem[] {
  const problems: Problem[] = []
  const add = (message: string, hint: string) => problems.push(warning(file, message, hint))
  if (policies.length === 0) add('there is no policy: no Application may read anything', 'add one')
  for (const { name, match, allow } of policies) {
    const isForAll = Object.values(match).every(
      (patterns) => patterns === undefined || patterns.some(isEverything),
    )
    const isAll = [...allow.apps, ...allow.environments].some(
      (pattern) => 'name' in pattern && isEverything(pattern.name),
    )
    if (isForAll && isAll) {
      add(
        `policy ${name} lets every Application read every app or every environment`,
        'limit match.projects, or allow.apps and allow.environments',
      )
    }
    if (match.projects === undefined && !isForAll) {
      add(
        `policy ${name} does not look at the project: names of Applications can exist in several`,
        'add match.projects',
      )
    }
    if ((allow.hosts?.length ?? 1) > 1) {
      add(
        `policy ${name} sends one credential to ${allow.hosts?.length} hosts`,
        'make one policy for each host, each with its own credential',
      )
    }
    if (allow.targetNamespaces?.some(isEverything)) {
      add(`policy ${name} lets Secrets land in every namespace`, 'name the namespaces')
    }
    if (allow.argocdSecrets) {
      add(
        `policy ${name} lets Applications make repositories and clusters of Argo CD`,
        'keep it for the Applications of the platform team',
      )
    }
  }
  return problems
}

function isEverything(pattern: string): boolean {
  return /^\*+$/.test(pattern)
}

function warning(file: string, message: string, hint: string): Problem {
  const at = { file, line: 1, column: 1 }
  return { severity: 'warning', fault: 'usage', at, message, hint }
}
