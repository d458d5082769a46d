// RB051: an Application belongs to the project `default`.
import { DEFAULT_PROJECT, isArgoKind } from '../../../argocd/app-project.ts'
import type { ManifestObject } from '../../../document.ts'
import { pointerOf } from '../../../fix/pointer.ts'
import { shownName } from '../../../names.ts'
import { valueAt } from '../../../plain-value.ts'
import type { Facts } from '../../facts.ts'
import type { Fix, Found, Rule } from '../../model.ts'
import type { FieldPath } from '../../places.ts'
import { placeOf } from '../../places.ts'
import { objectName } from '../../words.ts'
import { argoObjects } from './projects.ts'

const application = (project: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: keyspace
  namespace: argocd
spec:
  project: ${project}
  source:
    repoURL: https://git.example.com/keyspace.git
    path: deploy
  destination:
    server: https://kubernetes.default.svc
    namespace: keyspace
`

export const defaultProject: Rule<Facts> = {
  id: 'RB051',
  name: 'default-project',
  chapter: 'argocd',
  severity: 'medium',
  summary: 'an Application belongs to the project default, which permits everything',
  why: 'Argo CD creates the project `default` without limits: any repository, any cluster, any namespace, any kind of resource. It cannot be removed, and everybody who may create Applications may use it unless somebody took its permissions away.',
  fix: 'Create an AppProject for the team or the application, with its repositories, namespaces and kinds, and name it in `project`.',
  fixable: 'suggestion',
  example: { bad: application('default'), good: application('keyspace') },
  *find(facts): Iterable<Found> {
    for (const object of facts.objects) {
      const path = projectPath(object)
      const project = path && valueAt(object.value, ...path)
      // A template may have its project from elsewhere: only what is written out counts.
      const isDefault = isArgoKind(object, 'Application')
        ? project === undefined || project === '' || project === DEFAULT_PROJECT
        : project === DEFAULT_PROJECT
      if (path === undefined || !isDefault) continue
      yield {
        at: placeOf(object, path),
        object: objectName(object.object),
        message: 'belongs to the project default, which permits everything',
        hint: 'create an AppProject with limits, and name it in project',
        fix: onlyOther(facts, object, path, project !== undefined),
      }
    }
  },
}

function projectPath(object: ManifestObject): readonly string[] | undefined {
  if (isArgoKind(object, 'Application')) return ['spec', 'project']
  return isArgoKind(object, 'ApplicationSet') ? ['spec', 'template', 'spec', 'project'] : undefined
}

/** If the manifests have one other project, it may be the one that is meant. */
function onlyOther(
  facts: Facts,
  object: ManifestObject,
  path: FieldPath,
  isWritten: boolean,
): Fix | undefined {
  const names = argoObjects(facts).projects.map(({ name }) => name)
  const [name, ...others] = [...new Set(names)].filter((each) => each && each !== DEFAULT_PROJECT)
  if (name === undefined || others.length > 0) return undefined
  return {
    title: `use project ${shownName(name)}`,
    object,
    operations: [{ op: isWritten ? 'replace' : 'add', path: pointerOf(path), value: name }],
    isSafe: false,
  }
}
