// `encryption rotate FILE`: the next legal file from the one that there is.
import type { InputFile, Outcome } from '../../manifests/document.ts'
import { holdsKeys } from '../../manifests/encryption/generate.ts'
import type { Chance } from '../../manifests/encryption/generate-key.ts'
import { keyNameFault } from '../../manifests/encryption/generate-key.ts'
import type { ChoiceWords } from '../../manifests/encryption/generate-request.ts'
import { readChoice, readProvider } from '../../manifests/encryption/generate-request.ts'
import type { EncryptionConfiguration } from '../../manifests/encryption/model.ts'
import { printConfiguration } from '../../manifests/encryption/print.ts'
import { readEncryptionConfiguration } from '../../manifests/encryption/read.ts'
import type { Rotated, RotateRequest, Step } from '../../manifests/encryption/rotate.ts'
import { rotate, STEPS, writersOf } from '../../manifests/encryption/rotate.ts'
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'
import type { Io } from '../io.ts'
import { readMinor } from '../kube-version.ts'
import { readBounded } from '../read-file.ts'
import { report } from '../report.ts'
import { readStdin } from '../sources/input.ts'
import type { HandOutOptions, Parts } from './encryption-hand-out.ts'
import { handOut, hashNotice, partsOf, readHandOut } from './encryption-hand-out.ts'
import { readChoiceOf, SYSTEM } from './encryption-surroundings.ts'

/** What the command line says. */
export interface EncryptionRotateOptions extends Omit<ChoiceWords, 'provider'>, HandOutOptions {
  /** The file as it is, or `-`. */
  readonly file: string
  readonly step: string
  readonly provider?: string | undefined
  readonly resource?: string | undefined
  readonly everyServerHasIt: boolean
  readonly kubeVersion?: string | undefined
}

/** Larger than any configuration: API servers read it whole, too. */
const MOST_BYTES = 1024 * 1024

/** Runs the command. @returns the exit code (see report.ts). */
export async function encryptionRotate(
  options: EncryptionRotateOptions,
  io: Io,
  chance: Chance = SYSTEM,
): Promise<number> {
  const file = await readFile(options.file, io)
  if ('problems' in file) return report(file.problems, io)
  const parts = next(file.value, options, chance)
  if ('problems' in parts) return report(parts.problems, io)
  return report(await handOut(parts.value, options, io), io)
}

async function readFile(path: string, io: Io): Promise<Outcome<InputFile>> {
  if (path === '-') {
    const read = await readStdin(io)
    if ('problems' in read) return read
    return { value: read.value[0] ?? { path, bytes: new Uint8Array() } }
  }
  const bytes = readBounded(path, MOST_BYTES)
  if (typeof bytes !== 'string') return { value: { path, bytes } }
  const hint = 'name the EncryptionConfiguration that every API server has now'
  return { problems: [usageError(`${path} is no file that can be read`, hint)] }
}

function next(file: InputFile, options: EncryptionRotateOptions, chance: Chance): Outcome<Parts> {
  const minor = readMinor(options.kubeVersion)
  if ('problems' in minor) return minor
  const hand = readHandOut(options)
  if ('problems' in hand) return hand
  const request = readRequest(options, minor.value)
  if ('problems' in request) return request
  const configuration = readEncryptionConfiguration(file)
  if ('problems' in configuration) return configuration
  const rotated = rotate(configuration.value, request.value.request, chance)
  if ('problems' in rotated) return rotated
  const after = printConfiguration(rotated.value.configuration)
  // What was taken and added is the API server's to judge once more: names of plugins, lengths.
  const read = readEncryptionConfiguration({ path: file.path, bytes: after.revealBytes() })
  if ('problems' in read) {
    return { problems: read.problems.map((problem) => ({ ...problem, at: undefined })) }
  }
  const isSecret = holdsKeys(rotated.value.configuration)
  const parts = partsOf(after, isSecret, hand.value, options.out)
  const notices = [
    ...request.value.notices,
    ...stepNotices(options.step, rotated.value, configuration.value),
    hashNotice(after, minor.value),
    ...parts.notices,
  ]
  return { value: { ...parts, notices } }
}

function readRequest(
  options: EncryptionRotateOptions,
  minor: number,
): Outcome<{ readonly request: RotateRequest; readonly notices: readonly Problem[] }> {
  const { provider, keyName, resource, everyServerHasIt } = options
  const step = readChoiceOf('--step', options.step, STEPS)
  if ('problems' in step) return step
  const stray = strayOption(options, step.value)
  if (stray !== undefined) return { problems: [stray] }
  const base = { step: step.value, keyName, resource, everyServerHasIt }
  if (provider === undefined) return { value: { request: base, notices: [] } }
  if (step.value === 'add') {
    const choice = readChoice({ ...options, provider }, minor)
    if ('problems' in choice) return choice
    const { value, notices } = choice.value
    return {
      value: {
        request: { ...base, choice: value },
        notices: value.kind === 'identity' ? [] : notices,
      },
    }
  }
  const kind = readProvider(provider)
  return 'problems' in kind
    ? kind
    : { value: { request: { ...base, kind: kind.value }, notices: [] } }
}

function strayOption(
  {
    keyName,
    everyServerHasIt,
    kmsName,
    kmsEndpoint,
    kmsApiVersion,
    provider,
    as,
    wrapperOut,
  }: EncryptionRotateOptions,
  step: Step,
): Problem | undefined {
  const kms = [kmsName, kmsEndpoint, kmsApiVersion].some((word) => word !== undefined)
  if (kms && (step !== 'add' || provider !== 'kms')) {
    const hint = 'to choose a plugin that is in the file, use --provider kms --key-name NAME'
    return usageError('--kms-… options are for --step add --provider kms', hint)
  }
  if (everyServerHasIt && step !== 'promote') {
    return usageError('--every-server-has-it is for --step promote', 'leave it out')
  }
  if (wrapperOut !== undefined && as !== 'phase-secret') {
    return usageError('there is nothing to write to --wrapper-out', 'leave it out')
  }
  const fault = keyName === undefined || step !== 'add' ? undefined : keyNameFault(keyName)
  if (fault === undefined) return undefined
  const hint = 'leave it out, or name the key with a date, such as phase-20261125-a1b2'
  return usageError(`the text after --key-name ${fault}`, hint)
}

const DONE: Readonly<Record<Step, readonly [done: string, next: string]>> = {
  add: [
    'was added and only reads',
    'when every API server has the file: encryption rotate --step promote --every-server-has-it',
  ],
  promote: [
    'writes from now on',
    'when every API server has the file: rewrite all objects, see encryption plan rotate; only then --step drop',
  ],
  drop: ['was dropped', 'keep the file as it was, sealed, as long as snapshots of etcd need it'],
}

function stepNotices(
  step: string,
  { moved, configuration }: Rotated,
  before: EncryptionConfiguration,
): Problem[] {
  const known = STEPS.find((each) => each === step) ?? 'add'
  const [done, hint] = DONE[known]
  const notices: Problem[] = moved.map((what) => said('notice', `${what} ${done}`, hint))
  const writesPlain = (entries: EncryptionConfiguration['entries']) =>
    entries.some(({ providers }) => providers[0]?.kind === 'identity')
  if (known === 'drop') {
    const message = `what only ${moved.join(' and ')} can read is lost once this file is in use`
    notices.push(said('warning', message, 'count what is stored first: see encryption plan rotate'))
  }
  if (known === 'promote' && writesPlain(configuration.entries) && !writesPlain(before.entries)) {
    notices.push(said('warning', 'objects are written in plain text from now on', undefined))
  }
  const writers = writersOf(configuration).join('; ')
  return [...notices, said('notice', `what writes: ${writers}`, undefined)]
}

function said(severity: Problem['severity'], message: string, hint: string | undefined): Problem {
  return { severity, fault: 'usage', message, hint }
}
