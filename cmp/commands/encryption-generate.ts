// `encryption generate`: a first EncryptionConfiguration with a new key, and what a cluster needs beside it.
import type { Outcome } from '../../manifests/document.ts'
import type { GenerateRequest } from '../../manifests/encryption/generate.ts'
import { generate, holdsKeys } from '../../manifests/encryption/generate.ts'
import type { Chance } from '../../manifests/encryption/generate-key.ts'
import type { GenerateWords } from '../../manifests/encryption/generate-request.ts'
import { readGenerateRequest, readProvider } from '../../manifests/encryption/generate-request.ts'
import { resourceFaults } from '../../manifests/encryption/generate-resources.ts'
import { printConfiguration } from '../../manifests/encryption/print.ts'
import { readEncryptionConfiguration } from '../../manifests/encryption/read.ts'
import type { Target } from '../../manifests/encryption/targets/target.ts'
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'
import type { SecretValue } from '../../manifests/secret-value.ts'
import type { Io } from '../io.ts'
import { readMinor } from '../kube-version.ts'
import type { NewFile } from '../new-file.ts'
import { report } from '../report.ts'
import type { HandOut, HandOutOptions, Parts } from './encryption-hand-out.ts'
import { handOut, hashNotice, partsOf, readHandOut } from './encryption-hand-out.ts'
import { SYSTEM } from './encryption-surroundings.ts'
import type { TargetOptions } from './encryption-target.ts'
import { readTarget, wrapFor } from './encryption-target.ts'

/** What the command line says. */
export interface EncryptionGenerateOptions
  extends Omit<GenerateWords, 'provider'>,
    HandOutOptions,
    TargetOptions {
  /** By default the first that the target has. */
  readonly provider?: string | undefined
  readonly kubeVersion?: string | undefined
}

/** Runs the command. @returns the exit code (see report.ts). */
export async function encryptionGenerate(
  options: EncryptionGenerateOptions,
  io: Io,
  chance: Chance = SYSTEM,
): Promise<number> {
  const made = make(options, chance)
  if ('problems' in made) return report(made.problems, io)
  const { parts, edited } = made.value
  return report(await handOut(parts, options, io, edited), io)
}

interface Made {
  readonly parts: Parts
  readonly edited?: Pick<NewFile, 'path' | 'mode'> | undefined
}

interface Context {
  readonly options: EncryptionGenerateOptions
  readonly minor: number
  readonly hand: HandOut
}

function make(options: EncryptionGenerateOptions, chance: Chance): Outcome<Made> {
  const minor = readMinor(options.kubeVersion)
  if ('problems' in minor) return minor
  const target = readTarget(options)
  if ('problems' in target) return target
  const hand = readHandOut(options)
  if ('problems' in hand) return hand
  const stray = strayOption(target.value, options)
  if (stray !== undefined) return { problems: [stray] }
  const context = { options, minor: minor.value, hand: hand.value }
  return target.value?.keys === 'own'
    ? makeOwn(target.value, context)
    : makeFile(target.value, context, chance)
}

/** Options that would have no effect. */
function strayOption(
  target: Target | undefined,
  options: EncryptionGenerateOptions,
): Problem | undefined {
  const { as, wrapperOut } = options
  const takesFile = target === undefined || target.keys === 'file'
  if (!takesFile && as !== 'file') {
    const message = `${target.name} takes no file that could be handed out with --as`
    return usageError(message, 'leave it out')
  }
  if (target?.takes === 'a key' && OF_FILES.some((name) => (options[name] ?? false) !== false)) {
    const message = `${target.name} takes one key and nothing else: options of files mean nothing to it`
    return usageError(message, 'leave them out')
  }
  const hasShown = target?.keys === 'file' || as === 'phase-secret'
  if (wrapperOut === undefined || hasShown) return undefined
  return usageError('there is nothing to write to --wrapper-out', 'leave it out')
}

const OF_FILES = [
  'keyName',
  'kmsName',
  'kmsEndpoint',
  'kmsApiVersion',
  'allowDeprecatedKmsV1',
  'readsOnly',
  'fallback',
] as const

/** A target that makes its keys: its manifest is all that there is. */
function makeOwn(target: Target, { options, minor, hand }: Context): Outcome<Made> {
  const provider = readProvider(options.provider ?? target.providers[0] ?? '')
  if ('problems' in provider) return provider
  if (OF_FILES.some((name) => (options[name] ?? false) !== false)) {
    const message = `${target.name} takes no file: options of files mean nothing to it`
    return { problems: [usageError(message, 'leave them out')] }
  }
  const resources = resourcesOf(options)
  const faults = resourceFaults(resources, minor)
  if (hasErrors(faults)) return { problems: faults }
  const subject = { provider: provider.value, resources, minor, secret: hand.secret }
  const wrapped = wrapFor(target, subject, options)
  if ('problems' in wrapped) return wrapped
  const kept = wrapped.value.manifest
  return { value: { parts: { kept, isSecret: false, shown: [], notices: faults } } }
}

function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error')
}

function resourcesOf({ resource = [] }: EncryptionGenerateOptions): readonly string[] {
  return resource.length === 0 ? ['secrets'] : resource
}

function makeFile(target: Target | undefined, context: Context, chance: Chance): Outcome<Made> {
  const { options, minor, hand } = context
  const provider = options.provider ?? target?.providers[0] ?? 'secretbox'
  const words = readGenerateRequest({ ...options, provider }, minor)
  if ('problems' in words) return words
  const { value: request, notices } = words.value
  const configuration = generate(request, chance)
  const file = printConfiguration(configuration)
  const refused = refusals(file)
  if (refused.length > 0) return { problems: refused }
  const doubts = resourceFaults(request.resources, minor)
  if (hasErrors(doubts)) return { problems: doubts }
  const isSecret = holdsKeys(configuration)
  const steps = target?.takes === 'a key' ? [] : stepNotices(request)
  const said = [...doubts, ...notices, ...steps]
  const parts = partsOf(file, isSecret, hand, options.out)
  const all = { ...parts, notices: [...said, hashNotice(file, minor), ...parts.notices] }
  if (target === undefined) return { value: { parts: all } }
  const { resources, choice } = request
  const subject = { provider: choice.kind, resources, minor, secret: hand.secret, configuration }
  const wrapped = wrapFor(target, subject, options)
  if ('problems' in wrapped) return wrapped
  const { manifest, edited } = wrapped.value
  // What the target makes of its manifest is a file of its own, with another hash.
  if (target.keys === 'inside') {
    return { value: { parts: { kept: manifest, isSecret, shown: [], notices: said } } }
  }
  const shown = [...parts.shown, manifest.revealText()]
  return { value: { parts: { ...all, shown }, edited } }
}

/** What the API server would say against the file: the options are at fault, nobody has seen the file. */
function refusals(file: SecretValue): Problem[] {
  const read = readEncryptionConfiguration({ path: '-', bytes: file.revealBytes() })
  if (!('problems' in read)) return []
  return read.problems.map((problem) => ({ ...problem, fault: 'usage', at: undefined }))
}

/** What the file is one step of. */
function stepNotices({ choice, hasFallback, onlyReads }: GenerateRequest): Problem[] {
  if (choice.kind === 'identity' || !(hasFallback || onlyReads)) return []
  const [message, hint] = onlyReads
    ? [
        'nothing is encrypted yet: identity writes, and the key only reads',
        'encryption plan enable says what comes next',
      ]
    : [
        'what is stored in plain text can still be read, and stays so until it is rewritten',
        'several API servers need --reads-only first: see encryption plan enable',
      ]
  return [{ severity: 'notice', fault: 'usage', message, hint }]
}
