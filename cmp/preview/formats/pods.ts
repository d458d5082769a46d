// What is told of a workload in; the one word for what becomes of its pods out, the same in every format.
import type { PreviewWorkload } from '../../../render/preview/model.ts'

/** `may-`: nobody can say, since Phase was not asked. Those that miss a change run on with the old value. */
export type PodsState = 'rolls' | 'rolls-on-delete' | 'may-roll' | 'misses' | 'may-miss'

/** Undefined if nothing happens to them, or there is no base. */
export function podsStateOf({ rolls, missed }: PreviewWorkload): PodsState | undefined {
  if (rolls === 'yes') return 'rolls'
  if (rolls === 'on-delete') return 'rolls-on-delete'
  if (rolls === 'unknown') return 'may-roll'
  if (missed.length === 0) return undefined
  const isCertain = missed.some((reason) => 'pointer' in reason || reason.change !== 'unknown')
  return isCertain ? 'misses' : 'may-miss'
}
