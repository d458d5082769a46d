// A rule of the table of powers in; what it finds out: for each binding and rule of a role that gives one of
// the powers in a namespace with guarded Secrets, one finding.

import { pointerOf } from '../../../fix/pointer.ts'
import type { Grant } from '../../../rbac/aggregate.ts'
import type { Binding } from '../../../rbac/model.ts'
import type { Facts } from '../../facts.ts'
import { grantedPowers } from '../../granted-powers.ts'
import type { Fix, Found } from '../../model.ts'
import type { PowerRule } from '../../powers.ts'
import {
  listed,
  namespaceText,
  objectName,
  secretNames,
  stepsOf,
  subjectName,
  subjectText,
} from '../../words.ts'

/** What is said about a power. */
export interface PowerWords {
  /** Behind "lets … create pods in namespace keyspace": what that comes to. */
  readonly meaning: string
  readonly hint: string
  /** Whether a rule that gives nothing else may be removed. */
  readonly isRemovable?: boolean
  /** Of findings that are less than the rule's. */
  readonly severity?: Found['severity']
  /** Which of the powers it is about. */
  readonly about?: 'powers' | 'ports'
}

/** Finds the holders of the powers of one rule. */
export function* findPowers(facts: Facts, id: PowerRule, words: PowerWords): Iterable<Found> {
  const { about = 'powers' } = words
  for (const { binding, grant, subjects, [about]: powers } of grantedPowers(facts)) {
    const own = powers.filter(({ rule }) => rule === id).map(({ text }) => text)
    const [subject] = subjects
    if (own.length === 0 || subject === undefined) continue
    const isWritten = grant.rule.at !== undefined
    const who = listed([...new Set(subjects.map(subjectText))])
    yield {
      at: grant.rule.at ?? binding.at,
      object: objectName(isWritten ? grant.source : binding),
      severity: words.severity,
      message: `lets ${who} ${listed([...new Set(own)])} in ${placeOf(binding)}: ${words.meaning}`,
      hint: words.hint,
      subject: subjectName(subject),
      subjects: subjects.map(subjectName),
      secrets: secretNames(
        facts.secrets.filter(
          ({ namespace }) => binding.namespace === undefined || binding.namespace === namespace,
        ),
      ),
      path: stepsOf({ binding, subject, grants: [grant] }),
      fix: words.isRemovable ? removal(facts, grant, own) : undefined,
    }
  }
}

function placeOf({ kind, namespace = '' }: Binding): string {
  return kind === 'ClusterRoleBinding' ? 'every namespace' : namespaceText(namespace)
}

/** Only a rule that is about nothing else. */
function removal(facts: Facts, { source, rule }: Grant, own: readonly string[]): Fix | undefined {
  const object = facts.originOf(source)
  const isAlone = rule.resources.every((resource) =>
    own.some((text) => text.endsWith(` ${resource}`)),
  )
  if (object === undefined || !isAlone) return undefined
  const operations = [{ op: 'remove' as const, path: pointerOf(['rules', rule.index]) }]
  return { title: 'remove the rule', object, operations, isSafe: true }
}
