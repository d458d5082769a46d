// Every rule of `check`, by id.
import { KUBERNETES_RULES } from '../../manifests/check/catalogue.ts'
import type { Rule } from '../../manifests/check/model.ts'
import { ENCRYPTION_RULES } from '../../manifests/encryption/catalogue.ts'
import type { PhaseFacts } from './facts.ts'
import { dangerousSecretType } from './rules/dangerous-secret-type.ts'
import { managedSecretCrossesNamespace } from './rules/managed-secret-crosses-namespace.ts'
import { notRenderable } from './rules/not-renderable.ts'
import { operatorOverprivileged } from './rules/operator-overprivileged.ts'
import { phasehostNotAllowed } from './rules/phasehost-not-allowed.ts'
import { serviceTokenReadable } from './rules/service-token-readable.ts'
import { targetConflict } from './rules/target-conflict.ts'
import { tokenCrossesNamespace } from './rules/token-crosses-namespace.ts'
import { tokenInGit } from './rules/token-in-git.ts'
import { withoutEffect } from './rules/without-effect.ts'

const PHASE_RULES: readonly Rule<PhaseFacts>[] = [
  notRenderable,
  withoutEffect,
  serviceTokenReadable,
  managedSecretCrossesNamespace,
  tokenCrossesNamespace,
  targetConflict,
  phasehostNotAllowed,
  tokenInGit,
  operatorOverprivileged,
  dangerousSecretType,
]

/** The rules of encryption, which look at a part of the facts. */
const AT_REST: readonly Rule<PhaseFacts>[] = ENCRYPTION_RULES.map((rule) => ({
  ...rule,
  find: ({ encryption, base }) => rule.find({ ...encryption, base: base?.encryption }),
}))

export const RULES: readonly Rule<PhaseFacts>[] = [
  ...KUBERNETES_RULES,
  ...PHASE_RULES,
  ...AT_REST,
].sort((a, b) => (a.id < b.id ? -1 : 1))
