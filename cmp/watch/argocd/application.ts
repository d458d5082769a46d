// One Application as Argo CD answers it in, its state out. Nothing of a condition's message is read:
// it quotes what plugins say, and theirs may hold values.
import { isPlainMap, itemsAt, valueAt } from '../../../manifests/plain-value.ts'
import type { ApplicationState } from '../model.ts'

/** There while a refresh is asked for or running; the controller removes it at the end. */
const REFRESH = 'argocd.argoproj.io/refresh'

/**
 * Conditions that say that there is no comparison to rely on
 * (pkg/apis/application/v1alpha1/types.go). A SyncError is about what was applied.
 */
const FAILURES: readonly unknown[] = ['ComparisonError', 'InvalidSpecError', 'UnknownError']

/** @param json of which `isApplication` is true. */
export function readState(json: unknown): ApplicationState {
  const reconciledAt = valueAt(json, 'status', 'reconciledAt')
  const syncStatus = valueAt(json, 'status', 'sync', 'status')
  return {
    ...(isTime(reconciledAt) ? { reconciledAt } : {}),
    isRefreshing: valueAt(json, 'metadata', 'annotations', REFRESH) !== undefined,
    ...failureOf(json),
    syncStatus: syncStatus === 'Synced' || syncStatus === 'OutOfSync' ? syncStatus : 'Unknown',
    healsItself: isAutomated(json) && automation(json, 'selfHeal') === true,
  }
}

export function isApplication(json: unknown): boolean {
  return isPlainMap(valueAt(json, 'spec')) && typeof valueAt(json, 'metadata', 'name') === 'string'
}

/** Whether Argo CD syncs it by itself at a new commit. */
export function isAutomated(json: unknown): boolean {
  return (
    isPlainMap(valueAt(json, 'spec', 'syncPolicy', 'automated')) &&
    automation(json, 'enabled') !== false
  )
}

function automation(json: unknown, field: string): unknown {
  return valueAt(json, 'spec', 'syncPolicy', 'automated', field)
}

function failureOf(json: unknown): { failure?: string } {
  const types = itemsAt(json, 'status', 'conditions').map((condition) => valueAt(condition, 'type'))
  const failure = FAILURES.find((type) => types.includes(type))
  return typeof failure === 'string' ? { failure } : {}
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]{1,30}(Z|[+-]\d\d:\d\d)$/.test(value)
}
