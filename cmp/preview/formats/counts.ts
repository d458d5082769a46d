// A preview in, its numbers out: the same in every format.
import type { Preview, PreviewObject } from '../../../render/preview/model.ts'
import type { PodsState } from './pods.ts'
import { podsStateOf } from './pods.ts'

/** How many objects of a preview are what. */
export interface Counts {
  /** Secrets of the head that are made from PhaseSecrets. */
  readonly emitted: number
  /** Workloads of the head that get a checksum. */
  readonly stamped: number
  /** Other objects of the head. */
  readonly passed: number
  /** These five are all objects of both states; 0 each where there is no base. */
  readonly added: number
  readonly removed: number
  readonly changed: number
  readonly same: number
  readonly unknown: number
  /** Workloads whose pods are replaced. */
  readonly rolls: number
  /** Those whose pods are replaced once somebody deletes them. */
  readonly rollsOnDelete: number
  /** Those of which nobody can say. */
  readonly mayRoll: number
  /** Those that use a changed value and keep running with the old one. */
  readonly misses: number
  /** Those of which nobody can say whether they do. */
  readonly mayMiss: number
}

export function countsOf({ objects }: Preview): Counts {
  const count = (test: (object: PreviewObject) => boolean) => objects.filter(test).length
  const part = (wanted: PreviewObject['part']) =>
    count((object) => object.part === wanted && object.change !== 'removed')
  const change = (wanted: PreviewObject['change']) => count((object) => object.change === wanted)
  const pods = (wanted: PodsState) =>
    count(({ workload }) => workload !== undefined && podsStateOf(workload) === wanted)
  return {
    emitted: part('emitted'),
    stamped: part('stamped'),
    passed: part('passed'),
    added: change('added'),
    removed: change('removed'),
    changed: change('changed'),
    same: change('same'),
    unknown: change('unknown'),
    rolls: pods('rolls'),
    rollsOnDelete: pods('rolls-on-delete'),
    mayRoll: pods('may-roll'),
    misses: pods('misses'),
    mayMiss: pods('may-miss'),
  }
}
