// All rules that need to know nothing of Phase, in the order of the catalogue.
import type { Facts } from './facts.ts'
import type { Rule } from './model.ts'
import { appprojectAllowsRbac } from './rules/argocd/appproject-allows-rbac.ts'
import { appprojectDestinationWide } from './rules/argocd/appproject-destination-wide.ts'
import { defaultProject } from './rules/argocd/default-project.ts'
import { renderOutsideDestinations } from './rules/argocd/render-outside-destinations.ts'
import { sourceNamespacesWide } from './rules/argocd/source-namespaces-wide.ts'
import { syncWithoutImpersonation } from './rules/argocd/sync-without-impersonation.ts'
import { bindingToBroadGroup } from './rules/bindings/binding-to-broad-group.ts'
import { bindingToDefaultAccount } from './rules/bindings/binding-to-default-account.ts'
import { builtInRole } from './rules/bindings/built-in-role.ts'
import { crossNamespaceSubject } from './rules/bindings/cross-namespace-subject.ts'
import { danglingBinding } from './rules/bindings/dangling-binding.ts'
import { grantNotNeeded } from './rules/bindings/grant-not-needed.ts'
import { readerNotAllowed } from './rules/bindings/reader-not-allowed.ts'
import { roleRefChange } from './rules/bindings/role-ref-change.ts'
import { sharedServiceaccount } from './rules/bindings/shared-serviceaccount.ts'
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
import { immutableSecretManaged } from './rules/secrets/immutable-secret-managed.ts'
import { plainSecretValuesInGit } from './rules/secrets/plain-secret-values-in-git.ts'
import { secretChangesOwner } from './rules/secrets/secret-changes-owner.ts'
import { secretDataNotBase64 } from './rules/secrets/secret-data-not-base64.ts'
import { secretKeyInvalid } from './rules/secrets/secret-key-invalid.ts'
import { secretTooLarge } from './rules/secrets/secret-too-large.ts'
import { secretTypeKeysMissing } from './rules/secrets/secret-type-keys-missing.ts'
import { secretTypeUnknownOrChanged } from './rules/secrets/secret-type-unknown-or-changed.ts'
import { legacySaTokenSecret } from './rules/workloads/legacy-sa-token-secret.ts'
import { redeployAnnotationWithoutEffect } from './rules/workloads/redeploy-annotation-without-effect.ts'
import { secretRefUnresolved } from './rules/workloads/secret-ref-unresolved.ts'
import { serviceaccountMissing } from './rules/workloads/serviceaccount-missing.ts'
import { serviceaccountNotTheBoundOne } from './rules/workloads/serviceaccount-not-the-bound-one.ts'
import { tokenAutomountedNeedlessly } from './rules/workloads/token-automounted-needlessly.ts'
import { workloadUsesDefaultSa } from './rules/workloads/workload-uses-default-sa.ts'

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
  appprojectDestinationWide,
  defaultProject,
  appprojectAllowsRbac,
  renderOutsideDestinations,
  sourceNamespacesWide,
  syncWithoutImpersonation,
  sharedServiceaccount,
  grantNotNeeded,
  workloadUsesDefaultSa,
  serviceaccountMissing,
  serviceaccountNotTheBoundOne,
  tokenAutomountedNeedlessly,
  secretRefUnresolved,
  legacySaTokenSecret,
  redeployAnnotationWithoutEffect,
  plainSecretValuesInGit,
  secretTypeKeysMissing,
  secretKeyInvalid,
  secretTooLarge,
  secretDataNotBase64,
  secretTypeUnknownOrChanged,
  immutableSecretManaged,
  secretChangesOwner,
]
