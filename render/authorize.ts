// What a PhaseSecret may ask for. Git chooses what is asked; only trusted input, gathered in
// `Grants`, decides what is allowed: the host a token is sent to, whose token it is, what may be
// read with it, and where Secrets may land. One policy has to allow all of it.
import type { Outcome } from '../manifests/document.ts'
import { quotedName, shownName } from '../manifests/names.ts'
import type { Position, Problem } from '../manifests/problem.ts'
import type { Granted, PhaseSecret, TokenChoice } from './model.ts'
import { accessBy, FULL_ACCESS } from './tenancy/access.ts'
import { denials, hostsOf } from './tenancy/denials.ts'
import { isSameHost } from './tenancy/hosts.ts'
import type { Policy, PolicySubject } from './tenancy/policy.ts'
import { DEFAULT_POLICY, namesApp } from './tenancy/policy.ts'
import type { TokenLookup } from './tenancy/token-reference.ts'
import { tokenKeyOf } from './tenancy/token-reference.ts'

/** What trusted input allows in this run. */
export interface Grants {
  /** The configured Phase hosts, the default first: no other is ever asked. */
  readonly hosts: readonly [string, ...string[]]
  /** Inside Argo CD; absent in a local run, where there is no destination to keep to. */
  readonly application?: PolicySubject | undefined
  /** Those that apply to the Application; undefined where the platform has no configuration file. */
  readonly policies?: readonly Policy[] | undefined
  /** Whether token Secrets are looked up, by reference or by the operator's default name. */
  readonly looksUpTokens: boolean
  /** Whether there is a token for PhaseSecrets whose token is not looked up. */
  readonly hasDefaultToken: boolean
}

type Words = readonly [message: string, hint: string]

/** What the PhaseSecret is granted, or every way in which it asks for too much. */
export function authorize(phaseSecret: PhaseSecret, grants: Grants): Outcome<Granted> {
  const { application, hosts, policies = [DEFAULT_POLICY] } = grants
  if (application !== undefined && policies.length === 0) {
    return { problems: [denied(phaseSecret, phaseSecret.at, noPolicy(application))] }
  }
  const found = tokenKeyOf(phaseSecret, application?.namespace)
  const judged = policies.map((policy) => {
    const lookup = looksUp(phaseSecret, grants, policy) ? found : undefined
    return { policy, lookup, denials: denials(policy, { phaseSecret, application, hosts, lookup }) }
  })
  const allowing = judged.filter((each) => each.denials.length === 0)
  // One that names the app as it is asked for comes before those for which only Phase could tell.
  const naming = allowing.filter(({ policy }) => namesApp(policy, phaseSecret.request.app))
  if (naming.length > 0) return agree(phaseSecret, grants, naming)
  if (allowing.length > 0) return agree(phaseSecret, grants, allowing)
  // The policy that is least in the way is most probably the one that is meant.
  const [closest] = judged.sort((left, right) => left.denials.length - right.denials.length)
  const reasons = closest?.denials ?? []
  return {
    problems: reasons.map(({ at, message, hint }) => denied(phaseSecret, at, [message, hint])),
  }
}

/** Whether the token comes from a token Secret: the one referred to, or the operator's default where no other is there. */
function looksUp(
  { tokenReference }: PhaseSecret,
  { looksUpTokens, hasDefaultToken }: Grants,
  { allow }: Policy,
): boolean {
  const hasToken = hasDefaultToken || allow.credential !== undefined
  return looksUpTokens && (tokenReference !== undefined || !hasToken)
}

interface Judged {
  readonly policy: Policy
  readonly lookup: TokenLookup | undefined
}

/** Policies that allow the same must lead to the same host and token, or it would be a guess. */
function agree(
  phaseSecret: PhaseSecret,
  grants: Grants,
  judged: readonly Judged[],
): Outcome<Granted> {
  const choices = judged.map(({ policy, lookup }) => {
    const allowed = hostsOf(policy, grants.hosts)
    const host = wantedHost(phaseSecret, allowed) ?? allowed[0]
    return { host, token: chooseToken(policy, lookup), sealed: policy.allow.sealed }
  })
  const policies = judged.map(({ policy }) => policy)
  const [choice, ...others] = choices
  const same = JSON.stringify(choice)
  if (choice === undefined || others.some((other) => JSON.stringify(other) !== same)) {
    const names = policies.map(({ name }) => shownName(name)).join(' and ')
    const sealed = new Set(choices.map((each) => JSON.stringify(each.sealed)))
    const what =
      sealed.size > 1 ? 'output: plain, or sealed in different ways' : 'hosts or credentials'
    const words: Words = [
      `policies ${names} allow this with different ${what}`,
      'name the app as only one of them does, or have the administrator tell them apart',
    ]
    return { problems: [denied(phaseSecret, phaseSecret.at, words)] }
  }
  const access = policies.includes(DEFAULT_POLICY) ? FULL_ACCESS : accessBy(policies)
  return { value: { ...choice, access } }
}

/** The configured spelling of the host that Git names. */
function wantedHost({ host }: PhaseSecret, allowed: readonly string[]): string | undefined {
  return host === undefined ? undefined : allowed.find((each) => isSameHost(host, each))
}

function chooseToken({ allow }: Policy, lookup: TokenLookup | undefined): TokenChoice {
  if (lookup === undefined) return { credential: allow.credential }
  // No policy allows it: another token in its place would be nobody's choice.
  if ('fault' in lookup) throw new TypeError('a token without a name was allowed')
  return lookup
}

/** What Argo CD says of the Application is its own, and what other policies are for is not told. */
function noPolicy({ name, project, namespace, repository }: PolicySubject): Words {
  const facts = [
    `application ${shownName(name)}`,
    `project ${shownName(project ?? '')}`,
    `destination namespace ${shownName(namespace ?? '')}`,
    `repository ${quotedName(repository ?? '')}`,
  ]
  return [
    "no policy in the plugin's configuration applies to this Application",
    `the administrator would have to add one whose match covers ${facts.join(', ')}`,
  ]
}

function denied({ object }: PhaseSecret, at: Position, [message, hint]: Words): Problem {
  return { severity: 'error', fault: 'input', at, object, message, hint }
}
