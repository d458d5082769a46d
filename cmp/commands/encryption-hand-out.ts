// A finished EncryptionConfiguration in; files and standard output, and what to tell of them, out. A key
// goes to the one place that the user named, and is in nothing else that is written or said.
import { resolve } from 'node:path'
import type { Outcome } from '../../manifests/document.ts'
import type { PhasePlace } from '../../manifests/encryption/generate-secret.ts'
import {
  phaseSecret,
  phaseValue,
  secretManifest,
} from '../../manifests/encryption/generate-secret.ts'

import { HASH_SINCE, hashMetric } from '../../manifests/encryption/plan-verify.ts'
import { hashOf } from '../../manifests/encryption/print.ts'
import { printDocuments } from '../../manifests/encryption/print-yaml.ts'
import type { SecretPlace } from '../../manifests/encryption/targets/target.ts'
import { namespaceFault, objectNameFault } from '../../manifests/names.ts'
import type { Problem } from '../../manifests/problem.ts'
import { usageError } from '../../manifests/problem.ts'
import { secretKeyFault } from '../../manifests/secret.ts'
import type { SecretValue } from '../../manifests/secret-value.ts'
import type { Io } from '../io.ts'
import type { NewFile } from '../new-file.ts'
import { isInGit, writeNewFiles } from '../new-file.ts'
import { oneOf } from './options.ts'

/** Options of everything that hands out a file. */
export interface HandOutOptions {
  readonly out: string
  readonly force: boolean
  readonly as: string
  readonly secretName: string
  readonly secretNamespace: string
  readonly secretKey: string
  readonly phaseApp?: string | undefined
  readonly phaseEnv: string
  readonly phasePath: string
  readonly phaseKey: string
  /** Where what has no key in it goes; `-` by default. */
  readonly wrapperOut?: string | undefined
}

/** The options, checked. */
export interface HandOut {
  readonly as: 'file' | 'secret' | 'phase-secret'
  readonly secret: SecretPlace
  readonly phase: PhasePlace
}

/** What is written: `kept` to `--out`, `shown` beside it. */
export interface Parts {
  readonly kept: SecretValue
  /** Whether `kept` has a key in it. */
  readonly isSecret: boolean
  /** Documents. */
  readonly shown: readonly string[]
  readonly notices: readonly Problem[]
}

/** Checks how a key is to be handed out. */
export function readHandOut(options: HandOutOptions): Outcome<HandOut> {
  const { secretName, secretNamespace, secretKey, phaseApp, phaseEnv, phasePath, phaseKey } =
    options
  const as = (['file', 'secret', 'phase-secret'] as const).find((each) => each === options.as)
  const faults: readonly (readonly [option: string, fault: string | undefined])[] = [
    ['--secret-name', objectNameFault(secretName)],
    ['--secret-namespace', namespaceFault(secretNamespace)],
    ['--secret-key', secretKeyFault(secretKey)],
    ['--phase-key', /^[A-Za-z_]\w{0,99}$/.test(phaseKey) ? undefined : 'is no key in Phase'],
    ['--phase-path', /^\/[\x20-\x7e]*$/.test(phasePath) ? undefined : 'is no path in Phase'],
    ['--phase-env', phaseEnv === '' ? 'is empty' : undefined],
  ]
  const problems = faults.flatMap(([option, fault]) =>
    fault === undefined ? [] : [usageError(`the text after ${option} ${fault}`, 'change it')],
  )
  if (as === undefined) {
    problems.push(oneOf('--as', ['file', 'secret', 'phase-secret']))
  }
  if (as === 'phase-secret' && (phaseApp ?? '') === '') {
    problems.push(usageError('--as phase-secret needs --phase-app', 'name the app in Phase'))
  }
  if (as === undefined || problems.length > 0) return { problems }
  const secret = { namespace: secretNamespace, name: secretName, key: secretKey }
  const phase = { app: phaseApp ?? '', environment: phaseEnv, path: phasePath, key: phaseKey }
  return { value: { as, secret, phase } }
}

/** A file in the form that it is handed out in. */
export function partsOf(
  file: SecretValue,
  isSecret: boolean,
  handOut: HandOut,
  out: string,
): Parts {
  const { as, secret, phase } = handOut
  if (as === 'file') return { kept: file, isSecret, shown: [], notices: [] }
  if (as === 'secret') {
    const hint = 'seal it, or keep the file in Phase with --as phase-secret'
    const notices = isSecret
      ? [warning('the Secret holds a key: it must not get into Git', hint)]
      : []
    return { kept: secretManifest(file, secret), isSecret, shown: [], notices }
  }
  const words = [
    `phase secrets create ${phase.key}`,
    `--app ${word(phase.app)} --env ${word(phase.environment)} --path ${word(phase.path)}`,
    `< ${out === '-' ? 'FILE' : word(out)}`,
  ].join(' ')
  const message = `the PhaseSecret takes ${phase.key} from Phase: store what was written to ${out} there`
  const hint = `${words} (update in the place of create if it is there already), then remove the file`
  const notice: Problem = { severity: 'notice', fault: 'usage', message, hint }
  return {
    kept: phaseValue(file),
    isSecret,
    shown: [phaseSecret(secret, phase)],
    notices: [notice],
  }
}

/** What to say of a file's hash. */
export function hashNotice(file: SecretValue, minor: number): Problem {
  const hash = hashOf(file)
  const hint =
    minor < HASH_SINCE
      ? 'compare it with sha256sum on every control plane node'
      : `every API server that runs it exports ${hashMetric(hash)}`
  return { severity: 'notice', fault: 'usage', message: `the file is ${hash}`, hint }
}

/**
 * Writes everything, files first, or nothing.
 * @param edited a file that may be replaced because it is what was edited.
 * @returns problems, warnings and notices in their order.
 */
export async function handOut(
  parts: Parts,
  { out, force, wrapperOut = '-' }: Pick<HandOutOptions, 'out' | 'force' | 'wrapperOut'>,
  io: Pick<Io, 'stdout'>,
  edited?: Pick<NewFile, 'path' | 'mode'>,
): Promise<readonly Problem[]> {
  const { kept, isSecret, shown, notices } = parts
  const text = printDocuments(shown)
  const hasShown = shown.length > 0
  if (out === '-' && hasShown && wrapperOut === '-') {
    const hint = 'name a file with --out, or with --wrapper-out'
    return [usageError('two things would go to standard output', hint)]
  }
  const files: NewFile[] = []
  if (out !== '-')
    files.push({ path: out, bytes: kept.revealBytes(), mode: 0o600, replaces: force })
  if (hasShown && wrapperOut !== '-') {
    const isEdited = edited !== undefined && resolve(wrapperOut) === resolve(edited.path)
    const mode = isEdited ? (edited?.mode ?? 0o644) : 0o644
    const replaces = force || isEdited
    files.push({ path: wrapperOut, bytes: Buffer.from(text), mode, replaces })
  }
  const [first, second] = files.map(({ path }) => resolve(path))
  if (first !== undefined && first === second) {
    return [usageError('--out and --wrapper-out are one file', 'name two')]
  }
  const problem = writeNewFiles(files)
  if (problem !== undefined) return [problem]
  if (out === '-') await io.stdout.write(kept.revealBytes())
  else if (hasShown && wrapperOut === '-') await io.stdout.write(text)
  return [...notices, ...exposures(out, isSecret, io)]
}

function exposures(out: string, isSecret: boolean, { stdout }: Pick<Io, 'stdout'>): Problem[] {
  if (!isSecret) return []
  if (out === '-') {
    const message = 'what was printed holds a key, and a terminal keeps what it shows'
    return stdout.isTTY ? [warning(message, 'clear it, or use --out FILE')] : []
  }
  if (!isInGit(out)) return []
  const message = `${out} holds a key, and is in the work tree of a Git repository`
  return [warning(message, 'move it out before it is committed')]
}

function warning(message: string, hint: string): Problem {
  return { severity: 'warning', fault: 'usage', message, hint }
}

/** One word for a POSIX shell. */
function word(text: string): string {
  return /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
