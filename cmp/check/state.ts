// Sources in; what the rules look at out: the manifests without values, and what a render would refuse.

import type { CheckPolicy } from '../../manifests/check/policy/model.ts'
import type { Document } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { PhaseFacts } from '../../render/check/facts.ts'
import { readPhaseFacts } from '../../render/check/facts.ts'
import { plan } from '../../render/plan.ts'
import { grantsOf } from '../grants.ts'
import type { Io } from '../io.ts'
import type { Settings } from '../settings.ts'
import type { Planned } from '../subject/base.ts'
import { readStateSource, settingsOf } from '../subject/read-source.ts'
import type { StateSource } from '../subject/subject.ts'

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
}

/** Reads one side. What only the author of the manifests can mend is part of the facts, and no problem. */
export async function readSide(
  sources: readonly StateSource[],
  run: CheckRun,
  rename: (file: string) => string = (file) => file,
): Promise<Planned<PhaseFacts>> {
  const read = await Promise.all(sources.map((source) => readOne(source, run, rename)))
  const problems = read.flatMap((each) => each.problems)
  const outside = problems.filter(({ fault }) => fault !== 'input')
  const errors = outside.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return { problems: errors, warnings: [] }
  const { settings, minor, namespace, policy } = run
  const facts = readPhaseFacts({
    documents: read.flatMap(({ documents }) => documents),
    minor,
    namespace,
    extraKinds: settings.extraKinds,
    hosts: settings.hosts.map(({ url }) => url),
    allowances: policy,
    managed: policy.managedSecrets,
    problems: problems.filter(({ fault }) => fault === 'input'),
  })
  return { value: facts, warnings: outside }
}

interface ReadSource {
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
  const { extraKinds } = settings
  const mayBeEmpty = 'directory' in source.input && source.input.mayBeEmpty
  const grants = grantsOf(settingsOf(source, settings))
  const planned = await plan(files.value, { grants, extraKinds, mayBeEmpty, guessKeys: false })
  return { documents: planned.documents, problems: planned.problems }
}
