// Every rule of `check`, by id.
import { KUBERNETES_RULES } from '../../manifests/check/catalogue.ts'
import type { Rule } from '../../manifests/check/model.ts'
import type { PhaseFacts } from './facts.ts'
import { notRenderable } from './rules/not-renderable.ts'
import { withoutEffect } from './rules/without-effect.ts'

const PHASE_RULES: readonly Rule<PhaseFacts>[] = [notRenderable, withoutEffect]

export const RULES: readonly Rule<PhaseFacts>[] = [...PHASE_RULES, ...KUBERNETES_RULES].sort(
  (a, b) => (a.id < b.id ? -1 : 1),
)
