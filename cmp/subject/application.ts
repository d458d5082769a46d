// The file of `--app` in, the one Argo CD Application that is to be previewed out.
//
// The file is chosen by whoever runs the preview, and says which Application the render is for: its
// name, project, destination and repository. It grants nothing: hosts, credentials and policies come
// from flags, environment and configuration, and the policies are asked about this Application as they
// are inside Argo CD. There the same names come from the cluster; here nobody vouches for them, so
// that a preview shows what would be allowed, and only Argo CD decides what is.

import type { ApplicationSpec, FoundApplication } from '../../manifests/argocd/application.ts'
import { readApplications } from '../../manifests/argocd/applications.ts'
import { nearest } from '../../manifests/did-you-mean.ts'
import type { Outcome } from '../../manifests/document.ts'
import { shownName } from '../../manifests/names.ts'
import type { Problem } from '../../manifests/problem.ts'
import { asWarning, wholeFile } from '../../manifests/problem.ts'
import type { ReadFault } from '../read-file.ts'
import { readBounded } from '../read-file.ts'

/** Bytes; ten thousand Applications fit. */
const LONGEST_FILE = 16_000_000
const MOST_NAMES = 10

const READ_FAULTS: Readonly<Record<ReadFault, readonly [message: string, hint: string]>> = {
  missing: ['there is no such file', '--app takes the file of an Argo CD Application'],
  unreadable: ['cannot be read', 'check the permissions of the file'],
  'not-a-file': ['is not a regular file', '--app takes the file of an Argo CD Application'],
  'too-large': ['is larger than 16 MB', 'leave only the Application in it that is to be previewed'],
}

/** Everything in the file. */
export interface ApplicationFile {
  /** As the user gave it. */
  readonly label: string
  readonly applications: readonly FoundApplication[]
  /** Of what is no single Application: unreadable documents, ApplicationSets that cannot be expanded. */
  readonly problems: readonly Problem[]
}

/**
 * Reads Applications and ApplicationSets.
 * @param source a path, or the bytes of the file as another tree has it.
 * @param label how messages call it.
 */
export function readApplicationFile(
  source: string | Uint8Array,
  label: string,
): Outcome<ApplicationFile> {
  const bytes = typeof source === 'string' ? readBounded(source, LONGEST_FILE) : source
  if (typeof bytes === 'string') return { problems: [usage(label, ...READ_FAULTS[bytes])] }
  if (bytes.length > LONGEST_FILE) return { problems: [usage(label, ...READ_FAULTS['too-large'])] }
  return { value: { label, ...readApplications([{ path: label, bytes }]) } }
}

/**
 * The Application that is meant: the only one, or the one with a name (`name` or `namespace/name`).
 * What is wrong elsewhere in the file is a warning if a name was given and found, else an error.
 */
export function chooseApplication(
  file: ApplicationFile,
  name?: string,
): { readonly application?: ApplicationSpec | undefined; readonly problems: readonly Problem[] } {
  const { label, applications } = file
  const found = name === undefined ? applications : applications.filter((each) => is(each, name))
  const [first, second] = found
  const isSure = name !== undefined && first !== undefined
  const others = isSure ? file.problems.map(asWarning) : file.problems
  if (first !== undefined && second === undefined) {
    const problems = [...others, ...first.problems]
    const failed = problems.some(({ severity }) => severity === 'error')
    return { application: failed ? undefined : first.spec, problems }
  }
  if (first !== undefined) return { problems: [...others, tooMany(label, found, name)] }
  // What could not be read may be what was meant: that is said, and no more.
  if (others.length > 0) return { problems: others }
  return { problems: [noneOf(label, applications, name)] }
}

function is({ name, namespace }: FoundApplication, wanted: string): boolean {
  return name !== '' && (wanted === name || wanted === `${namespace ?? ''}/${name}`)
}

function tooMany(label: string, found: readonly FoundApplication[], name?: string): Problem {
  const names = found.map(fullName)
  const isSame = new Set(names).size < names.length && name !== undefined
  const hint = isSame
    ? `they are at the lines ${found.slice(0, MOST_NAMES).map(({ at }) => at.line)}`.replaceAll(
        ',',
        ', ',
      )
    : `--app-name says which: ${listed(names)}`
  const called = name === undefined ? '' : ` called ${shownName(name)}`
  return usage(label, `holds ${found.length} Applications${called}`, hint)
}

function noneOf(label: string, all: readonly FoundApplication[], name?: string): Problem {
  if (name === undefined || all.length === 0) {
    const message = 'holds no Argo CD Application'
    return usage(label, message, 'an Application has apiVersion argoproj.io/v1alpha1')
  }
  const names = all.map(fullName)
  const short = all.map((each) => each.name)
  const meant = nearest(name, [...names.slice(0, 1000), ...short.slice(0, 1000)])
  const hint =
    meant === undefined ? `there are ${listed(names)}` : `did you mean ${shownName(meant)}?`
  return usage(label, `holds no Application called ${shownName(name)}`, hint)
}

function fullName({ name, namespace }: FoundApplication): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(shownName).join(', ')
  const rest = names.length - MOST_NAMES
  return rest > 0 ? `${shown} and ${rest} more` : shown
}

function usage(label: string, message: string, hint: string): Problem {
  return { severity: 'error', fault: 'usage', at: wholeFile(label), message, hint }
}
