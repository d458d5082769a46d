// All rules that need to know nothing of Phase, in the order of the catalogue.
import type { Facts } from './facts.ts'
import type { Rule } from './model.ts'
import { appprojectAllowsRbac } from './rules/argocd/appproject-allows-rbac.ts'
import { appprojectDestinationWide } from './rules/argocd/appproject-destination-wide.ts'
import { defaultProject } from './rules/argocd/default-project.ts'
import { renderOutsideDestinations } from './rules/argocd/render-outside-destinations.ts'
import { sourceNamespacesWide } from './rules/argocd/source-namespaces-wide.ts'
import { syncWithoutImpersonation } from './rules/argocd/sync-without-impersonation.ts'
import { secretReadUnscoped } from './rules/grants/secret-read-unscoped.ts'

export const KUBERNETES_RULES: readonly Rule<Facts>[] = [
  secretReadUnscoped,
  appprojectDestinationWide,
  defaultProject,
  appprojectAllowsRbac,
  renderOutsideDestinations,
  sourceNamespacesWide,
  syncWithoutImpersonation,
]
