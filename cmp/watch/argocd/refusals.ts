// What an error of Argo CD's own means for a certain call. How its text begins is looked at where
// nothing else tells two cases apart; no text gets out of here.
import { ArgoCdError } from '../model.ts'
import type { Refusal } from './connection.ts'
import { GRPC } from './failures.ts'

/**
 * How argocd-server's own failures to ask the repo-server begin (queryRepoServer and GetManifests in
 * server/application/application.go). What the repo-server says of a render begins otherwise,
 * and so does what is wrong with the Application's cluster alone.
 */
const BROKEN =
  /^(error creating repo server client|error listing |error retrieving |error getting (app instance label key|helm |permitted |settings |kustomize settings|installation ID|trackingMethod)|failed to (list|get) .{0,20}OCI )/

/** Codes that the repo-server gives to a render that fails, takes too long or is too large. */
const RENDER_CODES: readonly number[] = [
  GRPC.unknown,
  GRPC.invalidArgument,
  GRPC.deadlineExceeded,
  // Of the Git repository: of an Application, Argo CD says 403 to whoever names no project.
  GRPC.notFound,
  GRPC.resourceExhausted,
  GRPC.failedPrecondition,
]

/** For a call that needs a render, or one from the cache. */
export function unrendered({ code, said, host }: Refusal): ArgoCdError | undefined {
  if (!RENDER_CODES.includes(code) || (code === GRPC.unknown && BROKEN.test(said))) return undefined
  const hint =
    'its condition ComparisonError says why: argocd app get, or the page of the Application'
  return new ArgoCdError(
    'unrendered',
    `Argo CD at ${host} has no manifests: the render fails`,
    hint,
  )
}

/**
 * For what is asked of one Application: its project is missing, does not allow it (getAppProject) or has
 * sync windows that cannot be read (GetApplicationSyncWindows). Argo CD itself is well.
 */
export function unanswerable({ code, host }: Refusal): ArgoCdError | undefined {
  const isOwn =
    code === GRPC.unknown || code === GRPC.invalidArgument || code === GRPC.failedPrecondition
  if (!isOwn) return undefined
  const hint =
    'look at its project: it must be there, allow the Application, and have valid sync windows'
  return new ArgoCdError(
    'unrendered',
    `Argo CD at ${host} cannot answer for this Application (code ${code})`,
    hint,
  )
}

/** For a sync: what it is refused for, beyond the account's rights. */
export function syncRefusal({ status, code, said, host }: Refusal): ArgoCdError | undefined {
  if (said.startsWith('another operation is already in progress')) return busy(host)
  if (status === 403) {
    const hint =
      'the account needs: applications, sync (and override, where the server asks for it to name a revision); a sync window refuses alike'
    return new ArgoCdError('denied', `Argo CD at ${host} denies the sync (403)`, hint)
  }
  if (code !== GRPC.failedPrecondition) return undefined
  const hint = 'the log of argocd-server says why; the Application may be about to be deleted'
  return new ArgoCdError('outside', `Argo CD at ${host} refuses the sync`, hint)
}

/** Somebody else's sync is not over. */
export function busy(host: string): ArgoCdError {
  const hint = 'its end is waited for; if there is none, end it: argocd app terminate-op'
  return new ArgoCdError(
    'outside',
    `Argo CD at ${host} cannot sync: an operation is in progress`,
    hint,
  )
}
