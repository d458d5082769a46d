// An Argo CD Application and a checkout in, the folders of it that the plugin renders for that
// Application out, each with what Argo CD says of the Application there; and why others are not shown.
import { isAbsolute, join, normalize } from 'node:path'
import type { ApplicationSource, ApplicationSpec } from '../../manifests/argocd/application.ts'
import {
  isSameRepository,
  repositoryKey,
  shownRepository,
} from '../../manifests/argocd/repository-url.ts'
import { quotedName, shownName } from '../../manifests/names.ts'
import type { Position, Problem } from '../../manifests/problem.ts'
import type { Application } from '../settings.ts'
import type { Astray } from '../sources/places.ts'
import { follow, locate } from '../sources/places.ts'

/** `metadata.name` of plugin.yaml. With `spec.version`, Argo CD calls the plugin `<name>-<version>`. */
const PLUGIN = 'phase'

/** The working copy that a preview looks at. */
export interface Checkout {
  /** Its root folder: absolute, without links. */
  readonly root: string
  /** The addresses of its remotes (`remotesOf`). */
  readonly remotes: readonly string[]
  /** `--repo`: which repository it is, whatever its remotes say. */
  readonly repository?: string | undefined
  /** The namespace of Argo CD itself: `argocd` by default. */
  readonly controlPlaneNamespace: string
}

/** One folder to render. */
export interface PreviewSource {
  /** Where the source is written. */
  readonly at: Position
  /** Relative to the root of the checkout, tidied: `apps/web`, or `.`. */
  readonly directory: string
  /** The same folder, absolute, without links, inside the root. */
  readonly folder: string
  /**
   * What Argo CD would say of the Application while it renders this source. `repository` is as the
   * source writes it; Argo CD takes the spelling of its repository Secret where it has one.
   */
  readonly application: Application
  /** What ARGOCD_APP_PARAMETERS would hold. `plugin.env` has no counterpart: the plugin reads none of it. */
  readonly parameters: string
}

interface Found {
  readonly sources: PreviewSource[]
  readonly problems: Problem[]
}

const ASTRAY: Readonly<Record<Astray, string>> = {
  missing: 'is not in this checkout',
  outside: 'leads out of the repository',
  git: 'leads into .git',
}

/** The sources that the plugin renders from this checkout, in order. Without any, there is an error. */
export function sourcesIn(spec: ApplicationSpec, checkout: Checkout): Found {
  const found: Found = { sources: [], problems: [] }
  const ours: ApplicationSource[] = []
  for (const source of spec.sources) {
    if (source.renderer === 'none') continue
    const reason = whyNotOurs(source)
    if (reason !== undefined) found.problems.push(notShown(spec, source, reason))
    else ours.push(source)
  }
  if (ours.length > 0) addSources(spec, ours, checkout, found)
  if (found.sources.length === 0 && !found.problems.some(({ severity }) => severity === 'error')) {
    const hint =
      ours.length > 0
        ? 'run it in a checkout of their repository, or say --repo URL if this is one'
        : `a source is ours if it has plugin.name: ${PLUGIN}`
    found.problems.push(error(spec, spec.at, 'nothing of it is rendered from this checkout', hint))
  }
  return found
}

function addSources(
  spec: ApplicationSpec,
  ours: readonly ApplicationSource[],
  checkout: Checkout,
  found: Found,
): void {
  const here = repositoryHere(spec, checkout)
  if ('message' in here) {
    found.problems.push(here)
    return
  }
  if (here.notice !== undefined) found.problems.push(here.notice)
  for (const source of ours) {
    if (!isGit(source) || !isSameRepository(source.repository, here.repository)) {
      const reason = `${shownName(shownRepository(source.repository))} is not this checkout`
      found.problems.push(notShown(spec, source, reason))
      continue
    }
    if (source.plugin?.name === undefined) found.problems.push(discovered(spec, source))
    if (PINNED.test(source.revision ?? '')) found.problems.push(pinned(spec, source))
    const read = readSource(spec, source, checkout)
    if ('message' in read) found.problems.push(read)
    else {
      found.sources.push(read)
      found.problems.push(...overrides(spec, read))
    }
  }
}

function whyNotOurs({ renderer, plugin }: ApplicationSource): string | undefined {
  if (renderer !== 'plugin') return 'rendered by Argo CD itself, without the plugin'
  const name = plugin?.name
  if (name === undefined || isOurName(name)) return undefined
  return `rendered by the plugin ${shownName(name)}`
}

function isOurName(name: string): boolean {
  const version = name.startsWith(`${PLUGIN}-`) ? name.slice(PLUGIN.length + 1) : ''
  return name === PLUGIN || /^v?\d/.test(version)
}

/**
 * Which repository the checkout is: `--repo`; else the one among the sources that is a remote; else,
 * as in a fork, the only one that there is. An address decides what is shown, never what is allowed.
 */
function repositoryHere(
  spec: ApplicationSpec,
  { repository, remotes }: Checkout,
): { readonly repository: string; readonly notice?: Problem } | Problem {
  if (repository !== undefined) return { repository }
  const all = distinct(spec.sources.filter(isGit).map((source) => source.repository))
  const known = all.filter((each) => remotes.some((remote) => isSameRepository(each, remote)))
  const [first, second] = known.length > 0 ? known : all
  if (first === undefined) return error(spec, spec.at, 'no source is in a Git repository')
  if (second !== undefined) {
    const message =
      known.length > 0
        ? 'this checkout has several of its repositories as remotes'
        : 'none of its repositories is a remote of this checkout'
    return error(spec, spec.at, message, '--repo URL says which repository this is')
  }
  if (known.length > 0) return { repository: first }
  const shown = shownName(shownRepository(first))
  const message = `this checkout is taken for ${shown}, which is not one of its remotes`
  return { repository: first, notice: { ...error(spec, spec.at, message), severity: 'notice' } }
}

/** One address of each repository, the first. */
function distinct(repositories: readonly string[]): string[] {
  const seen = new Map<string, string>()
  for (const each of repositories) {
    const key = repositoryKey(each)
    if (!seen.has(key)) seen.set(key, each)
  }
  return [...seen.values()]
}

/** Helm and OCI registries are nobody's checkout. */
function isGit({ chart, repository }: ApplicationSource): boolean {
  return chart === undefined && !/^\s*oci:\/\//i.test(repository)
}

/** Follows `path` as Argo CD does: tidied as a text first, then below the root (util/app/path, Path). */
function readSource(
  spec: ApplicationSpec,
  { at, path = '.', repository, plugin }: ApplicationSource,
  { root, controlPlaneNamespace }: Checkout,
): PreviewSource | Problem {
  const refuse = (reason: string): Problem =>
    error(
      spec,
      at,
      `path ${quotedName(path)} ${reason}`,
      "a path is relative to the repository's root",
    )
  if (isAbsolute(path)) return refuse('is absolute')
  const directory = normalize(path).replace(/\/+$/, '')
  const place = locate(root, join(root, directory))
  if (typeof place === 'string') return refuse(ASTRAY[place])
  if (place.kind !== 'folder') return refuse('is not a folder')
  const { name, namespace, project, destinationNamespace } = spec
  const isElsewhere = namespace !== undefined && namespace !== controlPlaneNamespace
  const application = {
    // types.go, InstanceName.
    name: isElsewhere ? `${namespace}_${name}` : name,
    namespace: destinationNamespace,
    project,
    repository: repository.trim(),
    sourcePath: path.trim(),
  }
  return {
    at,
    directory,
    folder: place.real,
    application,
    parameters: plugin?.parameters ?? 'null',
  }
}

/** Files that change a source where it lies (repository.go, mergeSourceParameters). */
function overrides(spec: ApplicationSpec, { at, folder, application }: PreviewSource): Problem[] {
  return ['.argocd-source.yaml', `.argocd-source-${application.name}.yaml`]
    .filter((name) => follow(join(folder, name))?.kind === 'file')
    .map((name) => {
      const message = `${name} in this folder changes the source in Argo CD, but not here`
      return { ...error(spec, at, message), severity: 'warning' }
    })
}

/** A commit, or a version of any length: no branch that somebody works on. */
const PINNED = /^(?:[0-9a-f]{7,64}|v?\d+(?:\.[\dx*]+)+.*|[<>=~^].*)$/

function pinned(spec: ApplicationSpec, { at, revision = '' }: ApplicationSource): Problem {
  const message = `targetRevision ${shownName(revision)} is not looked at: the checkout is shown as it is`
  return { ...error(spec, at, message), severity: 'notice' }
}

function discovered(spec: ApplicationSpec, { at }: ApplicationSource): Problem {
  const message = 'plugin has no name: Argo CD asks plugins with a discover rule, and ours has none'
  const hint = `set plugin.name: ${PLUGIN}, unless your plugin.yaml has a rule`
  return { ...error(spec, at, message, hint), severity: 'notice' }
}

function notShown(spec: ApplicationSpec, { at }: ApplicationSource, reason: string): Problem {
  return { ...error(spec, at, `not shown: ${reason}`), severity: 'notice' }
}

function error({ name, namespace }: ApplicationSpec, at: Position, message: string, hint?: string) {
  const object = { kind: 'Application', namespace, name }
  return { severity: 'error', fault: 'input', at, object, message, hint } as const satisfies Problem
}
