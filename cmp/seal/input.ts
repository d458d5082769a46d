// Files, folders and standard input in; the Secrets in them out, in their order: those that are written
// there, and those that PhaseSecrets render to, with the same settings as `generate`.
import type { Document, InputFile, ManifestObject, Outcome } from '../../manifests/document.ts'
import { identify } from '../../manifests/identity.ts'
import { hasMoreThanOneValue } from '../../manifests/json-values.ts'
import { mayMatter } from '../../manifests/may-matter.ts'
import type { ObjectName, Position, Problem } from '../../manifests/problem.ts'
import { usageError, wholeFile } from '../../manifests/problem.ts'
import { isSecret, readSecret } from '../../manifests/sealing/read-secret.ts'
import type { SecretToSeal } from '../../manifests/sealing/seal-secret.ts'
import { plan } from '../../render/plan.ts'
import { grantsOf } from '../grants.ts'
import type { Io } from '../io.ts'
import { openLater } from '../open-later.ts'
import { readBounded } from '../read-file.ts'
import { readManifests } from '../read-manifests.ts'
import type { Settings } from '../settings.ts'
import { MOST_BYTES } from '../sources/answer-limit.ts'

/** A Secret, and the place that problems of it are reported at. */
export interface FoundSecret {
  readonly at: Position
  readonly object: ObjectName
  readonly secret: SecretToSeal
}

/** All Secrets of a run; with an error among the problems they are not complete. */
export interface FoundSecrets {
  readonly secrets: readonly FoundSecret[]
  readonly problems: readonly Problem[]
}

/** What to read. */
export interface InputOptions {
  /** Files, folders, or `-` for standard input. */
  readonly inputs: readonly string[]
  readonly recurse: boolean
}

/** Reads all inputs and renders their PhaseSecrets. @param deadline on the scale of `performance.now()`. */
export async function findSecrets(
  options: InputOptions,
  settings: Settings,
  io: Io,
  deadline: number,
): Promise<FoundSecrets> {
  const files = await readInputs(options, settings, io, deadline)
  if ('problems' in files) return { secrets: [], problems: files.problems }
  const sources = openLater(settings, io, deadline)
  try {
    const openSource = sources.open
    const given = { grants: grantsOf(settings), openSource, mayBeEmpty: true }
    const { documents, emitted, problems } = await plan(files.value, given)
    const written = await readWritten(documents)
    const rendered = [...emitted].flatMap(([object, secrets]) =>
      secrets.map((secret) => ({ source: object, at: secret.at, secret })),
    )
    const places = new Map(documents.map((document, index) => [document, index]))
    const place = ({ source: { parsed } }: Sourced) => places.get(parsed.document) ?? 0
    const secrets = [...written.secrets, ...rendered]
      .toSorted((a, b) => place(a) - place(b) || itemOf(a) - itemOf(b))
      .map(({ at, secret }) => {
        const { namespace, name } = secret
        return { at, secret, object: { kind: 'Secret', namespace, name } }
      })
    const leftOut = written.others - emitted.size
    return { secrets, problems: [...problems, ...written.problems, ...noticeOf(leftOut)] }
  } finally {
    await sources.close()
  }
}

async function readInputs(
  { inputs, recurse }: InputOptions,
  settings: Settings,
  io: Io,
  deadline: number,
): Promise<Outcome<InputFile[]>> {
  const files: InputFile[] = []
  for (const path of inputs) {
    const bytes = path === '-' ? 'not-a-file' : readBounded(path, MOST_BYTES)
    if (typeof bytes !== 'string') {
      files.push({ path, bytes })
    } else if (bytes === 'not-a-file') {
      const read = await readManifests({ directory: path, recurse }, settings, io, deadline)
      if ('problems' in read) return read
      files.push(...read.value)
    } else {
      const message = `cannot be read (${bytes.replaceAll('-', ' ')})`
      const hint = 'name a file or a folder, or - for standard input'
      return { problems: [{ ...usageError(message, hint), at: wholeFile(path) }] }
    }
  }
  return { value: files }
}

/** A Secret and the object that it comes from. */
interface Sourced {
  readonly source: ManifestObject
  readonly at: Position
  readonly secret: SecretToSeal
}

function itemOf({ source: { path } }: Sourced): number {
  return typeof path[1] === 'number' ? path[1] : 0
}

/** The Secrets that are written in documents, and how many other objects there are. */
async function readWritten(documents: readonly Document[]): Promise<{
  readonly secrets: readonly Sourced[]
  readonly problems: readonly Problem[]
  readonly others: number
}> {
  const { parse, objectsOf } = await import('../../manifests/inside.ts')
  const matters = mayMatter(['Secret'])
  const secrets: Sourced[] = []
  const problems: Problem[] = []
  let others = 0
  for (const document of documents) {
    const identity = identify(document)
    if (identity === 'empty') continue
    if (!mayHoldSecret(identity) || !matters(document)) {
      others += 1
      continue
    }
    const parsed = parse(document)
    const found = 'problems' in parsed ? { objects: [], ...parsed } : objectsOf(parsed.value)
    problems.push(...found.problems, ...jsonProblems(document))
    for (const object of found.objects) {
      if (!isSecret(object)) {
        others += 1
        continue
      }
      const read = readSecret(object)
      if ('problems' in read) problems.push(...read.problems)
      else secrets.push({ source: object, at: object.at, secret: read.value })
    }
  }
  return { secrets, problems, others }
}

function mayHoldSecret(identity: Exclude<ReturnType<typeof identify>, 'empty'>): boolean {
  return identity === 'unknown' || /^Secret$|List$/.test(identity.kind ?? 'List')
}

function jsonProblems(document: Document): Problem[] {
  if (!hasMoreThanOneValue(document)) return []
  const at = { file: document.file, line: Math.max(document.line, 1), column: 1 }
  const message = 'more than one JSON value in one document'
  const hint = 'put a line --- between them, or each into its own file'
  return [{ severity: 'error', fault: 'input', at, message, hint }]
}

function noticeOf(leftOut: number): Problem[] {
  if (leftOut <= 0) return []
  const what = leftOut === 1 ? '1 other object is' : `${leftOut} other objects are`
  const message = `${what} left out: only Secrets and PhaseSecrets are sealed`
  return [{ severity: 'notice', fault: 'input', message }]
}
