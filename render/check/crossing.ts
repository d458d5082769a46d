// A PhaseSecret and a namespace that one of its references names in; whether that is another than the
// PhaseSecret's own, as far as anybody knows, out.
import { namespaceIn, OPEN_NAMESPACE } from '../../manifests/check/facts.ts'
import type { Severity } from '../../manifests/check/model.ts'
import type { ManifestObject } from '../../manifests/document.ts'
import type { PhaseFacts } from './facts.ts'

/** Another namespace than the PhaseSecret's. */
export interface Crossing {
  /** The PhaseSecret's; undefined where the manifests leave it open. */
  readonly from: string | undefined
  readonly to: string
  /** Worse where it is certain: an open namespace may turn out to be the one that is named. */
  readonly severity: Severity
}

/** @param named the namespace of the reference, filled in; undefined if nobody wrote any. */
export function crossingOf(
  facts: PhaseFacts,
  object: ManifestObject,
  named: string | undefined,
): Crossing | undefined {
  const from = namespaceIn(facts, object)
  const to = named || from
  if (to === from || to === OPEN_NAMESPACE) return undefined
  return from === OPEN_NAMESPACE
    ? { from: undefined, to, severity: 'low' }
    : { from, to, severity: 'high' }
}

/** What follows the name of a Secret in a message. */
export function crossingText({ from, to }: Crossing): string {
  return from === undefined
    ? `in namespace ${to}, whatever namespace the PhaseSecret is applied to`
    : `in namespace ${to}, not in ${from} where the PhaseSecret is`
}
