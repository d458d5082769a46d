// Every parameter that an Application may set, once: the reader, the `parameters` command and the
// test of plugin.yaml all use this table. Names and shapes follow Argo CD's own Helm, Kustomize and
// directory sources (argo-cd pkg/apis/application/v1alpha1: ApplicationSourceHelm and its neighbours).
import type { SourceType } from './detect.ts'

/** How a value is given: Argo CD's `collectionType`. */
export type Shape = 'string' | 'array' | 'map'

/** A row of the table. */
export interface Announcement {
  readonly name: string
  readonly title: string
  readonly tooltip: string
  readonly collectionType: Shape
  /** The kinds of source that it belongs to; empty: all. */
  readonly sources: readonly SourceType[]
  /** A string that is `true` or `false`. */
  readonly isFlag?: true
  /** A second shape that is accepted. */
  readonly alsoMap?: true
}

const DIRECTORY = ['directory'] as const
const HELM = ['helm'] as const
const KUSTOMIZE = ['kustomize'] as const

/** The table, in the order in which Argo CD shows it. */
export const ANNOUNCEMENTS = [
  {
    name: 'sourceType',
    title: 'Source type',
    tooltip: 'directory, helm or kustomize; found out from the folder if absent',
    collectionType: 'string',
    sources: [],
  },
  {
    name: 'recurse',
    title: 'Recurse',
    tooltip: 'true: manifests of subfolders too',
    collectionType: 'string',
    sources: DIRECTORY,
    isFlag: true,
  },
  {
    name: 'include',
    title: 'Include',
    tooltip: 'a glob such as {*.yaml,extra/*.json}: only these files',
    collectionType: 'string',
    sources: DIRECTORY,
  },
  {
    name: 'exclude',
    title: 'Exclude',
    tooltip: 'a glob such as {config.json,env-*/*}: not these files',
    collectionType: 'string',
    sources: DIRECTORY,
  },
  {
    name: 'releaseName',
    title: 'Release name',
    tooltip: "Helm's release name; the Application's name if absent",
    collectionType: 'string',
    sources: HELM,
  },
  {
    name: 'namespace',
    title: 'Namespace',
    tooltip:
      "Helm: the release namespace, the Application's if absent. Kustomize: set on all objects",
    collectionType: 'string',
    sources: ['helm', 'kustomize'],
  },
  {
    name: 'valueFiles',
    title: 'Value files',
    tooltip: "relative to the chart, or from the repository's root with a leading /",
    collectionType: 'array',
    sources: HELM,
  },
  {
    name: 'ignoreMissingValueFiles',
    title: 'Ignore missing value files',
    tooltip: 'true: value files that do not exist are left out',
    collectionType: 'string',
    sources: HELM,
    isFlag: true,
  },
  {
    name: 'parameters',
    title: 'Helm parameters',
    tooltip: 'values by their path, as helm --set takes them',
    collectionType: 'map',
    sources: HELM,
  },
  {
    name: 'stringParameters',
    title: 'Helm string parameters',
    tooltip: 'the same, always strings (helm --set-string, forceString)',
    collectionType: 'map',
    sources: HELM,
  },
  {
    name: 'fileParameters',
    title: 'Helm file parameters',
    tooltip: 'values by their path, each the content of a file of the repository (helm --set-file)',
    collectionType: 'map',
    sources: HELM,
  },
  {
    name: 'values',
    title: 'Values',
    tooltip:
      'a block of YAML that wins over the value files; or a map of YAML texts by top-level name',
    collectionType: 'string',
    sources: HELM,
    alsoMap: true,
  },
  {
    name: 'kubeVersion',
    title: 'Kubernetes version',
    tooltip: "what charts see as the cluster's version; the real one if absent",
    collectionType: 'string',
    sources: HELM,
  },
  {
    name: 'apiVersions',
    title: 'API versions',
    tooltip: "[group/]version[/Kind] that charts see; the cluster's own if absent",
    collectionType: 'array',
    sources: HELM,
  },
  {
    name: 'skipCrds',
    title: 'Skip CRDs',
    tooltip: "true: without the chart's crds folder",
    collectionType: 'string',
    sources: HELM,
    isFlag: true,
  },
  {
    name: 'skipTests',
    title: 'Skip tests',
    tooltip: "true: without the chart's tests",
    collectionType: 'string',
    sources: HELM,
    isFlag: true,
  },
  {
    name: 'skipSchemaValidation',
    title: 'Skip schema validation',
    tooltip: 'true: values are not held against values.schema.json',
    collectionType: 'string',
    sources: HELM,
    isFlag: true,
  },
  {
    name: 'namePrefix',
    title: 'Name prefix',
    tooltip: "in the place of the kustomization's own",
    collectionType: 'string',
    sources: KUSTOMIZE,
  },
  {
    name: 'nameSuffix',
    title: 'Name suffix',
    tooltip: "in the place of the kustomization's own",
    collectionType: 'string',
    sources: KUSTOMIZE,
  },
  {
    name: 'images',
    title: 'Images',
    tooltip: 'image overrides: [name=]image[:tag][@digest]',
    collectionType: 'array',
    sources: KUSTOMIZE,
  },
  {
    name: 'replicas',
    title: 'Replicas',
    tooltip: 'counts by the name of the workload',
    collectionType: 'map',
    sources: KUSTOMIZE,
  },
  {
    name: 'commonLabels',
    title: 'Common labels',
    tooltip: "added to all objects and selectors; they win over the kustomization's own",
    collectionType: 'map',
    sources: KUSTOMIZE,
  },
  {
    name: 'commonAnnotations',
    title: 'Common annotations',
    tooltip: "added to all objects; they win over the kustomization's own",
    collectionType: 'map',
    sources: KUSTOMIZE,
  },
  {
    name: 'components',
    title: 'Components',
    tooltip: 'folders of Kustomize components, relative to the kustomization',
    collectionType: 'array',
    sources: KUSTOMIZE,
  },
] as const satisfies readonly Announcement[]

/** The name of a row. */
export type ParameterName = (typeof ANNOUNCEMENTS)[number]['name']

const BY_NAME = new Map<string, Announcement>(ANNOUNCEMENTS.map((each) => [each.name, each]))

/** The row of a name that an author wrote; undefined if there is none. */
export function announcementOf(name: string): Announcement | undefined {
  return BY_NAME.get(name)
}

/** What may be set for a kind of source. */
export function announcementsFor(source: SourceType): Announcement[] {
  return [...BY_NAME.values()].filter(({ sources }) => belongs(sources, source))
}

/** Whether a row with these `sources` is for a kind of source. */
export function belongs(sources: readonly SourceType[], source: SourceType): boolean {
  return sources.length === 0 || sources.includes(source)
}
