// A preview in, JSON out: the model as it is, in one order of fields. preview.schema.json describes it.
import type { Hunk } from '../../../manifests/diff/unified.ts'
import type {
  Measurements,
  ObjectDiff,
  Preview,
  PreviewKey,
  PreviewObject,
  PreviewSecret,
  PreviewSide,
  PreviewWorkload,
  SecretOrigin,
  SecretUse,
} from '../../../render/preview/model.ts'
import type { Shape } from '../../formats/json.ts'
import { nameFields, positionFields, printJson } from '../../formats/json.ts'
import { inertJsonInLogs } from '../../formats/log-commands.ts'

/** Of what is printed; a reader that knows 1 can read whatever says 1. */
const VERSION = 1

/**
 * Prints a preview as JSON. What is undefined is absent. Characters that nobody can see are escaped, as
 * JSON allows: it may be read on a terminal, and in a log.
 */
export function formatJson(preview: Preview): string {
  const fields = { version: VERSION, ...previewFields(preview) }
  return inertJsonInLogs(printJson(fields))
}

const previewFields: Shape<Preview> = (preview) => ({
  head: sideFields(preview.head),
  base: preview.base && sideFields(preview.base),
  isPlaceholder: preview.isPlaceholder,
  objects: preview.objects.map(objectFields),
  notes: preview.notes,
  stream: preview.stream,
  measurements: preview.measurements && measurementFields(preview.measurements),
})

const sideFields: Shape<PreviewSide> = ({ kind, label }) => ({ kind, label })

const objectFields: Shape<PreviewObject> = (object) => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  namespace: object.namespace,
  name: object.name,
  at: object.at && positionFields(object.at),
  part: object.part,
  change: object.change,
  secret: object.secret && secretFields(object.secret),
  workload: object.workload && workloadFields(object.workload),
  diff: object.diff && diffFields(object.diff),
})

const secretFields: Shape<PreviewSecret> = (secret) => ({
  type: secret.type,
  origin: secret.origin && originFields(secret.origin),
  originBefore: secret.originBefore && originFields(secret.originBefore),
  isComplete: secret.isComplete,
  keys: secret.keys.map(keyFields),
})

const originFields: Shape<SecretOrigin> = (origin) => ({
  phaseSecret: nameFields(origin.phaseSecret),
  at: positionFields(origin.at),
  host: origin.host,
  app: origin.app,
  environment: origin.environment,
  path: origin.path,
  tag: origin.tag,
})

const keyFields: Shape<PreviewKey> = ({ key, change, renamedFrom, before, value }) => {
  return { key, change, renamedFrom, before, value }
}

const workloadFields: Shape<PreviewWorkload> = ({ uses, isStamped, rolls, because, missed }) => ({
  uses: uses.map(useFields),
  isStamped,
  rolls,
  because: because.map(reasonFields),
  missed: missed.map(reasonFields),
})

const useFields: Shape<SecretUse> = ({ secret, keys }) => ({ secret, keys })

function reasonFields(reason: PreviewWorkload['because'][number]): object {
  if ('pointer' in reason) return { pointer: reason.pointer }
  const { secret, key, change } = reason
  return { secret, key, change }
}

const diffFields: Shape<ObjectDiff> = ({ operations, hunks }) => ({
  // What they set is of any shape, and stays in the order of its document.
  operations: operations.map(({ op, path, value }) => ({ op, path, value })),
  hunks: hunks.map(hunkFields),
})

const hunkFields: Shape<Hunk> = (hunk) => {
  const { beforeStart, beforeLines, afterStart, afterLines, lines } = hunk
  return { beforeStart, beforeLines, afterStart, afterLines, lines }
}

const measurementFields: Shape<Measurements> = ({ requests, secrets, milliseconds }) => {
  return { requests, secrets, milliseconds }
}
