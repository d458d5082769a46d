// Sources in; what the rules look at out: the manifests without values, and what a render would refuse.

import type { ApplicationTarget } from '../../manifests/argocd/app-project.ts'
import type { CheckPolicy } from '../../manifests/check/policy/model.ts'
import type { Document, InputFile } from '../../manifests/document.ts'
import type { Position, Problem } from '../../manifests/problem.ts'
import { readDocuments } from '../../manifests/stream.ts'
import type { PhaseFacts } from '../../render/check/facts.ts'
import { readPhaseFacts } from '../../render/check/facts.ts'
import { plan } from '../../render/plan.ts'
import { grantsOf } from '../grants.ts'
import type { Io } from '../io.ts'
import type { Settings } from '../settings.ts'
import { detect } from '../sources/detect.ts'
import { follow, repositoryOf } from '../sources/places.ts'
import type { Planned } from '../subject/base.ts'
import { readStateSource, settingsOf } from '../subject/read-source.ts'
import type { StateSource } from '../subject/subject.ts'
import { makeLocator } from './origins/locator.ts'
import type { Locate, Located } from './origins/model.ts'
import { setApart } from './origins/rendered-text.ts'
import type { OtherFiles } from './other-files.ts'
import { otherFiles } from './other-files.ts'

/** What both sides of a check have in common. */
export interface CheckRun {
  readonly settings: Settings
  readonly io: Io
  /** On the scale of `performance.now()`. */
  readonly deadline: number
  readonly minor: number
  /** Where objects go that name no namespace. */
  readonly namespace: string | undefined
  readonly policy: CheckPolicy
  /** What the manifests are the render of, if somebody says so. */
  readonly application?: ApplicationTarget | undefined
}

/** One side of a check. */
export interface Side {
  readonly facts: PhaseFacts
  /** Where a place of the rendered manifests comes from; ask it while the source is there. */
  readonly locate: Locate
}

/** Reads one side. What only the author of the manifests can mend is part of the facts, and no problem. */
export async function readSide(
  sources: readonly StateSource[],
  run: CheckRun,
  rename: (file: string) => string = (file) => file,
): Promise<Planned<Side>> {
  const read = await Promise.all(sources.map((source) => readOne(source, run, rename)))
  const problems = read.flatMap((each) => each.problems)
  const outside = problems.filter(({ fault }) => fault !== 'input')
  const errors = outside.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return { problems: errors, warnings: [] }
  const { settings, minor, namespace, policy, application } = run
  const documents = read.flatMap((each) => each.documents)
  const known = new Set(documents.map(({ file }) => file))
  const beside = sources.map(({ input }) =>
    'directory' in input
      ? otherFiles(input.directory, (path) => known.has(rename(path)))
      : NO_FILES,
  )
  const facts = readPhaseFacts({
    documents,
    otherFiles: beside.flatMap((each) => each.documents.map(renamedTo(rename))),
    minor,
    namespace,
    extraKinds: settings.extraKinds,
    hosts: settings.hosts.map(({ url }) => url),
    application,
    allowances: policy,
    managed: policy.managedSecrets,
    problems: problems.filter(({ fault }) => fault === 'input'),
  })
  const locators = read.flatMap(({ locate }) => locate ?? [])
  const cut = beside.some(({ isCut }) => isCut) ? [TOO_MANY_FILES] : []
  const warnings = [...outside, ...cut]
  return { value: { facts, locate: (at) => locateWith(locators, at) }, warnings }
}

const NO_FILES: OtherFiles = { documents: [], isCut: false }

const TOO_MANY_FILES: Problem = {
  severity: 'warning',
  fault: 'input',
  message: 'there are more files than are searched for tokens',
  hint: 'check a folder that holds less',
}

function renamedTo(rename: (file: string) => string) {
  return (document: Document): Document => ({ ...document, file: rename(document.file) })
}

/** A file is of one source: the others leave its places as they are. */
function locateWith(locators: readonly Locate[], at: Position): Located {
  for (const locate of locators) {
    const located = locate(at)
    if (located.at !== at) return located
  }
  return { at, isExact: true }
}

interface ReadSource {
  readonly locate?: Locate | undefined
  readonly documents: readonly Document[]
  readonly problems: readonly Problem[]
}

async function readOne(
  source: StateSource,
  { settings, io, deadline }: CheckRun,
  rename: (file: string) => string,
): Promise<ReadSource> {
  const files = await readStateSource(source, settings, io, deadline, rename)
  if ('problems' in files) return { documents: [], problems: files.problems }
  // Nobody applies it by this render: it may hold what Argo CD could not take, such as files of nodes.
  if (source.isContext) return readDocuments(files.value)
  const apart = setApart(files.value)
  const { extraKinds } = settings
  const mayBeEmpty = 'directory' in source.input && source.input.mayBeEmpty
  const grants = grantsOf(settingsOf(source, settings))
  const planned = await plan(apart, { grants, extraKinds, mayBeEmpty, guessKeys: false })
  const { documents, problems } = planned
  return { documents, problems, locate: locatorOf(source, settings, apart) }
}

/** Absent for what was not rendered. */
function locatorOf(
  { input }: StateSource,
  { application }: Settings,
  files: readonly InputFile[],
): Locate | undefined {
  if (!('directory' in input)) return undefined
  const { directory, root } = input
  const folder = follow(directory)?.real
  const kind = folder === undefined || directory === '-' ? 'directory' : detect(folder)
  if (folder === undefined || kind === 'directory') return undefined
  const inside = root === undefined ? application : { root }
  const repository = repositoryOf(directory, folder, inside)
  return makeLocator({ kind, directory, folder, repository }, files)
}
