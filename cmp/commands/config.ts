// `config check FILE` and `config explain`: for whoever writes the configuration file. Both only read
// files; neither asks Phase, and neither prints a token.
import { mergePolicies } from '../../manifests/check/policy.ts'
import type { Problem } from '../../manifests/problem.ts'
import { authorize } from '../../render/authorize.ts'
import { RULES } from '../../render/check/catalogue.ts'
import { checkBounds, checkFiles, checkPolicies } from '../config/check.ts'
import { checkWatch } from '../config/check-watch.ts'
import type { Configuration } from '../config/configuration.ts'
import type { Wish } from '../config/explain.ts'
import { explain, formatExplanation, phaseSecretOf } from '../config/explain.ts'
import { grantsOf } from '../grants.ts'
import type { Io } from '../io.ts'
import { loadSettings, readConfigurationFile } from '../load-settings.ts'
import { report } from '../report.ts'
import { checkSealing } from '../sealing.ts'

type Outside = Pick<Io, 'stdout' | 'stderr' | 'env'>

/** `config check`: everything that can be said of a file without asking Phase. @returns the exit code. */
export async function configCheck(file: string, io: Outside): Promise<number> {
  const configuration = await readConfigurationFile(file)
  if ('problems' in configuration) return report(configuration.problems, io)
  const { value } = configuration
  const problems = [
    ...checkFiles(value, file),
    ...checkPolicies(value, file),
    ...checkBounds(value),
    ...checkWatch(value, file),
    ...rulesOf(value),
    ...(value.sealing === undefined ? [] : checkSealing(value.sealing, new Date())),
  ]
  const code = report(problems, io)
  if (code !== 0) return code
  const counts = [
    `policies: ${value.policies.length}`,
    `hosts: ${Math.max(1, value.hosts.length)}`,
    `credentials: ${value.credentials.size}`,
  ]
  await io.stdout.write(`${file}: ${counts.join(', ')}\n`)
  return 0
}

/** Rules that the section `check` names and that do not exist. */
function rulesOf({ check }: Configuration): readonly Problem[] {
  if (check === undefined) return []
  const today = new Date().toISOString().slice(0, 10)
  return mergePolicies(undefined, check, RULES, today).problems
}

/** What `config explain` is asked: an Application as Argo CD describes it, and what it wishes for. */
export interface ExplainOptions extends Wish {
  readonly config?: string | undefined
  readonly project?: string | undefined
  readonly app: string
  readonly namespace?: string | undefined
  readonly repo?: string | undefined
  readonly format: string
}

/** `config explain`: which policies apply, and what they say of a wish. Exit code 1: the wish is denied. */
export async function configExplain(options: ExplainOptions, io: Outside): Promise<number> {
  const { config, project, app, namespace, repo, format } = options
  if (format !== 'text' && format !== 'json') {
    return report([usage('--format is neither text nor json', 'use one of them')], io)
  }
  const settings = await loadSettings(io.env, config)
  if ('problems' in settings) return report(settings.problems, io)
  const { policies, check, watch } = settings.value
  if (policies === undefined) {
    return report([usage('there is no configuration file', 'name it with --config')], io)
  }
  const subject = { name: app, project, namespace, repository: repo }
  const grants = grantsOf({ ...settings.value, application: subject })
  const wish = phaseSecretOf(options)
  if (wish !== undefined && options.phaseApp === undefined && options.phaseAppId === undefined) {
    return report([usage('the wish names no app', 'add --phase-app or --phase-app-id')], io)
  }
  const outcome = wish && authorize(wish, grants)
  const explanation = explain({ policies, check, watch }, subject, outcome, options)
  await io.stdout.write(
    format === 'json'
      ? `${JSON.stringify(explanation, undefined, 2)}\n`
      : formatExplanation(explanation),
  )
  return explanation.allowed === false ? 1 : 0
}

function usage(message: string, hint: string): Problem {
  return { severity: 'error', fault: 'usage', message, hint }
}
