// Phase as a `Source`: a host, a token and a network in, opened secrets out. `read` names the
// steps in order: place, folder, tag, keys, references.
import { quotedName } from '../../manifests/names.ts'
import { normalisePath } from '../paths.ts'
import type { Access, Source, SourceFailure, SourceRequest, SourceResult } from '../source.ts'
import { SourceError } from '../source.ts'
import type { Environment } from './account.ts'
import { FailureList, refusal } from './failures.ts'
import { resolveReferences } from './resolve.ts'
import type { Folder, Secret } from './secrets.ts'
import { byKey, duplicateKey, invalidPath } from './secrets.ts'
import { deniedPath, selectEnvironment, visibleTo } from './select.ts'
import type { PhaseSourceOptions, Session } from './session.ts'
import { openSession } from './session.ts'

export type { AnswerCache, CachedAnswer, CacheOptions } from './cache.ts'
export { parseHost } from './host.ts'
export type { PhaseSourceOptions } from './session.ts'
export { parseToken } from './token.ts'

/**
 * The secrets that one token sees at one host. Nothing happens before the first `read`; all reads
 * share one request for the account and one for each (environment, path).
 */
export function phaseSource(options: PhaseSourceOptions): Source {
  let session: Promise<Session> | undefined
  return {
    async read(request, access) {
      session ??= openSession(options)
      const opened = await session
      const { answers } = opened
      const result = await read(opened, request, access).catch((error) => answers.fail(error))
      return { ...result, warnings: [...answers.takeWarnings(), ...result.warnings] }
    },
  }
}

async function read(whole: Session, request: SourceRequest, wide: Access): Promise<SourceResult> {
  const visible = { ...whole, account: visibleTo(wide, whole.account) }
  const { environment, path } = locate(visible, request, wide)
  const access = wide.beside({ app: environment.app, environment, path })
  const session = { ...whole, account: visibleTo(access, whole.account) }
  const folder = await session.folder(environment, path)
  const tagged = folder.tagged(request.tag)
  if (tagged.length === 0) throw new SourceError([await whyNothing(session, folder, request.tag)])
  const failures = new FailureList()
  const wanted = sortedByKey(tagged, folder, failures)
  const resolution = await resolveReferences(
    wanted,
    session,
    request.onReferenceError,
    access,
  ).catch((error: unknown) => failures.addError(error))
  if (resolution === undefined || failures.all.length > 0) throw new SourceError(failures.all)
  return {
    host: session.host,
    appId: environment.app.id,
    environmentId: environment.id,
    referencedEnvironmentIds: otherIds(resolution.visited, environment),
    path,
    checksumKey: environment.checksumKey(),
    sealingKey: environment.sealingKey(),
    secrets: [...resolution.values].map(([secret, value]) => ({ key: secret.key(), value })),
    warnings: [
      ...resolution.used.flatMap((secret) => remarks(secret, session.usesOverrides)),
      ...resolution.warnings,
    ],
  }
}

/** The ids of all but one. */
function otherIds(environments: ReadonlySet<Environment>, own: Environment): string[] {
  const ids = new Set([...environments].map(({ id }) => id))
  ids.delete(own.id)
  return [...ids].sort()
}

function locate(
  session: Session,
  request: SourceRequest,
  access: Access,
): { readonly environment: Environment; readonly path: string } {
  const failures = new FailureList()
  const path = normalisePath(request.path)
  if (path === undefined) failures.add(invalidPath(request.path))
  const environment = failures.try(() => selectEnvironment(session.account, request, access))
  if (path === undefined || environment === undefined) throw new SourceError(failures.all)
  if (!access.allows({ app: environment.app, environment, path })) {
    throw refusal(deniedPath(path, environment, access))
  }
  return { environment, path }
}

function sortedByKey(
  secrets: readonly Secret[],
  folder: Folder,
  failures: FailureList,
): readonly Secret[] {
  const groups = [...byKey(secrets, failures)].sort(([left], [right]) => (left < right ? -1 : 1))
  for (const [key, { length }] of groups) {
    if (length > 1) failures.add(duplicateKey(key, folder))
  }
  return groups.flatMap(([, group]) => group)
}

async function whyNothing(
  session: Session,
  { environment, path, secrets }: Folder,
  tag: string | undefined,
): Promise<SourceFailure> {
  const place = `path ${quotedName(path)} of ${environment.title}`
  if (secrets.length > 0) {
    const tags = [...new Set(secrets.flatMap((secret) => secret.tags))].sort()
    const seen = tags.slice(0, 10).map(quotedName).join(', ')
    return {
      code: 'ERR_NO_SECRETS',
      fault: 'input',
      field: 'tag',
      message: `no secret at ${place} has a tag like ${quotedName(tag ?? '')}`,
      hint: tags.length === 0 ? 'no secret there has a tag' : `tags there: ${seen}`,
    }
  }
  const dynamic = await session.dynamicKeys(environment, path)
  if (dynamic.length > 0) {
    return {
      code: 'ERR_DYNAMIC_SECRET',
      fault: 'input',
      field: 'path',
      message: `${place} holds only dynamic secrets: ${dynamic.slice(0, 10).map(quotedName).join(', ')}`,
      hint: 'a render never leases credentials; let the workload fetch dynamic secrets itself',
    }
  }
  return {
    code: 'ERR_NO_SECRETS',
    fault: 'input',
    field: 'path',
    message: `there are no secrets at ${place}`,
    hint: 'a path is one folder exactly, upper and lower case matter, and folders in it do not count',
  }
}

/** What somebody should know of a secret that was used. */
function remarks(secret: Secret, usesOverrides: boolean): SourceFailure[] {
  const common = { fault: 'input', field: 'secrets' } as const
  const name = quotedName(secret.key())
  const rotating: SourceFailure = {
    ...common,
    code: 'ERR_ROTATING_SECRET',
    message: `${name} is a rotating secret: after a rotation the old value may be revoked before the new one is deployed`,
    hint: 'set its revocation delay in Phase longer than refresh, sync and rollout take together',
  }
  const overridden: SourceFailure = {
    ...common,
    code: 'ERR_OVERRIDE_IGNORED',
    message: `${name} has a personal override, which is ignored`,
    hint: 'a render uses the shared value; use a service account so that no override is seen',
  }
  return [
    ...(secret.rotating ? [rotating] : []),
    ...(secret.overridden && !usesOverrides ? [overridden] : []),
  ]
}
