// `encryption explain` and `encryption targets`: what providers are worth, and where they can be configured.
import type { Explained } from '../../manifests/encryption/explain.ts'
import { explainProviders } from '../../manifests/encryption/explain.ts'
import { explainMarkdown, explainText } from '../../manifests/encryption/explain-print.ts'
import { readProvider } from '../../manifests/encryption/generate-request.ts'
import { PLAN_KINDS } from '../../manifests/encryption/plan-model.ts'
import type { Target } from '../../manifests/encryption/targets/target.ts'
import { TARGETS } from '../../manifests/encryption/targets.ts'
import type { Io } from '../io.ts'
import { readMinor } from '../kube-version.ts'
import { report } from '../report.ts'
import { readChoiceOf } from './encryption-surroundings.ts'

/** What the command line of `explain` says. */
export interface EncryptionExplainOptions {
  readonly provider?: string | undefined
  readonly kubeVersion?: string | undefined
  readonly format: string
}

const EXPLAIN_FORMATS = ['text', 'markdown'] as const

/** Runs `explain`. @returns the exit code (see report.ts). */
export async function encryptionExplain(
  { provider, kubeVersion, format }: EncryptionExplainOptions,
  io: Io,
): Promise<number> {
  const minor = readMinor(kubeVersion)
  if ('problems' in minor) return report(minor.problems, io)
  const chosen = readChoiceOf('--format', format, EXPLAIN_FORMATS)
  if ('problems' in chosen) return report(chosen.problems, io)
  const only = provider === undefined ? undefined : readProvider(provider)
  if (only !== undefined && 'problems' in only) return report(only.problems, io)
  const all = explainProviders(minor.value)
  const rows = all.filter(({ choice }) => only === undefined || choice === only.value)
  const print: (rows: readonly Explained[], version: string) => string =
    chosen.value === 'text' ? explainText : explainMarkdown
  await io.stdout.write(print(rows, `1.${minor.value}`))
  return 0
}

const TARGET_FORMATS = ['text', 'json'] as const

/** Runs `targets`. @returns the exit code (see report.ts). */
export async function encryptionTargets(format: string, io: Io): Promise<number> {
  const chosen = readChoiceOf('--format', format, TARGET_FORMATS)
  if ('problems' in chosen) return report(chosen.problems, io)
  const text =
    chosen.value === 'json'
      ? `${JSON.stringify(TARGETS.map(plain), undefined, 2)}\n`
      : TARGETS.map(paragraph).join('\n')
  await io.stdout.write(text)
  return 0
}

const KEYS: Readonly<Record<Target['keys'], string>> = {
  file: 'in a file on every control plane node',
  inside: 'in what is generated',
  own: 'made or kept by the target',
}

function paragraph(target: Target): string {
  const { name, title, versions, keys, providers, resources, needs, doesNot } = target
  const options = needs.map(({ example, isOptional }) => (isOptional ? `[${example}]` : example))
  const lines = [
    `  for:       ${versions}`,
    `  keys:      ${KEYS[keys]}`,
    `  providers: ${providers.join(', ')}`,
    `  resources: ${resources?.join(', ') ?? 'any'}`,
    `  plans:     ${plansOf(target).join(', ') || 'none'}`,
    ...(options.length === 0 ? [] : [`  needs:     ${options.join(', ')}`]),
    ...doesNot.map((text) => `  - does not ${text}`),
  ]
  return `${name}: ${title}\n${lines.join('\n')}\n`
}

function plain(target: Target): object {
  const { name, title, versions, keys, providers, resources, needs, doesNot, rollOut } = target
  const options = needs.map(({ example, isOptional = false }) => ({ example, isOptional }))
  const plans = plansOf(target)
  return { name, title, versions, keys, providers, resources, plans, options, doesNot, rollOut }
}

function plansOf({ plans }: Target): readonly string[] {
  return PLAN_KINDS.filter((kind) => plans === undefined || plans[kind] !== undefined)
}
