// RB052: Applications of a project may bring permissions of their own, or PhaseSecrets.
import type { AppProject, KindPattern } from '../../../argocd/app-project.ts'
import { pointerOf } from '../../../fix/pointer.ts'
import { groupOf } from '../../../object-key.ts'
import { isPlainMap, itemsAt, valueAt } from '../../../plain-value.ts'
import type { Facts } from '../../facts.ts'
import type { Fix, Found, PatchOperation, Rule } from '../../model.ts'
import { placeOf } from '../../places.ts'
import type { PermittedKind } from '../../project-permits.ts'
import { permitsKind } from '../../project-permits.ts'
import { listed, objectName } from '../../words.ts'
import { argoObjects } from './projects.ts'

const project = (rest: string) => `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: keyspace
  namespace: argocd
spec:
  destinations:
    - server: https://kubernetes.default.svc
      namespace: keyspace
${rest}`

const RBAC = 'rbac.authorization.k8s.io'

export const appprojectAllowsRbac: Rule<Facts> = {
  id: 'RB052',
  name: 'appproject-allows-rbac',
  chapter: 'argocd',
  severity: 'medium',
  summary: 'Applications of an AppProject may bring roles, bindings or PhaseSecrets',
  why: "Argo CD applies what is in the repository with its own permissions, so the API server's protection against escalation does not count: a team that may sync a RoleBinding gives itself whatever it likes, and one that may sync PhaseSecrets has Phase's operator read any environment. Without a list Argo CD permits every kind that has a namespace.",
  fix: 'Add the kinds to `namespaceResourceBlacklist` and leave `clusterResourceWhitelist` empty, or permit only the kinds that are needed with `namespaceResourceWhitelist`. Projects of the platform team are exempted in the policy.',
  fixable: 'yes',
  example: {
    bad: project(''),
    good: project(`  namespaceResourceBlacklist:
    - group: ${RBAC}
      kind: Role
    - group: ${RBAC}
      kind: RoleBinding
    - group: secrets.phase.dev
      kind: PhaseSecret
`),
  },
  *find(facts): Iterable<Found> {
    for (const each of argoObjects(facts).projects) {
      const permitted = KINDS.filter((kind) => permitsKind(each, kind))
      if (permitted.length === 0) continue
      yield {
        at: placeOf(each.object, ['spec', listThatPermits(each, permitted)]),
        object: objectName(each.object.object),
        message: `lets its Applications bring ${listed(permitted.map(({ kind }) => kind))}`,
        hint: 'add these kinds to namespaceResourceBlacklist and clusterResourceBlacklist',
        fix: forbid(facts, each, permitted),
      }
    }
  },
}

const KINDS: readonly PermittedKind[] = [
  { group: RBAC, kind: 'Role', isNamespaced: true },
  { group: RBAC, kind: 'RoleBinding', isNamespaced: true },
  { group: RBAC, kind: 'ClusterRole', isNamespaced: false },
  { group: RBAC, kind: 'ClusterRoleBinding', isNamespaced: false },
  { group: 'secrets.phase.dev', kind: 'PhaseSecret', isNamespaced: true },
]

/** If it is not written, the place is that of the specification. */
function listThatPermits(
  { namespaceResourceWhitelist }: AppProject,
  permitted: readonly PermittedKind[],
): string {
  const isNamespaced = permitted.some((kind) => kind.isNamespaced)
  if (!isNamespaced) return 'clusterResourceWhitelist'
  return namespaceResourceWhitelist === undefined
    ? 'namespaceResourceBlacklist'
    : 'namespaceResourceWhitelist'
}

/** Without asking only if nothing here is of these kinds. */
function forbid(
  facts: Facts,
  { object }: AppProject,
  permitted: readonly PermittedKind[],
): Fix | undefined {
  if (!isPlainMap(valueAt(object.value, 'spec'))) return undefined
  const isUsed = facts.seen.some(({ apiVersion, object: { kind } }) =>
    permitted.some((each) => each.kind === kind && each.group === groupOf(apiVersion)),
  )
  return {
    title: `forbid ${listed(permitted.map(({ kind }) => kind))}`,
    object,
    operations: [
      ...added(object.value, 'namespaceResourceBlacklist', permitted, true),
      ...added(object.value, 'clusterResourceBlacklist', permitted, false),
    ],
    isSafe: !isUsed,
  }
}

function added(
  value: unknown,
  field: string,
  permitted: readonly PermittedKind[],
  isNamespaced: boolean,
): PatchOperation[] {
  const items = permitted
    .filter((each) => each.isNamespaced === isNamespaced)
    .map(({ group, kind }): Omit<KindPattern, 'name'> => ({ group, kind }))
  if (items.length === 0) return []
  const there = valueAt(value, 'spec', field)
  if (!Array.isArray(there)) {
    const op = there === undefined ? 'add' : 'replace'
    return [{ op, path: pointerOf(['spec', field]), value: items }]
  }
  const first = itemsAt(value, 'spec', field).length
  return items.map((item, index) => {
    return { op: 'add', path: pointerOf(['spec', field, first + index]), value: item }
  })
}
