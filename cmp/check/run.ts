// The options of `check` in, the finished report out: both sides are read, the rules asked, the policy
// followed. Needs no credential and asks nobody.

import type { CheckPolicy } from '../../manifests/check/policy/model.ts'
import type { CheckReport } from '../../manifests/check/report.ts'
import type { Outcome } from '../../manifests/document.ts'
import type { Problem } from '../../manifests/problem.ts'
import { asWarning, usageError } from '../../manifests/problem.ts'
import { RULES } from '../../render/check/catalogue.ts'
import { check } from '../../render/check/check.ts'
import type { PhaseFacts } from '../../render/check/facts.ts'
import type { Io } from '../io.ts'
import { readKubeVersion } from '../kube-version.ts'
import { loadSettings } from '../load-settings.ts'
import { readAgainst } from '../subject/against.ts'
import { planBase, sideOf } from '../subject/base.ts'
import type { Git } from '../subject/git.ts'
import { openGit } from '../subject/git.ts'
import type { Subject, SubjectOptions } from '../subject/subject.ts'
import { findSubject } from '../subject/subject.ts'
import { readPolicies } from './policies.ts'
import { relocate } from './relocate.ts'
import type { CheckRun } from './state.ts'
import { readSide } from './state.ts'
import { withFolders } from './with-folders.ts'

/** What is to be checked. */
export interface CheckRequest extends SubjectOptions {
  readonly config?: string | undefined
  readonly base?: string | undefined
  readonly policy?: string | undefined
  /** Folders whose plain manifests count too. */
  readonly with: readonly string[]
  readonly namespace?: string | undefined
  readonly kubeVersion?: string | undefined
}

/** A report, unless something stands in its way, and everything else there is to say. */
export interface Checked {
  readonly report?: CheckReport | undefined
  readonly policy?: CheckPolicy | undefined
  readonly problems: readonly Problem[]
}

/** Makes a check. Writes nothing. @param step is told what is being done. */
export async function makeCheck(
  request: CheckRequest,
  io: Io,
  step: (what: string) => void,
): Promise<Checked> {
  const start = performance.now()
  const settings = await loadSettings(io.env, request.config)
  if ('problems' in settings) return settings
  const version = readKubeVersion(request.kubeVersion, settings.value.kubernetes.version)
  if ('problems' in version) return version
  const plain = findSubject(request, settings.value)
  if ('problems' in plain) return plain
  const subject = withFolders(plain.value, request.with)
  if ('problems' in subject) return subject
  const { repository, application } = subject.value
  const policies = readPolicies(request.policy, repository, settings.value, RULES)
  if ('problems' in policies) return policies
  const { policy, problems: said } = policies.value
  const run: CheckRun = {
    settings: settings.value,
    io,
    deadline: start + settings.value.timeout * 1000,
    minor: version.value.minor,
    namespace:
      request.namespace ??
      application?.destinationNamespace ??
      settings.value.application?.namespace,
    policy,
    application: application && {
      project: application.project,
      destination: {
        ...application.destinationCluster,
        namespace: application.destinationNamespace ?? '',
      },
    },
  }
  const made = await checkSides(request, subject.value, run, step)
  return { ...made, policy, problems: [...version.value.notices, ...said, ...made.problems] }
}

async function checkSides(
  { base: told }: CheckRequest,
  subject: Subject,
  run: CheckRun,
  step: (what: string) => void,
): Promise<Checked> {
  const { here, label, rename } = subject
  if (here.problems.some(({ severity }) => severity === 'error')) return { problems: here.problems }
  step('rendering')
  const head = await readSide(here.sources, run, rename)
  const said = [...here.problems, ...head.warnings]
  if ('problems' in head) return { problems: [...head.problems, ...said] }
  const base = told === undefined ? { warnings: [] } : await readBase(told, subject, run, step)
  if ('problems' in base) return { problems: [...base.problems, ...base.warnings, ...said] }
  const { facts, locate } = head.value
  const made = check({ label, head: facts, base: base.value, rules: RULES, decisions: run.policy })
  const unmatched = run.policy.unmatched(made.exempted, facts.secrets)
  return { report: relocate(made, locate), problems: [...said, ...base.warnings, ...unmatched] }
}

interface Base {
  /** Absent where it cannot be rendered: then everything counts as new. */
  readonly value?: { readonly label: string; readonly facts: PhaseFacts } | undefined
  readonly warnings: readonly Problem[]
}

async function readBase(
  told: string,
  subject: Subject,
  run: CheckRun,
  step: (what: string) => void,
): Promise<
  Base | { readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] }
> {
  const git = gitOf(subject, run)
  const against = await readAgainst(told, '--base', git)
  if ('problems' in against) return { problems: against.problems, warnings: [] }
  if (against.value.kind === 'live') return { problems: [NOT_LIVE], warnings: [] }
  step('rendering what it is compared with')
  const { settings } = run
  const planned = await planBase(against.value, subject, settings, git, (_, sources, rename) =>
    readSide(sources, run, rename),
  )
  const { label } = sideOf(against.value)
  if ('value' in planned) {
    return { value: { label, facts: planned.value.facts }, warnings: planned.warnings }
  }
  const warnings = [...planned.problems, ...planned.warnings]
  if (planned.problems.some(({ fault }) => fault !== 'input')) {
    return { problems: planned.problems, warnings: planned.warnings }
  }
  return { warnings: warnings.map(asWarning) }
}

const NOT_LIVE = usageError('a check needs no cluster', 'name a revision, a folder or a file')
const NO_REPOSITORY = usageError(
  'standard input is in no Git repository',
  'name a folder, or compare with a folder or a file',
)

function gitOf({ repository }: Subject, { settings, io, deadline }: CheckRun): Outcome<Git> {
  if (repository === undefined) return { problems: [NO_REPOSITORY] }
  const { signal } = io
  return openGit({ repository: repository.root, tools: settings.tools, signal, deadline })
}
