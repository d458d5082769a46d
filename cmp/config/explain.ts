// Policies, an Application and what it wishes for in; who allows what, and why not, out. For the
// administrator: unlike an error of a render, it names every policy.
import type { Outcome } from '../../manifests/document.ts'
import { wholeFile } from '../../manifests/problem.ts'
import type { Granted, PhaseSecret } from '../../render/model.ts'
import type {
  Policy,
  PolicyMatch,
  PolicySubject,
  SealedOutput,
} from '../../render/tenancy/policy.ts'
import { mismatches } from '../../render/tenancy/policy.ts'
import type { Configuration } from './configuration.ts'
import { DEFAULT_CREDENTIAL } from './configuration.ts'
import type { CheckExplanation } from './explain-check.ts'
import { describeCheck, explainCheck } from './explain-check.ts'
import type { WatchExplanation } from './explain-watch.ts'
import { describeWatch, explainWatch } from './explain-watch.ts'

/** What a PhaseSecret of the Application would ask for; nothing at all if no field is set. */
export interface Wish {
  readonly phaseApp?: string | undefined
  readonly phaseAppId?: string | undefined
  readonly environment?: string | undefined
  readonly path?: string | undefined
  readonly phaseHost?: string | undefined
  readonly targetNamespace?: string | undefined
  readonly secretType?: string | undefined
  /** `namespace/name`. */
  readonly tokenReference?: string | undefined
}

/** The answer, as `--format json` prints it. */
export interface Explanation {
  readonly application: PolicySubject
  /** Every policy of the file, in its order; `mismatches` is empty for those that apply. */
  readonly policies: readonly {
    readonly name: string
    readonly mismatches: readonly (keyof PolicyMatch)[]
    readonly match: PolicyMatch
    readonly allow: Policy['allow']
  }[]
  /** Absent if nothing was wished for. */
  readonly allowed?: boolean
  readonly granted?: Pick<Granted, 'host' | 'token' | 'sealed'>
  /** What only Phase can tell: it is allowed if these hold there. */
  readonly conditions?: readonly string[]
  readonly reasons?: readonly { readonly message: string; readonly hint?: string | undefined }[]
  /** The section `check`, which is the same for every Application; absent without one. */
  readonly check?: CheckExplanation
  /** The section `watch`; absent without one. */
  readonly watch?: WatchExplanation
}

const AT = wholeFile('-')

/** A PhaseSecret that asks for the wish; undefined if nothing is wished for. */
export function phaseSecretOf(wish: Wish): PhaseSecret | undefined {
  const { phaseApp, phaseAppId, environment, path, phaseHost, tokenReference } = wish
  const { targetNamespace, secretType } = wish
  const fields = [phaseApp, phaseAppId, environment, path, phaseHost, tokenReference]
  if ([...fields, targetNamespace, secretType].every((field) => field === undefined))
    return undefined
  const [tokenNamespace, tokenName = ''] = tokenReference?.split('/', 2) ?? []
  return {
    object: { kind: 'PhaseSecret', name: 'wish' },
    at: AT,
    request: {
      app: { id: phaseAppId, name: phaseApp ?? '' },
      environment: environment ?? 'production',
      path: path ?? '/',
      onReferenceError: 'Fail',
    },
    host: phaseHost,
    tokenReference:
      tokenReference === undefined
        ? undefined
        : { at: AT, name: tokenName, namespace: tokenNamespace },
    fields: {},
    targets: [
      {
        at: AT,
        name: 'secret',
        namespace: targetNamespace,
        type: secretType ?? 'Opaque',
        nameTransformer: 'upper_snake',
        processors: new Map(),
        labels: {},
        annotations: {},
      },
    ],
    argocdAnnotations: {},
  }
}

/** What the configuration file says. */
type Explained = Pick<Configuration, 'policies' | 'check' | 'watch'>

/** @param outcome what came of the wish, if there was one. */
export function explain(
  { policies, check, watch }: Explained,
  application: PolicySubject,
  outcome: Outcome<Granted> | undefined,
  wish: Wish,
): Explanation {
  const common = {
    application,
    policies: policies.map((policy) => ({
      name: policy.name,
      mismatches: mismatches(policy, application),
      match: policy.match,
      allow: policy.allow,
    })),
    ...(check && { check: explainCheck(check) }),
    ...(watch && { watch: explainWatch(watch) }),
  }
  if (outcome === undefined) return common
  if ('problems' in outcome) {
    const reasons = outcome.problems.map(({ message, hint }) => ({ message, hint }))
    return { ...common, allowed: false, reasons }
  }
  const { host, token, sealed } = outcome.value
  const conditions = conditionsOf(outcome.value, wish)
  return { ...common, allowed: true, granted: { host, token, sealed }, conditions }
}

/** A policy may name by id, or in another spelling, what is asked for by name. */
function conditionsOf({ access }: Granted, wish: Wish): string[] {
  const { phaseApp, phaseAppId, environment } = wish
  if (phaseApp === undefined && phaseAppId === undefined) return []
  const app = { id: phaseAppId ?? '', name: phaseApp ?? '' }
  const asked = `app ${phaseAppId ?? phaseApp}`
  if (!access.allows({ app })) return [`if ${asked} is in Phase what the policy names otherwise`]
  if (environment === undefined) return []
  if (access.allows({ app, environment: { id: environment, name: environment } })) return []
  return [`if environment ${environment} is in Phase what the policy names otherwise`]
}

/** The explanation for a person. */
export function formatExplanation(explanation: Explanation): string {
  const { application, policies, allowed, granted, conditions = [], reasons = [] } = explanation
  const facts = [
    `application ${application.name}`,
    `project ${application.project ?? '(not given)'}`,
    `destination namespace ${application.namespace ?? '(not given)'}`,
    `repository ${application.repository ?? '(not given)'}`,
  ]
  const lines = [facts.join(', '), '']
  for (const policy of policies) {
    const apart = policy.mismatches.map((field) => `match.${field}`)
    lines.push(
      apart.length === 0
        ? `policy ${policy.name} applies:`
        : `policy ${policy.name} does not apply: ${apart.join(', ')} does not match`,
    )
    if (apart.length === 0) lines.push(...describe(policy.allow))
  }
  if (policies.every(({ mismatches: apart }) => apart.length > 0)) {
    lines.push('no policy applies: such an Application may read nothing')
  }
  if (allowed !== undefined) lines.push('', allowed ? 'allowed' : 'denied')
  if (granted !== undefined) lines.push(`  host: ${granted.host}`, `  token: ${tokenText(granted)}`)
  if (granted?.sealed !== undefined) lines.push(`  output: ${outputText(granted.sealed)}`)
  lines.push(...conditions.map((condition) => `  ${condition}`))
  for (const { message, hint } of reasons) lines.push(`  ${message}`, `    hint: ${hint}`)
  if (explanation.check !== undefined) lines.push('', ...describeCheck(explanation.check))
  if (explanation.watch !== undefined) lines.push('', ...describeWatch(explanation.watch))
  return `${lines.join('\n')}\n`
}

function tokenText({ token }: { readonly token: Granted['token'] }): string {
  if ('key' in token) return `token Secret ${token.key.namespace}/${token.key.name}`
  return `credential ${token.credential ?? DEFAULT_CREDENTIAL}`
}

function outputText(sealed: SealedOutput | undefined): string {
  if (sealed === undefined) return 'plain'
  return `sealed for certificate ${sealed.certificate}, scope ${sealed.scope}`
}

function describe(allow: Policy['allow']): string[] {
  const entities = (list: Policy['allow']['apps']) =>
    list.map((each) => ('id' in each ? `id ${each.id}` : each.name)).join(', ')
  return [
    `  hosts: ${allow.hosts?.join(', ') ?? 'the default host'}`,
    `  credential: ${allow.credential ?? DEFAULT_CREDENTIAL}`,
    `  tokenReferences: ${allow.tokenReferences?.join(', ') ?? "the destination namespace's"}`,
    `  apps: ${entities(allow.apps)}`,
    `  environments: ${entities(allow.environments)}`,
    `  paths: ${allow.paths?.join(', ') ?? '/**'}`,
    `  targetNamespaces: ${allow.targetNamespaces?.join(', ') ?? 'the destination namespace'}`,
    `  secretTypes: ${allow.secretTypes?.join(', ') ?? '*'}`,
    `  argocdSecrets: ${allow.argocdSecrets}`,
    `  output: ${outputText(allow.sealed)}`,
  ]
}
