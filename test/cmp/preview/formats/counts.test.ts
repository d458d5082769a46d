// The numbers of a preview, and the words for them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countsOf } from '../../../../cmp/preview/formats/counts.ts'
import { changeWords, partWords, podWords } from '../../../../cmp/preview/formats/words.ts'
import {
  samplePreview,
  sampleWithoutBase,
  sampleWithoutDifference,
} from '../../../support/sample-preview.ts'

const none = {
  emitted: 0,
  stamped: 0,
  passed: 0,
  added: 0,
  removed: 0,
  changed: 0,
  same: 0,
  unknown: 0,
  rolls: 0,
  rollsOnDelete: 0,
  mayRoll: 0,
  misses: 0,
  mayMiss: 0,
}

test('a comparison: what is removed is no part of the head', () => {
  assert.deepEqual(countsOf(samplePreview()), {
    emitted: 5,
    stamped: 3,
    passed: 4,
    added: 1,
    removed: 1,
    changed: 5,
    same: 5,
    unknown: 1,
    rolls: 1,
    rollsOnDelete: 1,
    mayRoll: 1,
    misses: 1,
    mayMiss: 0,
  })
})

test('every object of a comparison is counted once', () => {
  const preview = samplePreview()
  const { added, removed, changed, same, unknown } = countsOf(preview)
  assert.equal(added + removed + changed + same + unknown, preview.objects.length)
})

test('without a base there are no differences', () => {
  const want = { ...none, emitted: 1, stamped: 1, passed: 1 }
  assert.deepEqual(countsOf(sampleWithoutBase()), want)
})

test('two states that are the same', () => {
  const want = { ...none, emitted: 1, stamped: 1, same: 2 }
  assert.deepEqual(countsOf(sampleWithoutDifference()), want)
})

const pods: readonly (readonly [counts: Partial<typeof none>, want: string | undefined])[] = [
  [{}, undefined],
  [{ rolls: 1 }, '1 workload rolls'],
  [{ rolls: 2, misses: 1 }, '2 workloads roll, 1 misses a change'],
  [{ rollsOnDelete: 2 }, '2 workloads roll once their pods are deleted'],
  [{ mayRoll: 1, misses: 3 }, '1 workload may roll, 3 miss a change'],
  [{ mayMiss: 1 }, '1 workload may miss a change'],
]
for (const [counts, want] of pods) {
  test(want ?? 'no pods', () => assert.equal(podWords({ ...none, ...counts }), want))
}

test('words for nothing', () => {
  assert.equal(changeWords(none), '')
  assert.equal(partWords(none), 'no objects')
})
