// The manifests of a folder or of standard input, as bytes. All or nothing: what cannot be read
// would be missing from the output, and Argo CD would delete it.
import type { InputFile, Outcome } from '../../manifests/document.ts'
import type { Fault, Problem } from '../../manifests/problem.ts'
import { wholeFile } from '../../manifests/problem.ts'
import { untilAborted } from '../abortable.ts'
import type { Io } from '../io.ts'
import type { ReadFault } from '../read-file.ts'
import { readBounded } from '../read-file.ts'
import { MOST_BYTES, MOST_IN_WORDS, TOO_MUCH_HINT } from './answer-limit.ts'
import type { Selection } from './manifest-files.ts'
import { findManifests } from './manifest-files.ts'

const SKIP_MARKER = '+argocd:skip-file-rendering'

type Words = readonly [fault: Fault, message: string, hint?: string]
const TOO_LARGE: Words = [
  'input',
  `is too much: ${MOST_IN_WORDS} of manifests are the limit`,
  TOO_MUCH_HINT,
]
const ABORTED: Words = ['outside', 'the run was ended from outside', 'run it again']
const UNREADABLE: Words = ['usage', 'standard input cannot be read', 'pipe the manifests in']
const READ_FAULTS: Readonly<Record<ReadFault, Words>> = {
  missing: ['usage', 'has gone while the folder was read', 'run it again'],
  unreadable: ['usage', 'cannot be read', 'check the permissions of the file'],
  'not-a-file': ['input', 'is not a regular file', 'remove it from the folder'],
  'too-large': TOO_LARGE,
}

/** Reads standard input to its end, as one file named `-`. The run's signal ends it at once. */
export async function readStdin({
  stdin,
  signal,
}: Pick<Io, 'stdin' | 'signal'>): Promise<Outcome<InputFile[]>> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    const input = stdin[Symbol.asyncIterator]()
    for (;;) {
      const next = await untilAborted(signal, input.next())
      if (next.done) return { value: [{ path: '-', bytes: Buffer.concat(chunks) }] }
      size += next.value.length
      if (size > MOST_BYTES) return failed('-', TOO_LARGE)
      chunks.push(next.value)
    }
  } catch {
    return failed('-', signal.aborted ? ABORTED : UNREADABLE)
  }
}

/**
 * Reads the manifests of a folder, in bytewise order of their paths; paths begin with `directory`
 * as it was given. A file with Argo CD's skip marker is left out.
 * @param mayBeEmpty whether a folder without manifests is no error.
 */
export function readFolder(
  directory: string,
  selection: Selection,
  mayBeEmpty = false,
): Outcome<InputFile[]> {
  const found = findManifests(directory, selection)
  if (found === undefined) return { problems: [notAFolder(directory)] }
  const problems: Problem[] = []
  const files: InputFile[] = []
  let left = MOST_BYTES
  for (const entry of found) {
    const file = 'message' in entry ? entry : readManifest(entry.path, left)
    if ('message' in file) {
      problems.push(file)
      continue
    }
    left -= file.bytes.length
    if (!file.bytes.includes(SKIP_MARKER)) files.push(file)
  }
  if (problems.length > 0) return { problems }
  if (files.length > 0 || mayBeEmpty) return { value: files }
  return failed(directory, nothingFound(selection))
}

function readManifest(path: string, most: number): { path: string; bytes: Buffer } | Problem {
  const bytes = readBounded(path, most)
  return typeof bytes === 'string' ? problemOf(path, READ_FAULTS[bytes]) : { path, bytes }
}

/** A path that should be a folder and is none. */
export function notAFolder(directory: string): Problem {
  return problemOf(directory, [
    'usage',
    'is not a folder',
    'name a folder, or - for standard input',
  ])
}

function nothingFound({ recurse, wants }: Selection): Words {
  const patterns = wants === undefined ? '' : ', and fit the parameters include and exclude'
  const names = `manifests end in .yaml, .yml or .json${patterns}`
  return ['input', 'holds no manifests', recurse ? names : `${names}; --recurse reads subfolders`]
}

function failed(file: string, words: Words): Outcome<never> {
  return { problems: [problemOf(file, words)] }
}

function problemOf(file: string, [fault, message, hint]: Words): Problem {
  return { severity: 'error', fault, at: wholeFile(file), message, hint }
}
