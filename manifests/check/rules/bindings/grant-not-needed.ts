// RB017: a rule lets a ServiceAccount read Secrets that its pods get from the kubelet anyway.

import { pointerOf } from '../../../fix/pointer.ts'
import { identityOf } from '../../../rbac/evaluate.ts'
import type { Binding, Rule as RbacRule } from '../../../rbac/model.ts'
import type { Facts } from '../../facts.ts'
import type { SecretGrant } from '../../grants.ts'
import { isRead, isUnscoped, isWildcard, secretGrants } from '../../grants.ts'
import type { Fix, Found, Rule } from '../../model.ts'
import { deliveredTo, isOnlyReadOf } from '../../needs.ts'
import { usageOf } from '../../usage.ts'
import { listed, qualified, subjectText } from '../../words.ts'
import { ACCOUNT, deployment, PHASE_SECRET, READER_BINDING, READER_ROLE } from '../example-parts.ts'
import { grantFound } from '../grants/grant-found.ts'

const WEB = deployment('serviceAccountName: keyspace-app')

export const grantNotNeeded: Rule<Facts> = {
  id: 'RB017',
  name: 'grant-not-needed',
  chapter: 'bindings',
  severity: 'info',
  summary: 'a ServiceAccount may read Secrets through the API that its pods get from the kubelet',
  why: 'Environment variables and volumes are filled by the kubelet, with its own permission. A Role for the ServiceAccount adds nothing to that, and it does not keep other pods of the namespace from mounting the Secret. It adds one more way to the Secret: the token of the ServiceAccount, wherever it gets to.\n\nA program that reads its Secret through the API as well, to see changes without a restart, does need the permission.',
  fix: 'Remove the rule, and the Role and its binding if nothing is left of them; or exempt the finding with the reason why the program asks the API.',
  fixable: 'suggestion',
  example: {
    bad: [PHASE_SECRET, ACCOUNT, READER_ROLE, READER_BINDING, WEB].join(''),
    good: [PHASE_SECRET, ACCOUNT, WEB].join(''),
  },
  *find(facts): Iterable<Found> {
    const grants = secretGrants(facts).filter((grant) => isNotNeeded(facts, grant))
    const byRule = Map.groupBy(grants, ({ rule }) => rule)
    const holders = holdersOfRules(facts, new Set(byRule.keys()))
    for (const grant of grants) {
      const needless = byRule.get(grant.rule)?.length ?? 0
      const isForAll = needless === (holders.get(grant.rule)?.length ?? 0)
      yield grantFound(grant, {
        message: `lets ${listed(grant.subjects.map(subjectText))} read ${listed(grant.secrets.map((secret) => qualified(secret)))} through the API, but their pods get it from the kubelet, which needs no permission of theirs`,
        hint: 'remove the rule, unless the program itself asks the API',
        fix: isForAll ? removal(grant) : undefined,
      })
    }
  },
}

/** Whether everybody who has the rule runs pods here that use all of the Secrets that it names. */
function isNotNeeded(facts: Facts, grant: SecretGrant): boolean {
  if (isUnscoped(grant) || isWildcard(grant) || !grant.verbs.every(isRead)) return false
  return grant.subjects.every((subject) => {
    if (subject.kind !== 'ServiceAccount' || !usageOf(facts).workloads.has(identityOf(subject))) {
      return false
    }
    const names = deliveredTo(facts, subject)
    return grant.secrets.every((secret) => {
      return secret.namespace === subject.namespace && names.has(secret.name)
    })
  })
}

/** All bindings of the manifests that give one of the rules, also those to subjects that are trusted. */
function holdersOfRules(
  facts: Facts,
  rules: ReadonlySet<RbacRule>,
): ReadonlyMap<RbacRule, readonly Binding[]> {
  const found = facts.rbac.bindings.flatMap((binding) => {
    const given = facts.policy.grantsOf(binding).filter(({ rule }) => rules.has(rule))
    return given.map(({ rule }) => ({ rule, binding }))
  })
  return new Map(
    [...Map.groupBy(found, ({ rule }) => rule)].map(([rule, pairs]) => [
      rule,
      pairs.map(({ binding }) => binding),
    ]),
  )
}

/** Takes the rule out of its Role, if there is nothing else in it. */
function removal({
  origin,
  rule,
  source,
  secrets,
  binding,
  subjects,
}: SecretGrant): Fix | undefined {
  const names = new Set(secrets.map(({ name }) => name))
  const isWhole = binding.subjects.length === subjects.length && isOnlyReadOf(rule, names)
  if (origin === undefined || source.kind !== 'Role' || !isWhole) return undefined
  return {
    title: 'remove the rule',
    object: origin,
    operations: [{ op: 'remove', path: pointerOf(['rules', rule.index]) }],
    isSafe: false,
  }
}
