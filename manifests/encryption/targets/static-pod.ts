// A static pod: the manifest of kube-apiserver, edited. Comments and the order of everything stay.
import type { InputFile, Outcome, ParsedDocument } from '../../document.ts'
import { plainValue } from '../../objects.ts'
import { parse } from '../../parse.ts'
import type { Problem } from '../../problem.ts'
import { usageError } from '../../problem.ts'
import { FILE_PROVIDERS, NO_FILE } from './file-targets.ts'
import { editText } from './static-pod-edit.ts'
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
  const value = plainValue(parsed.value)
  if ('problems' in value) return value
  const operations = patchOf(value.value, request)
  if ('message' in operations) {
    const { path, message, hint } = operations
    return { problems: [problemAt(parsed.value, path, message, hint)] }
  }
  const text = editText(parsed.value, operations)
  if (text !== undefined) return { value: text }
  const message = 'the manifest cannot be edited without changing more than was asked'
  const hint = 'write its lists and maps in block style, without anchors and aliases'
  return { problems: [problemAt(parsed.value, [], message, hint)] }
}

function parseManifest({ path, bytes }: InputFile): Outcome<ParsedDocument> {
  return parse({ file: path, line: 1, separator: new Uint8Array(), body: bytes })
}

/** At a node, or at the nearest one above it. */
function problemAt(
  parsed: ParsedDocument,
  path: readonly (string | number)[],
  message: string,
  hint: string,
): Problem {
  const node = path.length === 0 ? parsed.yaml.contents : parsed.yaml.getIn(path, true)
  const hasRange = typeof node === 'object' && node !== null && 'range' in node
  if (hasRange && Array.isArray(node.range)) {
    const at = parsed.positionOf({ range: node.range })
    return { severity: 'error', fault: 'input', at, message, hint }
  }
  if (path.length > 0) return problemAt(parsed, path.slice(0, -1), message, hint)
  return { severity: 'error', fault: 'input', at: parsed.positionOf(0), message, hint }
}
