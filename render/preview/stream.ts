// A plan and its redacted objects in; the rendered stream out as text, without a value of a Secret.

import { toYaml } from '../../manifests/diff/unified.ts'
import type { Document } from '../../manifests/document.ts'
import type { SecretManifest } from '../../manifests/print.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { RenderedSecret } from '../model.ts'
import type { Plan } from '../plan.ts'
import { printStream } from '../print-stream.ts'
import type { Fingerprint } from './fingerprint.ts'
import { redactRendered, shown } from './redact.ts'
import type { SnapshotDocument, SnapshotObject } from './snapshot.ts'

const UNREADABLE = '# a document that cannot be read: what it holds is not shown\n'

/** The stream. Documents with a Secret of Git's own are printed anew: their comments may hold values. */
export async function redactedStream(
  { documents, emitted, stamps }: Plan,
  snapshots: readonly SnapshotDocument[],
  fingerprint: Fingerprint,
): Promise<{ readonly text: string; readonly problems: readonly Problem[] }> {
  const bodies = new Map(
    snapshots.flatMap((snapshot): [Document, string][] => {
      const body = bodyOf(snapshot)
      return body === undefined ? [] : [[snapshot.document, body]]
    }),
  )
  const kept = ({ parsed }: { parsed: { document: Document } }) => !bodies.has(parsed.document)
  const { output, problems } = await printStream(documents, {
    secrets: new Map(
      [...emitted]
        .filter(([object]) => kept(object))
        .map(([object, secrets]) => [object, secrets.map((each) => manifestOf(each, fingerprint))]),
    ),
    annotations: stamps
      .filter(({ object }) => kept(object))
      .map((stamp) => ({
        ...stamp,
        value: shown({ fingerprint: fingerprint(Buffer.from(stamp.value)) }),
      })),
    bodies,
  })
  return { text: Buffer.from(output).toString('utf8'), problems }
}

/** What stands in the place of a whole document; undefined: nothing does. */
function bodyOf({ objects }: SnapshotDocument): string | undefined {
  if (objects === undefined) return UNREADABLE
  const hasValues = ({ part, secret, holdsSecrets = false }: SnapshotObject) =>
    holdsSecrets || (part === 'passed' && secret !== undefined)
  if (!objects.some(hasValues)) return undefined
  const contents = objects.map(({ content }) => content)
  const [first, ...others] = contents
  if (others.length === 0) return toYaml(first)
  return toYaml({ apiVersion: 'v1', kind: 'List', items: contents })
}

function manifestOf(secret: RenderedSecret, fingerprint: Fingerprint): SecretManifest {
  const { keys = new Map() } = redactRendered(secret, fingerprint)
  const data = new Map([...keys].map(([key, value]) => [key, shown(value)]))
  return { ...secret, apiVersion: 'v1', kind: 'Secret', data }
}
