// `seal [INPUT…]`: Secrets and PhaseSecrets in, SealedSecrets for Git on stdout, all of them or nothing.
// `--raw`: one value on standard input, one sealed text out. Values come from files, standard input and
// Phase, never from the command line, where every process of the machine can read them.
import type { Outcome } from '../../manifests/document.ts'
import { namespaceFault, objectNameFault } from '../../manifests/names.ts'
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'
import type { SealingMode } from '../../manifests/sealing/entropy.ts'
import { LARGEST_KEY_FILE, readSealingKey } from '../../manifests/sealing/key.ts'
import { printSealedSecretJson, printSealedSecretYaml } from '../../manifests/sealing/print.ts'
import { SEALING_SCOPES } from '../../manifests/sealing/scope.ts'
import type { SealedSecretObject } from '../../manifests/sealing/seal-secret.ts'
import type { Io } from '../io.ts'
import { loadSettings } from '../load-settings.ts'
import { readBounded } from '../read-file.ts'
import { report } from '../report.ts'
import type { CertificateOptions } from '../seal/certificate.ts'
import { loadCertificate } from '../seal/certificate.ts'
import type { InputOptions } from '../seal/input.ts'
import { findSecrets } from '../seal/input.ts'
import { sealRaw } from '../seal/raw.ts'
import { sealAll } from '../seal/secrets.ts'

/** What the command line says. */
export interface SealOptions extends CertificateOptions, InputOptions {
  readonly scope?: string | undefined
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly raw: boolean
  readonly format: string
  readonly allowEmptyData: boolean
  /** A file with K; absent: sealed at random. */
  readonly deterministicKeyFile?: string | undefined
  readonly config?: string | undefined
}

interface Produced {
  readonly problems: readonly Problem[]
  readonly output?: string | undefined
}

/** Runs the command. @returns the exit code (see report.ts). */
export async function seal(options: SealOptions, io: Io): Promise<number> {
  const { problems, output } = await produce(options, io)
  const code = report(problems, io)
  if (code === 0 && output !== undefined) await io.stdout.write(output)
  return code
}

async function produce(options: SealOptions, io: Io): Promise<Produced> {
  const start = performance.now()
  const faults = [...checkWords(options), ...checkRaw(options)]
  if (faults.length > 0) return { problems: faults }
  const mode = readMode(options.deterministicKeyFile)
  if ('problems' in mode) return mode
  const settings = await loadSettings(io.env, options.config)
  if ('problems' in settings) return settings
  const deadline = start + settings.value.timeout * 1000
  const chosen = await loadCertificate(options, settings.value, io, deadline)
  if ('problems' in chosen) return chosen
  const { certificate, problems } = chosen.value
  const scope = SEALING_SCOPES.find((each) => each === options.scope)
  if (options.raw) {
    const raw = await sealRaw({ ...options, scope: scope ?? 'strict', certificate }, io)
    return { ...raw, problems: [...problems, ...raw.problems] }
  }
  const found = await findSecrets(options, settings.value, io, deadline)
  // What could not be read is said first, and not that there was nothing.
  if (found.problems.some(({ severity }) => severity === 'error')) {
    return { problems: [...problems, ...found.problems] }
  }
  const result = sealAll(found.secrets, { ...options, scope }, { certificate, mode: mode.value })
  return {
    output: options.format === 'json' ? printJson(result.sealed) : printYaml(result.sealed),
    problems: [...problems, ...found.problems, ...result.problems],
  }
}

function checkWords({ scope, format, namespace, name }: SealOptions): Problem[] {
  const faults: Problem[] = []
  if (scope !== undefined && !SEALING_SCOPES.some((each) => each === scope)) {
    faults.push(usageError('--scope is not known', `use ${SEALING_SCOPES.join(', ')}`))
  }
  if (format !== 'yaml' && format !== 'json') {
    faults.push(usageError('--format is neither yaml nor json', 'use one of them'))
  }
  const namespaceIs = namespace === undefined ? undefined : namespaceFault(namespace)
  if (namespaceIs !== undefined) {
    faults.push(usageError(`--namespace ${namespaceIs}`, 'name the namespace of the Secret'))
  }
  const nameIs = name === undefined ? undefined : objectNameFault(name)
  if (nameIs !== undefined) faults.push(usageError(`--name ${nameIs}`, 'name the Secret'))
  return faults
}

/** What a single value needs, and what it cannot have. */
function checkRaw({ raw, scope = 'strict', ...options }: SealOptions): Problem[] {
  if (!raw) return []
  const binds: Readonly<Record<string, readonly ('namespace' | 'name')[]>> = {
    strict: ['namespace', 'name'],
    'namespace-wide': ['namespace'],
  }
  const needed = (binds[scope] ?? []).filter((part) => options[part] === undefined)
  const faults = needed.map((part) =>
    usageError(`--raw with scope ${scope} needs --${part}`, 'the value opens nowhere else'),
  )
  if (options.deterministicKeyFile !== undefined) {
    const hint = 'seal the whole Secret, or leave out --deterministic-key-file'
    faults.push(usageError('--raw is always random: it does not know the key of the value', hint))
  }
  if (options.inputs.some((input) => input !== '-')) {
    faults.push(usageError('--raw reads standard input only', 'such as: seal --raw … < FILE'))
  }
  return faults
}

function readMode(path: string | undefined): Outcome<SealingMode> {
  if (path === undefined) return { value: { kind: 'random' } }
  const bytes = readBounded(path, LARGEST_KEY_FILE)
  const key = typeof bytes === 'string' ? bytes : readSealingKey(bytes)
  if (typeof key !== 'string') return { value: { kind: 'deterministic', key } }
  const fault = typeof bytes === 'string' ? `cannot be read (${bytes.replaceAll('-', ' ')})` : key
  const hint = 'make one with openssl rand -hex 32, and keep it as you keep a token'
  return { problems: [usageError(`the key of --deterministic-key-file ${fault}`, hint)] }
}

function printYaml(sealed: readonly SealedSecretObject[]): string {
  return sealed.map(printSealedSecretYaml).join('---\n')
}

/** Several are one List: a file of JSON is one value to most readers, Argo CD among them. */
function printJson(sealed: readonly SealedSecretObject[]): string {
  const items: unknown[] = sealed.map((each) => JSON.parse(printSealedSecretJson(each)))
  const [only] = items
  const value = items.length === 1 ? only : { apiVersion: 'v1', kind: 'List', items }
  return `${JSON.stringify(value, null, 2)}\n`
}
