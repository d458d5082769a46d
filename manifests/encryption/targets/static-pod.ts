// A static pod: the manifest of kube-apiserver, edited. Comments and the order of everything stay.
import type { Operation as StandardOperation } from 'fast-json-patch'
import jsonPatch from 'fast-json-patch'
import { isSeq } from 'yaml'
import type { Operation } from '../../diff/operations.ts'
import { isSame } from '../../diff/same.ts'
import type { InputFile, Outcome, ParsedDocument } from '../../document.ts'
import { plainValue } from '../../objects.ts'
import { parse, parseText } from '../../parse.ts'
import type { Problem } from '../../problem.ts'
import { usageError } from '../../problem.ts'
import { FILE_PROVIDERS, NO_FILE } from './file-targets.ts'
import { patchOf } from './static-pod-patch.ts'
import type { Target, WrapRequest } from './target.ts'

export const staticPod: Target = {
  name: 'static-pod',
  title: 'the static pod of kube-apiserver',
  versions: 'any Kubernetes; reload without a restart from 1.26',
  keys: 'file',
  providers: FILE_PROVIDERS,
  needs: [],
  doesNot: [
    NO_FILE,
    'survive kubeadm upgrade, which writes the manifest anew: use the target kubeadm there',
    'know other nodes: edit the manifest of each',
  ],
  rollOut: [
    'copy the file to every control plane node, mode 0600, owner root: into the mounted folder, by a rename',
    'copy the manifest to /etc/kubernetes/manifests, one node after the other, only when it changes: the kubelet restarts the API server',
  ],
  wrap,
}

function wrap(request: WrapRequest): Outcome<string> {
  const { manifest } = request
  if (manifest === undefined) {
    const hint = 'such as --manifest kube-apiserver.yaml'
    return { problems: [usageError('the target static-pod needs a manifest to edit', hint)] }
  }
  const parsed = parseManifest(manifest)
  if ('problems' in parsed) return parsed
  const before = plainValue(parsed.value)
  if ('problems' in before) return before
  const operations = patchOf(before.value, request)
  if ('message' in operations) {
    const { path, message, hint } = operations
    return {
      problems: [
        { severity: 'error', fault: 'input', at: placeOf(parsed.value, path), message, hint },
      ],
    }
  }
  return operations.length === 0
    ? { value: parsed.value.text }
    : edit(parsed.value, before.value, operations)
}

function parseManifest({ path, bytes }: InputFile): Outcome<ParsedDocument> {
  return parse({ file: path, line: 1, separator: new Uint8Array(), body: bytes })
}

/** What the patch makes of the value is the proof that the text says the same. */
function edit(
  parsed: ParsedDocument,
  before: unknown,
  operations: readonly Operation[],
): Outcome<string> {
  const { yaml, text, document } = parsed
  const indentSeq = yaml.toString({ lineWidth: 0, indentSeq: false }) !== text
  for (const { path, value } of operations) {
    const steps = path.split('/').slice(1)
    const parent = yaml.getIn(steps.slice(0, -1), true)
    if (steps.at(-1) === '-' && isSeq(parent)) parent.add(yaml.createNode(value))
    else yaml.setIn(steps, yaml.createNode(value))
  }
  const after = yaml.toString({ lineWidth: 0, indentSeq })
  const again = parseText(document, after)
  const found = 'value' in again ? plainValue(again.value) : again
  const wanted: unknown = jsonPatch.applyPatch(
    structuredClone(before),
    operations.map(standard),
    true,
  ).newDocument
  if ('value' in found && isSame(found.value, wanted)) return { value: after }
  const message = 'the manifest cannot be edited without changing more than was asked'
  const hint = 'write out its anchors and aliases'
  return {
    problems: [{ severity: 'error', fault: 'input', at: placeOf(parsed, []), message, hint }],
  }
}

/** An operation as the library types it. Nothing is ever removed. */
function standard({ op, path, value }: Operation): StandardOperation {
  return op === 'replace' ? { op, path, value } : { op: 'add', path, value }
}

/** The place of a node, or of the nearest one above it. */
function placeOf(parsed: ParsedDocument, path: readonly (string | number)[]): Problem['at'] {
  const node = path.length === 0 ? parsed.yaml.contents : parsed.yaml.getIn(path, true)
  const hasRange = typeof node === 'object' && node !== null && 'range' in node
  if (hasRange && Array.isArray(node.range)) return parsed.positionOf({ range: node.range })
  return path.length === 0 ? parsed.positionOf(0) : placeOf(parsed, path.slice(0, -1))
}
