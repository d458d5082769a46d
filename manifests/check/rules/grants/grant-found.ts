// A rule of a role that reaches Secrets, and what is wrong with it, in; the finding, at the rule's place or
// at its binding's for a role that Kubernetes brings, out.
import type { SecretGrant } from '../../grants.ts'
import type { Found } from '../../model.ts'
import { listed, objectName, secretNames, stepsOf, subjectName, subjectText } from '../../words.ts'

type Said = Pick<Found, 'message' | 'severity' | 'hint' | 'fix'>

/** The finding of one grant. */
export function grantFound(grant: SecretGrant, said: Said): Found {
  const { binding, source, rule, subjects, secrets } = grant
  const [subject] = subjects
  const isWritten = rule.at !== undefined
  return {
    ...said,
    at: rule.at ?? binding.at,
    object: objectName(isWritten ? source : binding),
    subject: subject && subjectName(subject),
    subjects: subjects.map(subjectName),
    secrets: secretNames(secrets),
    path: subject && stepsOf({ binding, subject, grants: [grant] }),
  }
}

/** Those who get it, in words. */
export function subjectsText({ subjects }: Pick<SecretGrant, 'subjects'>): string {
  return listed([...new Set(subjects.map(subjectText))])
}
