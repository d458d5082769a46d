// All rules that need to know nothing of Phase, in the order of the catalogue.
import type { Facts } from './facts.ts'
import type { Rule } from './model.ts'
import { bindingToBroadGroup } from './rules/bindings/binding-to-broad-group.ts'
import { bindingToDefaultAccount } from './rules/bindings/binding-to-default-account.ts'
import { builtInRole } from './rules/bindings/built-in-role.ts'
import { crossNamespaceSubject } from './rules/bindings/cross-namespace-subject.ts'
import { danglingBinding } from './rules/bindings/dangling-binding.ts'
import { readerNotAllowed } from './rules/bindings/reader-not-allowed.ts'
import { roleRefChange } from './rules/bindings/role-ref-change.ts'
import { canCreateWorkloads } from './rules/escalation/can-create-workloads.ts'
import { canEscalate } from './rules/escalation/can-escalate.ts'
import { canExec } from './rules/escalation/can-exec.ts'
import { canImpersonate } from './rules/escalation/can-impersonate.ts'
import { canMintTokens } from './rules/escalation/can-mint-tokens.ts'
import { canWritePhaseSecrets } from './rules/escalation/can-write-phase-secrets.ts'
import { clusterTakeover } from './rules/escalation/cluster-takeover.ts'
import { aggregateLabelLeak } from './rules/grants/aggregate-label-leak.ts'
import { clusterWideSecretReader } from './rules/grants/cluster-wide-secret-reader.ts'
import { deadRule } from './rules/grants/dead-rule.ts'
import { managedSecretWritable } from './rules/grants/managed-secret-writable.ts'
import { nameScopeWithoutEffect } from './rules/grants/name-scope-without-effect.ts'
import { namesWiderThanNeeded } from './rules/grants/names-wider-than-needed.ts'
import { secretListUnscoped } from './rules/grants/secret-list-unscoped.ts'
import { secretReadUnscoped } from './rules/grants/secret-read-unscoped.ts'
import { secretWildcardGrant } from './rules/grants/secret-wildcard-grant.ts'

export const KUBERNETES_RULES: readonly Rule<Facts>[] = [
  secretReadUnscoped,
  secretListUnscoped,
  secretWildcardGrant,
  clusterWideSecretReader,
  namesWiderThanNeeded,
  managedSecretWritable,
  deadRule,
  nameScopeWithoutEffect,
  aggregateLabelLeak,
  bindingToDefaultAccount,
  bindingToBroadGroup,
  danglingBinding,
  crossNamespaceSubject,
  roleRefChange,
  builtInRole,
  readerNotAllowed,
  canCreateWorkloads,
  canExec,
  canMintTokens,
  canImpersonate,
  canEscalate,
  canWritePhaseSecrets,
  clusterTakeover,
]
