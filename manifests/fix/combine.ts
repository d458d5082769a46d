// Fixes for one object in; one patch that does what all of them say out, with those that do not go together
// with the others. The order in which they are given does not matter.
import type { Fix } from '../check/model.ts'
import { patched, withTests } from '../check/patch.ts'
import { printFlow } from '../print.ts'
import type { Problem } from '../problem.ts'
import type { Move } from './rebase.ts'
import { movesOf, operationsOf, rebased } from './rebase.ts'

/** What became of some fixes. */
export interface Combined {
  /** One behind the other, for the object as it was. */
  readonly moves: readonly Move[]
  readonly applied: readonly Fix[]
  readonly refused: readonly Problem[]
}

/** Carries out moves for good. @returns why it cannot, in words that follow `the fix`. */
type Attempt = (moves: readonly Move[]) => string | undefined

const STALE = 'is for what is not there any more'
const CONFLICT = 'is for a place that another fix has changed; run it again'

/** @param value the object as it is now. @param attempt absent where nothing else has to succeed. */
export function combine(value: unknown, fixes: readonly Fix[], attempt?: Attempt): Combined {
  const applied: Fix[] = []
  const refused: Problem[] = []
  const moves: Move[] = []
  for (const fix of inOrder(fixes)) {
    const misfit = take(value, fix, moves, attempt)
    if (misfit === undefined) applied.push(fix)
    else refused.push(refusal(fix, misfit))
  }
  return { moves, applied, refused }
}

/** A fix that was not carried out. */
export function refusal({ title, object }: Fix, misfit: string): Problem {
  return {
    severity: 'warning',
    fault: 'input',
    at: object.at,
    object: object.object,
    message: `nothing was done to ${title}: the fix ${misfit}`,
    hint: 'change it by hand',
  }
}

function take(
  value: unknown,
  fix: Fix,
  done: Move[],
  attempt: Attempt | undefined,
): string | undefined {
  const fits = patched(fix.object.value, fix.operations)
  if ('misfit' in fits) return fits.misfit
  const tested = withTests(fix)
  if (tested.length === 0 || 'misfit' in patched(value, tested)) return STALE
  const own = movesOf(value, fix.operations)
  const moves = own === undefined ? undefined : rebased(own, done)
  if (moves === undefined) return CONFLICT
  const now = patched(value, operationsOf([...done, ...moves]))
  if ('misfit' in now) return CONFLICT
  const misfit = moves.length === 0 ? undefined : attempt?.(moves)
  if (misfit === undefined) done.push(...moves)
  return misfit
}

/** By what they do. */
function inOrder(fixes: readonly Fix[]): readonly Fix[] {
  const keyed = fixes.map((fix) => ({ fix, key: `${printFlow(fix.operations)} ${fix.title}` }))
  return keyed
    .toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ fix }) => fix)
}
