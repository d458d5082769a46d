// `encryption plan KIND`: numbered steps, each a pull request of its own. Prints words; makes no key.
import type { Outcome } from '../../manifests/document.ts'
import type { ProviderChoice } from '../../manifests/encryption/generate.ts'
import { readProvider } from '../../manifests/encryption/generate-request.ts'
import { resourceFaults } from '../../manifests/encryption/generate-resources.ts'
import { planFor } from '../../manifests/encryption/plan.ts'
import type { Plan } from '../../manifests/encryption/plan-model.ts'
import { PLAN_KINDS } from '../../manifests/encryption/plan-model.ts'
import { planMarkdown, planText } from '../../manifests/encryption/plan-print.ts'
import { findTarget } from '../../manifests/encryption/targets.ts'
import { shownName } from '../../manifests/names.ts'
import { usageError } from '../../manifests/problem.ts'
import type { Io } from '../io.ts'
import { readMinor } from '../kube-version.ts'
import { report } from '../report.ts'
import { readChoiceOf } from './encryption-surroundings.ts'

/** What the command line says. */
export interface EncryptionPlanOptions {
  readonly kind: string
  readonly provider?: string | undefined
  readonly resource?: readonly string[] | undefined
  readonly kubeVersion?: string | undefined
  readonly target?: string | undefined
  readonly format: string
}

const FORMATS = {
  text: planText,
  markdown: planMarkdown,
  json: (plan: Plan) => `${JSON.stringify(plan, undefined, 2)}\n`,
} as const satisfies Record<string, (plan: Plan) => string>
const FORMAT_NAMES = ['text', 'markdown', 'json'] as const

/** Runs the command. @returns the exit code (see report.ts). */
export async function encryptionPlan(options: EncryptionPlanOptions, io: Io): Promise<number> {
  const format = readChoiceOf('--format', options.format, FORMAT_NAMES)
  if ('problems' in format) return report(format.problems, io)
  const plan = readPlan(options)
  if ('problems' in plan) return report(plan.problems, io)
  await io.stdout.write(FORMATS[format.value](plan.value))
  return 0
}

function readPlan(options: EncryptionPlanOptions): Outcome<Plan> {
  const kind = readChoiceOf('the plan', options.kind, PLAN_KINDS)
  if ('problems' in kind) return kind
  const minor = readMinor(options.kubeVersion)
  if ('problems' in minor) return minor
  const target = options.target === undefined ? undefined : findTarget(options.target)
  if (target !== undefined && 'problems' in target) return target
  const known = target?.value.providers.find((each) => each !== 'identity')
  const provider = readProvider(options.provider ?? known ?? 'secretbox')
  if ('problems' in provider) return provider
  const encrypting = encryptingOf(provider.value)
  if ('problems' in encrypting) return encrypting
  const { resource = [] } = options
  const resources = resource.length === 0 ? ['secrets'] : resource
  const faults = [...resourceFaults(resources, minor.value), ...strangeNames(resources)]
  if (faults.some(({ severity }) => severity === 'error')) return { problems: faults }
  return planFor({
    kind: kind.value,
    minor: minor.value,
    provider: encrypting.value,
    resources,
    target: target?.value,
  })
}

function encryptingOf(provider: ProviderChoice): Outcome<Exclude<ProviderChoice, 'identity'>> {
  if (provider !== 'identity') return { value: provider }
  const hint = 'name what encrypts; to stop encrypting there is encryption plan disable'
  return { problems: [usageError('a plan for identity would encrypt nothing', hint)] }
}

/** They stand in commands that people copy. */
function strangeNames(resources: readonly string[]) {
  return resources
    .filter((name) => !/^(\*\.(\*|[a-z0-9.-]*)|[a-z0-9][a-z0-9.-]*)$/.test(name))
    .map((name) => usageError(`${shownName(name)} is no resource`, 'such as secrets, or *.apps'))
}
