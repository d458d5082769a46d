// Which version each Application was last seen to be in sync with. A commit that changes nothing for
// an Application is never synced, so that its history does not know it; but where the cluster was
// like it, it holds nothing that is not deployed.
import { createHash } from 'node:crypto'
import { itemsAt, valueAt } from '../../../manifests/plain-value.ts'
import type { ApplicationId } from '../model.ts'
import { applicationKey } from '../model.ts'
import { comparedVersion } from './sync.ts'

export interface SyncedVersions {
  /** Takes an Application as Argo CD answers it. */
  see(id: ApplicationId, application: unknown): void
  /** Whether it was in sync with just what it is compared with now, and nothing was deployed since. */
  includes(id: ApplicationId, application: unknown): boolean
  /** Forgets all Applications but these. */
  keep(ids: readonly ApplicationId[]): void
}

export function syncedVersions(): SyncedVersions {
  const versions = new Map<string, string>()
  return {
    see(id, application) {
      const digest = digestOf(application)
      const isSynced = valueAt(application, 'status', 'sync', 'status') === 'Synced'
      if (isSynced && digest !== undefined) versions.set(applicationKey(id), digest)
    },
    includes(id, application) {
      const digest = digestOf(application)
      return digest !== undefined && versions.get(applicationKey(id)) === digest
    },
    keep(ids) {
      const kept = new Set(ids.map(applicationKey))
      for (const key of versions.keys()) if (!kept.has(key)) versions.delete(key)
    },
  }
}

function digestOf(application: unknown): string | undefined {
  const compared = comparedVersion(application)
  if (compared === undefined) return undefined
  const deployment = valueAt(itemsAt(application, 'status', 'history').at(-1), 'id')
  return createHash('sha256')
    .update(JSON.stringify([compared, deployment]))
    .digest('base64url')
}
