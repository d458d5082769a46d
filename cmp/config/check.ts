// A configuration that is well formed in; what will not work, and what is wider than it has to be, out.
import { dirname } from 'node:path'
import { subjectText } from '../../manifests/check/policy/names.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { Policy } from '../../render/tenancy/policy.ts'
import { checkMode, checkPath, warning } from './check-file.ts'
import type { Configuration } from './configuration.ts'

/** Files that the configuration names and that cannot be used. Run it where the plugin runs. */
export function checkFiles(configuration: Configuration, file: string): Problem[] {
  const { hosts, credentials, tokensDirectory, cache, sealing } = configuration
  const certificates = [...(sealing?.certificates ?? [])]
  return [
    ...hosts.flatMap(({ url, caFile }) => checkPath(`caFile of host ${url}`, caFile, file)),
    ...[...credentials].flatMap(([name, path]) => checkPath(`credential ${name}`, path, file)),
    ...[...credentials].flatMap(([name, path]) => checkMode(`credential ${name}`, path, file)),
    ...certificates.flatMap(([name, { file: path }]) =>
      checkMode(`sealing certificate ${name}`, path, file),
    ),
    ...checkMode('sealing.keyFile', sealing?.keyFile, file),
    ...checkPath('tokenSecrets.directory', tokensDirectory, file),
    ...(cache === undefined ? [] : checkPath('cacheDir', dirname(cache.directory), file)),
  ]
}

/** What policies allow beyond what their author may have had in mind. */
export function checkPolicies({ policies, watch }: Configuration, file: string): Problem[] {
  // A file of its own for watch needs none.
  if (policies.length === 0 && watch !== undefined) return []
  if (policies.length === 0) {
    return [warning(file, 'there is no policy: no Application may read anything', 'add one')]
  }
  return policies.flatMap((policy) =>
    widths(policy)
      .filter(({ isSo }) => isSo)
      .map(({ says, hint }) => warning(file, `policy ${policy.name} ${says}`, hint)),
  )
}

/** Every way in which a policy may be wider than it has to be, and whether this one is. */
function widths({ match, allow }: Policy): { isSo: boolean; says: string; hint: string }[] {
  const isForAll = Object.values(match).every(
    (patterns) => patterns === undefined || patterns.some(isEverything),
  )
  const isAll = [...allow.apps, ...allow.environments].some(
    (pattern) => 'name' in pattern && isEverything(pattern.name),
  )
  const hosts = allow.hosts?.length ?? 1
  return [
    {
      isSo: isForAll && isAll,
      says: 'lets every Application read every app or every environment',
      hint: 'limit match.projects, or allow.apps and allow.environments',
    },
    {
      isSo: match.projects === undefined && !isForAll,
      says: 'does not look at the project: names of Applications can exist in several',
      hint: 'add match.projects',
    },
    {
      isSo: hosts > 1,
      says: `sends one credential to ${hosts} hosts`,
      hint: 'make one policy for each host, each with its own credential',
    },
    {
      isSo: allow.targetNamespaces?.some(isEverything) ?? false,
      says: 'lets Secrets land in every namespace',
      hint: 'name the namespaces',
    },
    {
      isSo: allow.sealed?.scope === 'cluster-wide',
      says: 'seals values so that they open in every namespace, under every name',
      hint: 'leave out allow.scope, or say namespace-wide',
    },
    {
      isSo: allow.argocdSecrets,
      says: 'lets Applications make repositories and clusters of Argo CD',
      hint: 'keep it for the Applications of the platform team',
    },
  ]
}

/** Whoever is in one of these is anybody. */
const ANYBODY =
  /^(Group\/system:(authenticated|unauthenticated|serviceaccounts)|User\/system:anonymous)$/

/** What the section `check` lets pass beyond what its author may have had in mind. */
export function checkBounds({ check }: Configuration): Problem[] {
  const lists = [
    { name: 'trusted', subjects: check?.trusted ?? [] },
    ...(check?.readers ?? []).map(({ subjects }) => ({ name: 'readers', subjects })),
  ]
  return lists.flatMap(({ name, subjects }) =>
    subjects.flatMap((subject): Problem[] => {
      const text = subjectText(subject)
      if (!ANYBODY.test(text)) return []
      const message = `check.${name} has ${text}: what anybody can reach is no finding then`
      const hint = 'name who it is meant for'
      return [{ severity: 'warning', fault: 'usage', at: subject.at, message, hint }]
    }),
  )
}

function isEverything(pattern: string): boolean {
  return /^\*+$/.test(pattern)
}
