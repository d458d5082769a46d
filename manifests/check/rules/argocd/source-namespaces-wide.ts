// RB054: a project takes Applications from any namespace.
import type { AppProject } from '../../../argocd/app-project.ts'
import { globFits } from '../../../argocd/glob.ts'
import { pointerOf } from '../../../fix/pointer.ts'
import { quotedName } from '../../../names.ts'
import type { Facts } from '../../facts.ts'
import type { Fix, Found, PatchOperation, Rule } from '../../model.ts'
import { placeOf } from '../../places.ts'
import { objectName } from '../../words.ts'
import { argoObjects, isWideTo } from './projects.ts'

const project = (namespace: string) => `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: keyspace
  namespace: argocd
spec:
  sourceNamespaces:
    - ${namespace}
  destinations:
    - server: https://kubernetes.default.svc
      namespace: keyspace
`

export const sourceNamespacesWide: Rule<Facts> = {
  id: 'RB054',
  name: 'source-namespaces-wide',
  chapter: 'argocd',
  severity: 'medium',
  summary: 'an AppProject takes Applications from any namespace',
  why: 'Whoever may create Applications in one of the source namespaces deploys with everything that the project permits. With a pattern that fits every namespace that is everybody who has a namespace.',
  fix: 'Name the namespaces whose teams the project is for. Applications in the namespace of Argo CD itself need no entry.',
  fixable: 'suggestion',
  example: { bad: project("'*'"), good: project('keyspace-apps') },
  *find(facts): Iterable<Found> {
    for (const each of argoObjects(facts).projects) {
      for (const [index, entry] of each.sourceNamespaces.entries()) {
        if (!isWideTo((text) => sourceFits(entry, text))) continue
        yield {
          at: placeOf(each.object, ['spec', 'sourceNamespaces', index]),
          object: objectName(each.object.object),
          message: `takes Applications from every namespace that ${quotedName(entry)} fits`,
          hint: 'name the namespaces whose teams the project is for',
          fix: onlyUsed(facts, each, index),
        }
      }
    }
  },
}

/** What fits everything is short; a longer one might take its time, even with the few letters it gets here. */
const LONGEST_EXPRESSION = 80

/** Between slashes it may be a regular expression, else a glob (argo-cd util/glob/list.go). */
function sourceFits(entry: string, text: string): boolean {
  if (globFits(entry, text)) return true
  const [, expression] = /^\/(.+)\/$/s.exec(entry) ?? []
  if (expression === undefined || expression.length > LONGEST_EXPRESSION) return false
  try {
    return new RegExp(expression).test(text)
  } catch {
    // Of .NET's kind, which Argo CD reads: nobody here knows what it fits.
    return false
  }
}

const MOST = 20

/** Puts the namespaces that its Applications are in now into the entry's place. */
function onlyUsed(facts: Facts, { object, name }: AppProject, index: number): Fix | undefined {
  const own = argoObjects(facts).applications.filter(({ project: each }) => each === name)
  const namespaces = own.map((application) => application.object.object.namespace ?? '')
  const home = object.object.namespace ?? ''
  const used = [...new Set(namespaces)].filter((each) => each !== '' && each !== home).sort()
  if (used.length === 0 || used.length > MOST) return undefined
  return {
    title: 'take Applications only from the namespaces where there are some',
    object,
    operations: used.map((value, offset): PatchOperation => {
      const path = pointerOf(['spec', 'sourceNamespaces', index + offset])
      return { op: offset === 0 ? 'replace' : 'add', path, value }
    }),
    isSafe: false,
  }
}
