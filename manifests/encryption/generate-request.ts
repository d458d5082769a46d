// The words of a command line in; a checked request out, or what is wrong with them (fault `usage`).
import { nearest } from '../did-you-mean.ts'
import type { Outcome } from '../document.ts'
import type { Problem } from '../problem.ts'
import { usageError } from '../problem.ts'
import type { EncryptionChoice, GenerateRequest, KmsChoice, ProviderChoice } from './generate.ts'
import { PROVIDER_CHOICES } from './generate.ts'
import { isKeyed, keyNameFault } from './generate-key.ts'

/** What encrypts, in words. */
export interface ChoiceWords {
  readonly provider: string
  readonly keyName?: string | undefined
  readonly kmsName?: string | undefined
  readonly kmsEndpoint?: string | undefined
  readonly kmsApiVersion?: string | undefined
  readonly allowDeprecatedKmsV1?: boolean | undefined
}

/** All that goes into the file, in words. */
export interface GenerateWords extends ChoiceWords {
  readonly resource?: readonly string[] | undefined
  readonly fallback?: string | undefined
  readonly readsOnly?: boolean | undefined
}

/** A value, and what is to be said about it. */
export interface Checked<T> {
  readonly value: T
  readonly notices: readonly Problem[]
}

/** Beyond this the API server's gRPC client is of no use, and no plugin has such a name. */
const PLUGIN_NAME = /^[A-Za-z0-9][-.\w]{0,62}$/
/**
 * A socket in a folder, which the API server's pod has to see: not the root. The kernel takes 107 bytes;
 * nothing in it means something to a shell or to YAML.
 */
const ENDPOINT = /^unix:\/\/(?=.{1,107}$)(\/[-\w@][-.\w@]*){2,}$/

/** Reads the words. Whether the resources exist is asked of the finished file. */
export function readGenerateRequest(
  words: GenerateWords,
  minor: number,
): Outcome<Checked<GenerateRequest>> {
  const { resource = [], fallback = 'identity', readsOnly = false, provider } = words
  const choice = readChoice(words, minor)
  const problems = 'problems' in choice ? [...choice.problems] : []
  if (fallback !== 'identity' && fallback !== 'none') {
    problems.push(usageError('--fallback is neither identity nor none', 'use one of them'))
  }
  if (readsOnly && (provider === 'identity' || fallback === 'none')) {
    const message = '--reads-only needs a provider that encrypts, and identity beside it'
    problems.push(usageError(message, 'leave it out, or --fallback none'))
  }
  if ('problems' in choice || problems.length > 0) return { problems }
  const { value, notices } = choice.value
  const request: GenerateRequest = {
    choice: value,
    resources: resource.length === 0 ? ['secrets'] : resource,
    hasFallback: fallback === 'identity',
    onlyReads: readsOnly,
  }
  return { value: { value: request, notices } }
}

/** The provider of a name. */
export function readProvider(name: string): Outcome<ProviderChoice> {
  const provider = PROVIDER_CHOICES.find((choice) => choice === name)
  return provider === undefined ? { problems: [unknownProvider(name)] } : { value: provider }
}

/** Reads what encrypts. */
export function readChoice(words: ChoiceWords, minor: number): Outcome<Checked<EncryptionChoice>> {
  const read = readProvider(words.provider)
  if ('problems' in read) return read
  const provider = read.value
  const problems = misplaced(words, provider)
  if (provider === 'kms') {
    const kms = readKms(words, minor)
    if ('problems' in kms) return { problems: [...problems, ...kms.problems] }
    const { value, notices } = kms.value
    if (problems.length > 0) return { problems }
    return { value: { value: { kind: 'kms', kms: value }, notices } }
  }
  const { keyName } = words
  const fault = keyName === undefined ? undefined : keyNameFault(keyName)
  if (fault !== undefined) problems.push(usageError(`the text after --key-name ${fault}`, EXAMPLE))
  if (problems.length > 0) return { problems }
  if (provider === 'identity') return { value: { value: { kind: provider }, notices: [IN_CLEAR] } }
  const notices = provider === 'aesgcm' ? [ROTATE_OFTEN] : []
  return { value: { value: { kind: provider, keyName }, notices } }
}

const EXAMPLE = 'leave it out, or name the key with a date, such as phase-20261125-a1b2'

const IN_CLEAR: Problem = {
  severity: 'warning',
  fault: 'usage',
  message: 'identity encrypts nothing: objects are written in plain text',
}

const ROTATE_OFTEN: Problem = {
  severity: 'warning',
  fault: 'usage',
  message: 'a key of aesgcm is safe for 200,000 writes only, then it has to be rotated',
  hint: 'use secretbox unless something rotates the key on its own',
}

function unknownProvider(provider: string): Problem {
  const meant = nearest(provider, PROVIDER_CHOICES)
  const hint =
    meant === undefined ? `use one of ${PROVIDER_CHOICES.join(', ')}` : `did you mean ${meant}?`
  return usageError('--provider is none that Kubernetes has', hint)
}

/** Options of another provider: somebody meant something that would not happen. */
function misplaced(words: ChoiceWords, provider: ProviderChoice): Problem[] {
  const { keyName, kmsName, kmsEndpoint, kmsApiVersion, allowDeprecatedKmsV1 } = words
  const problems: Problem[] = []
  if (keyName !== undefined && !isKeyed(provider)) {
    problems.push(usageError(`--key-name means nothing with ${provider}`, 'leave it out'))
  }
  const ofKms = [kmsName, kmsEndpoint, kmsApiVersion, allowDeprecatedKmsV1 || undefined]
  if (provider !== 'kms' && ofKms.some((word) => word !== undefined)) {
    const message = `--kms-… options mean nothing with ${provider}`
    problems.push(usageError(message, 'leave them out, or use --provider kms'))
  }
  return problems
}

function readKms(words: ChoiceWords, minor: number): Outcome<Checked<KmsChoice>> {
  const { kmsName: name = '', kmsEndpoint: endpoint = '', kmsApiVersion = 'v2' } = words
  const problems: Problem[] = []
  if (!PLUGIN_NAME.test(name)) {
    const hint = 'it may hold letters, digits, "-", "_" and "."; never change it afterwards'
    problems.push(usageError('--kms-name does not name the plugin', hint))
  }
  if (!ENDPOINT.test(endpoint)) {
    const hint = 'such as unix:///var/run/kmsplugin/socket.sock'
    problems.push(usageError('--kms-endpoint is no socket in a folder, behind unix://', hint))
  }
  const apiVersion = (['v1', 'v2'] as const).find((version) => version === kmsApiVersion)
  if (apiVersion === undefined) {
    problems.push(usageError('--kms-api-version is neither v1 nor v2', 'leave it out for v2'))
  } else problems.push(...versionFaults(apiVersion, words.allowDeprecatedKmsV1 ?? false, minor))
  if (apiVersion === undefined || problems.some(({ severity }) => severity === 'error')) {
    return { problems }
  }
  return { value: { value: { apiVersion, name, endpoint }, notices: problems } }
}

/** Alpha from 1.25, beta and on from 1.27; v1 is off from 1.29 (pkg/features/kube_features.go). */
function versionFaults(apiVersion: 'v1' | 'v2', isAllowed: boolean, minor: number): Problem[] {
  if (apiVersion === 'v2') {
    if (minor >= 27) return []
    return [usageError(`kms v2 needs Kubernetes 1.27, not 1.${minor}`, 'upgrade the cluster first')]
  }
  if (!isAllowed) {
    const message = 'kms v1 is deprecated, and off in Kubernetes from 1.29'
    return [usageError(message, 'leave out --kms-api-version, or add --allow-deprecated-kms-v1')]
  }
  const message = `kms v1 is deprecated${minor >= 29 ? ', and needs the feature gate KMSv1=true' : ''}`
  return [{ severity: 'warning', fault: 'usage', message, hint: 'move to kms v2' }]
}
