// Every rule of `check`, by id.
import { KUBERNETES_RULES } from '../../manifests/check/catalogue.ts'
import type { Rule } from '../../manifests/check/model.ts'
import type { PhaseFacts } from './facts.ts'

export const RULES: readonly Rule<PhaseFacts>[] = [...KUBERNETES_RULES].sort((a, b) =>
  a.id < b.id ? -1 : 1,
)
