// A rule of a role that reaches Secrets, and what is wrong with it, in; the finding, at the rule's place or
// at its binding's for a role that Kubernetes brings, out.
import type { Facts } from '../../facts.ts'
import type { SecretGrant } from '../../grants.ts'
import type { Found } from '../../model.ts'
import { objectName, stepsOf } from '../../words.ts'

type Said = Pick<Found, 'message' | 'severity' | 'hint' | 'fix'>

/** The finding of one grant. */
export function grantFound(_facts: Facts, grant: SecretGrant, said: Said): Found {
  const { binding, source, rule, subjects, secrets } = grant
  const [subject] = subjects
  const isWritten = rule.at !== undefined
  return {
    ...said,
    at: rule.at ?? binding.at,
    object: objectName(isWritten ? source : binding),
    subject,
    secrets: secrets.map(({ namespace, name }) => ({ namespace, name })),
    path: subject && stepsOf({ binding, subject, grants: [grant] }),
  }
}
