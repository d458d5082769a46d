// All rules that need to know nothing of Phase, in the order of the catalogue.
import type { Facts } from './facts.ts'
import type { Rule } from './model.ts'
import { grantNotNeeded } from './rules/bindings/grant-not-needed.ts'
import { sharedServiceaccount } from './rules/bindings/shared-serviceaccount.ts'
import { secretReadUnscoped } from './rules/grants/secret-read-unscoped.ts'
import { immutableSecretManaged } from './rules/secrets/immutable-secret-managed.ts'
import { plainSecretValuesInGit } from './rules/secrets/plain-secret-values-in-git.ts'
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
]
