// A version and resources in; how all their objects are written anew, out: an object is encrypted when it is
// written, and a write that changes nothing is enough (k8s.io/apiserver pkg/storage/etcd3/store.go).
import type { PlanStep } from './plan-model.ts'
import { printComment, printDocuments, printYaml } from './print-yaml.ts'

/** The step, without what to verify. */
export function rewriteStep(minor: number, resources: readonly string[]): PlanStep {
  return {
    title: 'rewrite all objects',
    why: 'only what is written from now on is encrypted anew; one namespace left out is one that is lost later',
    run: resources.flatMap(commands),
    orApply: migrations(minor, resources),
    goBack: ['nothing to go back from: no object changes its content'],
  }
}

function commands(resource: string): readonly string[] {
  if (resource.includes('*')) {
    return [
      `# ${resource}: for each name that this prints`,
      `kubectl api-resources --verbs=list,update -o name${groupWords(resource)}`,
      'kubectl get NAME --all-namespaces -o json | kubectl replace -f -',
    ]
  }
  return [
    `kubectl get ${resource} --all-namespaces -o json | kubectl replace -f -   # again if there was a conflict`,
  ]
}

function groupWords(resource: string): string {
  const group = resource.slice(2)
  return group === '*' ? '' : ` --api-group='${group}'`
}

/** v1alpha1 also names a version, which we know only of the core group; the others do not. */
function migrations(minor: number, resources: readonly string[]): string | undefined {
  const version =
    minor >= 37 ? 'v1' : minor >= 35 ? 'v1beta1' : minor >= 30 ? 'v1alpha1' : undefined
  const named = resources.filter(
    (resource) => !resource.includes('*') && (version !== 'v1alpha1' || !resource.includes('.')),
  )
  if (version === undefined || named.length === 0) return undefined
  const notes = ['Delete those of the last time before.']
  if (minor < 37) {
    const api = `storagemigration.k8s.io/${version}`
    notes.push(
      `Off in 1.${minor} unless turned on: the feature gate StorageVersionMigrator and the API ${api}.`,
    )
  }
  return printComment(notes) + printDocuments(named.map((name) => migration(name, version)))
}

function migration(name: string, version: string): string {
  const dot = name.indexOf('.')
  const [resource, group] = dot === -1 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)]
  const ofAlpha = version === 'v1alpha1' ? { version: 'v1' } : {}
  return printYaml({
    apiVersion: `storagemigration.k8s.io/${version}`,
    kind: 'StorageVersionMigration',
    metadata: { name: `rewrite-${name}` },
    spec: { resource: { group, ...ofAlpha, resource } },
  })
}
