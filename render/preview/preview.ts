// Plans of one or two states in, the finished preview out. From here on nobody has a value.
import type { Problem } from '../../manifests/problem.ts'
import type { Plan } from '../plan.ts'
import type { Base } from './compare.ts'
import { compare, describe } from './compare.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { Preview, PreviewObject, PreviewSide } from './model.ts'
import type { Seen, SnapshotDocument, SnapshotObject } from './snapshot.ts'
import { snapshotOf } from './snapshot.ts'
import { redactedStream } from './stream.ts'

/** A state that was planned: one plan for each of its sources, with what they hold, redacted. */
export interface State {
  readonly side: PreviewSide
  readonly plans: readonly Plan[]
  readonly documents: readonly (readonly SnapshotDocument[])[]
  /** The objects of all documents, in order. */
  readonly objects: readonly SnapshotObject[]
}

/** Redacts what was planned. @param seen shared by both states of a preview. */
export function stateOf(
  side: PreviewSide,
  plans: readonly Plan[],
  fingerprint: Fingerprint,
  seen: Seen,
): State {
  const documents = plans.map((plan) => snapshotOf(plan, fingerprint, seen))
  const objects = documents.flat().flatMap((document) => document.objects ?? [])
  return { side, plans, documents, objects }
}

/** A state by itself, with its stream. @param appNamespace that of objects without one. */
export async function describeState(
  { side, plans, documents, objects }: State,
  fingerprint: Fingerprint,
  appNamespace: string | undefined,
): Promise<{ readonly preview: Preview; readonly problems: readonly Problem[] }> {
  const streams = await Promise.all(
    plans.map((plan, index) => redactedStream(plan, documents[index] ?? [], fingerprint)),
  )
  const stream = streams.map(({ text }, index) => (index === 0 ? text : withSeparator(text)))
  const problems = streams.flatMap((each) => each.problems)
  return {
    preview: finish(
      side,
      describe(objects, appNamespace),
      { all: [documents], sealed: sealedIn(objects) },
      stream.join(''),
    ),
    problems,
  }
}

/** What differs between the base and the head. @param appNamespace that of objects without one. */
export function compareStates(
  base: Base & { readonly side: PreviewSide; readonly documents?: State['documents'] },
  head: State,
  appNamespace: string | undefined,
): Preview {
  const objects = compare(base, head.objects, appNamespace)
  const documents = { all: [head.documents, base.documents ?? []], sealed: sealedIn(head.objects) }
  return { ...finish(head.side, objects, documents), base: base.side }
}

function finish(
  head: PreviewSide,
  objects: readonly PreviewObject[],
  {
    all: documents,
    sealed,
  }: { readonly all: readonly State['documents'][]; readonly sealed: readonly string[] },
  stream?: string,
): Preview {
  const isPlaceholder = objects.some(({ secret }) => secret?.isComplete === false)
  const unread = documents.flat(2).filter((each) => each.objects === undefined)
  const notes = [
    ...(isPlaceholder ? [NOT_ASKED] : []),
    ...(sealed.length > 0 ? [sealedNote(sealed)] : []),
    ...unread.map(({ document: { file, line } }) => {
      return `${file}:${Math.max(line, 1)}: a document that cannot be read is not looked into`
    }),
  ]
  return { head, isPlaceholder, objects, notes, stream }
}

function sealedIn(objects: readonly SnapshotObject[]): readonly string[] {
  return objects.filter(({ isSealed }) => isSealed).map(({ name }) => name)
}

function sealedNote(names: readonly string[]): string {
  const first = names.slice(0, MOST_NAMES).join(', ')
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
  return `Sealed: Argo CD gets SealedSecrets in the place of ${first}${more}. They are shown as the Secrets that they become.`
}

const MOST_NAMES = 10

const NOT_ASKED =
  'Phase was not asked: there is no token, or none was to be used. Values are placeholders, and Secrets may have more keys.'

function withSeparator(text: string): string {
  return text.startsWith('---') ? text : `---\n${text}`
}
