// What the command line names in; the sources that a preview is of out: as they lie here, and as they lie
// in another tree of the same repository.
import { join, relative, sep } from 'node:path'
import type { ApplicationSpec } from '../../manifests/argocd/application.ts'
import type { InputFile, Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { asWarning } from '../../manifests/problem.ts'
import type { ManifestSource } from '../read-manifests.ts'
import type { Application, Settings } from '../settings.ts'
import { notAFolder } from '../sources/input.ts'
import type { Repository } from '../sources/places.ts'
import { follow, isInside, repositoryOf } from '../sources/places.ts'
import type { ApplicationFile } from './application.ts'
import { chooseApplication, readApplicationFile } from './application.ts'
import { sourcesIn } from './application-sources.ts'
import { remotesOf } from './remotes.ts'

/** What is previewed, as the command line names it. */
export interface SubjectOptions {
  /** A folder, or `-` for standard input; with `app` a folder of the checkout. */
  readonly directory: string
  readonly recurse: boolean
  readonly parameters?: string | undefined
  readonly app?: string | undefined
  readonly appName?: string | undefined
  readonly repo?: string | undefined
  /** Where Argo CD keeps its own Applications. */
  readonly argocdNamespace: string
}

/** Another tree of the same repository. */
export interface Tree {
  /** Its root, absolute, without links. */
  readonly root: string
  /** A file of it by its path from the root; undefined if there is none. */
  read(path: string): Promise<Outcome<Uint8Array | undefined>>
}

/** One source of what is rendered. */
export interface StateSource {
  /** A source to render; or manifests that are read already. */
  readonly input: ManifestSource | { readonly files: readonly InputFile[] }
  /** The Application that it is rendered for; absent: a local run. */
  readonly application?: Application | undefined
  /** Whether it only counts for others and nobody renders it. */
  readonly isContext?: boolean | undefined
}

/** Sources, and what is to be said of them. With an error among `problems` they are not complete. */
export interface Found {
  readonly sources: readonly StateSource[]
  readonly problems: readonly Problem[]
}

/** What is previewed. */
export interface Subject {
  readonly label: string
  /** Absent for standard input, which is in none. */
  readonly repository?: Repository | undefined
  /** Only with `--app`. */
  readonly application?: ApplicationSpec | undefined
  /** Where Argo CD keeps its own Applications. */
  readonly argocdNamespace: string
  /** The folder that all sources are below, relative to the root; undefined: they may need any file. */
  readonly below?: string | undefined
  readonly here: Found
  /** What a person calls a file of it. */
  rename(file: string): string
  /** The same sources in another tree; none if the tree does not have them yet. */
  at(tree: Tree): Promise<Found>
}

/** Finds out what is to be previewed. */
export function findSubject(options: SubjectOptions, settings: Settings): Outcome<Subject> {
  if (options.app !== undefined) return applicationSubject(options, options.app)
  return folderSubject(options, settings)
}

function folderSubject(options: SubjectOptions, settings: Settings): Outcome<Subject> {
  const { directory, recurse, argocdNamespace } = options
  const parameters = options.parameters ?? settings.untrusted.parameters
  const input = { directory, recurse, parameters }
  const subject = {
    label: directory,
    argocdNamespace,
    here: found([{ input }]),
    rename: (file: string) => file,
  }
  if (directory === '-') return { value: { ...subject, at: async () => found([]) } }
  const place = follow(directory)
  if (place?.kind !== 'folder') return { problems: [notAFolder(directory)] }
  const repository = repositoryOf(directory, place.real, settings.application)
  const below = relative(repository.root, place.real)
  return {
    value: {
      ...subject,
      repository,
      below,
      async at({ root }) {
        const there = follow(join(root, below))
        if (there?.kind !== 'folder' || !isInside(root, there.real)) {
          return found([], [isNew('the folder')])
        }
        // The first manifest of a folder may be what is new.
        return found([{ input: { ...input, directory: there.real, root, mayBeEmpty: true } }])
      },
    },
  }
}

function applicationSubject(options: SubjectOptions, path: string): Outcome<Subject> {
  const { directory, appName, repo, argocdNamespace: controlPlaneNamespace } = options
  const place = follow(directory)
  if (place?.kind !== 'folder') return { problems: [notAFolder(directory)] }
  const repository = repositoryOf(directory, place.real)
  const file = readApplicationFile(path, path)
  if ('problems' in file) return file
  const chosen = chooseApplication(file.value, appName)
  const { application } = chosen
  if (application === undefined) return chosen
  const remotes = remotesOf(repository.root)
  const sourcesAt = (spec: ApplicationSpec, root: string, mayBeEmpty: boolean): Found => {
    const { sources, problems } = sourcesIn(spec, {
      root,
      remotes,
      repository: repo,
      controlPlaneNamespace,
    })
    return found(
      sources.map(({ folder, parameters, application: known }) => ({
        input: { directory: folder, recurse: false, parameters, root, mayBeEmpty },
        application: known,
      })),
      problems,
    )
  }
  const here = sourcesAt(application, repository.root, false)
  const written = follow(path)?.real
  const own = written !== undefined && isInside(repository.root, written)
  return {
    value: {
      label: `Application ${application.name}`,
      repository,
      application,
      argocdNamespace: controlPlaneNamespace,
      here: { ...here, problems: [...chosen.problems, ...here.problems] },
      rename: (name) => shownIn(repository, name),
      async at(tree) {
        // The Application may change too; one that is written elsewhere is the same in every tree.
        if (!own) return lenient(sourcesAt(application, tree.root, true))
        const bytes = await tree.read(relative(repository.root, written))
        if ('problems' in bytes) return { sources: [], problems: bytes.problems }
        const before = bytes.value && sameIn(bytes.value, path, application)
        if (before === undefined) return found([], [isNew(`Application ${application.name}`)])
        return lenient(sourcesAt(before, tree.root, true))
      },
    },
  }
}

/** A file of the repository as a person calls it; a tool's name may stand before it. */
function shownIn({ root, display }: Repository, name: string): string {
  const from = name.indexOf(root + sep)
  return from < 0 ? name : name.slice(0, from) + display(name.slice(from))
}

/** The Application as another tree has it. What is wrong with others there is no business of a preview. */
function sameIn(
  bytes: Uint8Array,
  label: string,
  { name, namespace }: ApplicationSpec,
): ApplicationSpec | undefined {
  const file: Outcome<ApplicationFile> = readApplicationFile(bytes, label)
  if ('problems' in file) return undefined
  return chooseApplication(file.value, namespace === undefined ? name : `${namespace}/${name}`)
    .application
}

function isNew(what: string): Problem {
  const message = `${what} is not in what it is compared with: all of it counts as added`
  return { severity: 'notice', fault: 'input', message }
}

/** A source that another tree does not have, or has wrong, is not there: the change mends it. */
function lenient({ sources, problems }: Found): Found {
  const warnings = problems.filter(({ severity }) => severity !== 'notice')
  return { sources, problems: warnings.map(asWarning) }
}

function found(sources: readonly StateSource[], problems: readonly Problem[] = []): Found {
  return { sources, problems }
}
