// The sync windows of an Application in, whether Argo CD may sync it by itself now out.
import { itemsAt, valueAt } from '../../../manifests/plain-value.ts'

/**
 * The rule of SyncWindows.CanSync(false) (pkg/apis/application/v1alpha1/types.go): closed while a deny
 * window is active, or while there are allow windows and none is active. Argo CD's own `canSync`
 * is about a person's sync. Windows that let a running sync overrun do not matter here.
 * @returns undefined if it is no answer about windows.
 */
export function readWindows(json: unknown): boolean | undefined {
  if (typeof valueAt(json, 'canSync') !== 'boolean') return undefined
  const active = kinds(json, 'activeWindows')
  if (active.includes('deny')) return false
  return active.includes('allow') || !kinds(json, 'assignedWindows').includes('allow')
}

function kinds(json: unknown, list: string): readonly unknown[] {
  return itemsAt(json, list).map((window) => valueAt(window, 'kind'))
}
