// An Argo CD Application in, what Argo CD would render for it out: names, project, destination and
// sources, as in argo-cd pkg/apis/application/v1alpha1/types.go, with everything that is wrong.
import type { ManifestObject } from '../document.ts'
import { Fields } from '../fields.ts'
import { namespaceFault, objectNameFault } from '../names.ts'
import type { Position, Problem } from '../problem.ts'
import type { PluginSource } from './plugin-source.ts'
import { readPlugin } from './plugin-source.ts'

/** What of an Application decides about its manifests. */
export interface ApplicationSpec {
  readonly at: Position
  readonly name: string
  /** `metadata.namespace`: the control plane's or another; absent: wherever it is applied. */
  readonly namespace?: string | undefined
  readonly project: string
  readonly destinationNamespace?: string | undefined
  /** The cluster by its URL, and by the name that Argo CD has for it; empty where it is not written. */
  readonly destinationCluster: { readonly server: string; readonly name: string }
  /** In order; those of a source hydrator are what it syncs from. */
  readonly sources: readonly ApplicationSource[]
  readonly ignoreDifferences: readonly IgnoreDifference[]
}

/** One source of an Application. */
export interface ApplicationSource {
  readonly at: Position
  /** As written. */
  readonly repository: string
  /** As written; nobody has looked whether it stays inside the repository. */
  readonly path?: string | undefined
  readonly chart?: string | undefined
  readonly revision?: string | undefined
  readonly ref?: string | undefined
  readonly name?: string | undefined
  /** Who renders it: a config-management plugin, Argo CD's own tools, or nobody (only a ref). */
  readonly renderer: 'plugin' | 'argocd' | 'none'
  /** There if the plugin renders it. */
  readonly plugin?: PluginSource | undefined
}

/** Fields of live objects that Argo CD does not compare. Absent names stand for all. */
export interface IgnoreDifference {
  readonly group: string
  readonly kind: string
  readonly name?: string | undefined
  readonly namespace?: string | undefined
  readonly jsonPointers: readonly string[]
  readonly jqPathExpressions: readonly string[]
  readonly managedFieldsManagers: readonly string[]
}

/** An Application that was found: `spec` is absent if one of its problems is an error. */
export interface FoundApplication {
  readonly at: Position
  /** Empty where none is written. */
  readonly name: string
  readonly namespace?: string | undefined
  readonly spec?: ApplicationSpec | undefined
  readonly problems: readonly Problem[]
}

/** Blocks that say which of Argo CD's own tools renders a source. */
const OWN_TOOLS = ['kustomize', 'helm', 'directory'] as const
const DEFAULT_PROJECT = 'default'

/** Reads an object of kind Application. Fields that it does not know are left alone. */
export function readApplication(object: ManifestObject): FoundApplication {
  const problems: Problem[] = []
  const root = Fields.of(object, problems)
  const metadata = root.map('metadata')
  const spec = root.map('spec')
  const name = metadata?.string('name') ?? ''
  const namespace = metadata?.string('namespace') || undefined
  // Argo CD tells plugins and policies these names: what no API server would take is not one of them.
  if (metadata === undefined || !metadata.isSet('name')) root.reject('metadata', 'has no name')
  else checkName(metadata, 'name', objectNameFault)
  if (metadata !== undefined) checkName(metadata, 'namespace', namespaceFault)
  if (spec === undefined) root.reject('spec', 'is missing')
  const read = spec && { at: object.at, name, namespace, ...readSpec(spec) }
  const failed = problems.some(({ severity }) => severity === 'error')
  return { at: object.at, name, namespace, spec: failed ? undefined : read, problems }
}

function readSpec(spec: Fields): Omit<ApplicationSpec, 'at' | 'name' | 'namespace'> {
  checkName(spec, 'project', objectNameFault)
  const destination = spec.map('destination')
  if (destination !== undefined) checkName(destination, 'namespace', namespaceFault)
  return {
    project: spec.string('project') || DEFAULT_PROJECT,
    destinationNamespace: destination?.string('namespace') || undefined,
    destinationCluster: {
      server: destination?.string('server') ?? '',
      name: destination?.string('name') ?? '',
    },
    sources: readSources(spec),
    ignoreDifferences: spec.list('ignoreDifferences').map(readIgnored),
  }
}

function checkName(map: Fields, field: string, faultOf: (name: string) => string | undefined) {
  const name = map.isSet(field) ? map.string(field) : undefined
  const fault = name === undefined ? undefined : faultOf(name)
  if (fault !== undefined) map.reject(field, fault)
}

function readSources(spec: Fields): ApplicationSource[] {
  const hydrator = spec.map('sourceHydrator')
  if (hydrator !== undefined) return readHydrator(hydrator)
  const sources = spec.list('sources')
  const single = spec.map('source')
  if (sources.length > 0) {
    // Argo CD does the same without a word (types.go, HasMultipleSources).
    if (single !== undefined)
      spec.notice('source', 'is ignored by Argo CD, because of spec.sources')
    return sources.map((source) => readSource(source, true))
  }
  if (single !== undefined) return [readSource(single, false)]
  spec.reject('source', 'is missing', 'an Application has spec.source, or a list spec.sources')
  return []
}

/**
 * The hydrator commits what the dry source renders, and syncs from that commit; plugins take no part in
 * the sync (types.go: GetSyncSource). What this plugin renders has values in it.
 */
function readHydrator(hydrator: Fields): ApplicationSource[] {
  const dry = hydrator.map('drySource')
  if (dry?.map('plugin') !== undefined) {
    dry.reject(
      'plugin',
      'would have Argo CD commit to Git what the plugin renders, values of Secrets too',
      'use spec.source: the plugin has to run when Argo CD syncs, not before',
    )
  }
  const sync = hydrator.map('syncSource')
  const repository = sync?.string('repoURL') || dry?.string('repoURL') || ''
  return [
    { at: hydrator.at(), repository, path: sync?.string('path') || undefined, renderer: 'argocd' },
  ]
}

function readSource(source: Fields, isOneOfMany: boolean): ApplicationSource {
  const text = (name: string): string | undefined => source.string(name) || undefined
  const repository = text('repoURL')
  const path = text('path')
  const chart = text('chart')
  const ref = text('ref')
  const plugin = readPlugin(source)
  // Argo CD drops an empty block (util/argo, NormalizeSource).
  const tools = OWN_TOOLS.filter((tool) => source.map(tool) !== undefined && !source.isZero(tool))
  const kinds = [...tools, ...(plugin === undefined ? [] : ['plugin'])]
  if (kinds.length > 1) {
    // types.go, ExplicitType.
    const [first = '', ...others] = kinds
    source.reject(first, `stands beside ${others.join(' and ')}: a source has one type`, 'keep one')
  }
  if (!source.isSet('repoURL')) source.reject('repoURL', 'is missing')
  const isAnywhere = source.isSet('path') || source.isSet('chart')
  if (!isAnywhere && !(isOneOfMany && source.isSet('ref'))) {
    source.reject('path', 'is missing', "write '.' for the root of the repository")
  }
  return {
    at: source.at(),
    repository: repository ?? '',
    path,
    chart,
    revision: text('targetRevision'),
    ref,
    name: text('name'),
    ...rendererOf(path === undefined && chart === undefined, plugin),
  }
}

/** A source that only lends its files to others is not rendered (repository.go, GenerateManifest). */
function rendererOf(
  isOnlyRef: boolean,
  plugin: PluginSource | undefined,
): Pick<ApplicationSource, 'renderer' | 'plugin'> {
  if (isOnlyRef) return { renderer: 'none' }
  return plugin === undefined ? { renderer: 'argocd' } : { renderer: 'plugin', plugin }
}

function readIgnored(entry: Fields): IgnoreDifference {
  if (!entry.isSet('kind')) entry.reject('kind', 'is missing')
  return {
    group: entry.string('group') ?? '',
    kind: entry.string('kind') ?? '',
    name: entry.string('name') || undefined,
    namespace: entry.string('namespace') || undefined,
    jsonPointers: entry.texts('jsonPointers') ?? [],
    jqPathExpressions: entry.texts('jqPathExpressions') ?? [],
    managedFieldsManagers: entry.texts('managedFieldsManagers') ?? [],
  }
}
