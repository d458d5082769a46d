// The options of `encryption generate --target` in; the target and its manifest out.
import { statSync } from 'node:fs'
import type { Outcome } from '../../manifests/document.ts'
import type { ProviderChoice } from '../../manifests/encryption/generate.ts'
import type { EncryptionConfiguration } from '../../manifests/encryption/model.ts'
import { nodePathFault } from '../../manifests/encryption/targets/api-server.ts'
import type {
  NeedOption,
  SecretPlace,
  Target,
  WrapRequest,
} from '../../manifests/encryption/targets/target.ts'
import { findTarget, targetFaults, wrap } from '../../manifests/encryption/targets.ts'
import { usageError } from '../../manifests/problem.ts'
import type { SecretValue } from '../../manifests/secret-value.ts'
import type { NewFile } from '../new-file.ts'
import { readBounded } from '../read-file.ts'

/** What the command line says of a target. */
export interface TargetOptions extends Partial<Record<NeedOption, string>> {
  readonly target?: string | undefined
  readonly manifest?: string | undefined
  readonly nodePath: string
}

/** What is wrapped. */
export interface Subject {
  readonly provider: ProviderChoice
  readonly resources: readonly string[]
  readonly minor: number
  readonly secret: SecretPlace
  readonly configuration?: EncryptionConfiguration | undefined
}

/** A target's manifest. */
export interface Wrapped {
  readonly manifest: SecretValue
  /** The file that was edited, if it is an edited one. */
  readonly edited?: Pick<NewFile, 'path' | 'mode'> | undefined
}

/** Larger than any pod. */
const MOST_BYTES = 1024 * 1024

/** The target that is asked for, if any; options that mean nothing to it are errors. */
export function readTarget(options: TargetOptions): Outcome<Target | undefined> {
  const { target: name, manifest, nodePath } = options
  const target = name === undefined ? undefined : findTarget(name)
  if (target !== undefined && 'problems' in target) return target
  if (manifest !== undefined && target?.value.name !== 'static-pod') {
    return { problems: [usageError('--manifest is for --target static-pod', 'leave it out')] }
  }
  const fault = nodePathFault(nodePath)
  if (fault === undefined) return { value: target?.value }
  const message = `the text after --node-path ${fault}`
  return { problems: [usageError(message, 'such as /etc/kubernetes/enc/enc.yaml')] }
}

/** Its manifest. */
export function wrapFor(
  target: Target,
  subject: Subject,
  options: TargetOptions,
): Outcome<Wrapped> {
  const { nodePath, cluster, kmsKey, location, resourceGroup } = options
  const given = { cluster, kmsKey, location, resourceGroup }
  const needed = Object.entries(given).filter(([, text]) => text !== undefined)
  const request: WrapRequest = { ...subject, nodePath, options: Object.fromEntries(needed) }
  const faults = targetFaults(target, request)
  if (faults.length > 0) return { problems: faults }
  const edited = readEdited(options.manifest)
  if ('problems' in edited) return edited
  const manifest = wrap(target, { ...request, manifest: edited.value })
  if ('problems' in manifest) return manifest
  if (edited.value === undefined) return { value: { manifest: manifest.value } }
  const { path, mode } = edited.value
  return { value: { manifest: manifest.value, edited: { path, mode } } }
}

interface Edited {
  readonly path: string
  readonly bytes: Uint8Array
  readonly mode: number
}

function readEdited(path: string | undefined): Outcome<Edited | undefined> {
  if (path === undefined) return { value: undefined }
  const bytes = readBounded(path, MOST_BYTES)
  if (typeof bytes === 'string') {
    const hint = 'name the manifest of kube-apiserver'
    return { problems: [usageError(`${path} is no file that can be read`, hint)] }
  }
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0o600
  return { value: { path, bytes, mode: mode & 0o777 } }
}
