// The words of a `who-can` command line in, a question for manifests/rbac out, with notices where the
// words may mean something else than they seem to.
import type { Outcome } from '../../manifests/document.ts'
import { namespaceFault, shownName } from '../../manifests/names.ts'
import type { Problem } from '../../manifests/problem.ts'
import type { UrlRequest } from '../../manifests/rbac/model.ts'
import type { Question, Scope } from '../../manifests/rbac/question.ts'
import type { Resource } from '../../manifests/rbac/resources.ts'
import { findResource } from '../../manifests/rbac/resources.ts'
import { getIsEnoughToExec, hasConstrainedImpersonation } from '../../manifests/rbac/versions.ts'
import { readKubeVersion } from '../kube-version.ts'

/** What the command line says. */
export interface Words {
  readonly verb: string
  /** `RESOURCE[.GROUP][/NAME]` or, from its `/` on, the path of a URL. */
  readonly resource: string
  readonly namespace?: string | undefined
  readonly subresource?: string | undefined
  readonly kubeVersion?: string | undefined
}

/** What is asked, and of which Kubernetes. */
export interface Asked {
  readonly question: Question | UrlRequest
  readonly minor: number
  readonly notices: readonly Problem[]
}

const VERBS = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', '*'],
  ...['impersonate', 'bind', 'escalate', 'use', 'approve', 'sign', 'attest', 'proxy'],
]
const URL_VERBS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', '*']
/** Reading these began with a GET, and so needed `get`. */
const STREAMS = ['exec', 'attach', 'portforward']

/** Reads the words; what is wrong with them is of fault `usage`. */
export function readQuestion(words: Words, clusterVersion: string | undefined): Outcome<Asked> {
  const { verb, resource, kubeVersion } = words
  const version = readKubeVersion(kubeVersion, clusterVersion)
  const problems = [faultsOf(words), 'problems' in version ? version.problems : []].flat()
  if ('problems' in version || problems.length > 0) return { problems }
  const { minor, notices: versions } = version.value
  if (resource.startsWith('/')) {
    const notices = [...versions, ...verbNotices(verb, URL_VERBS)]
    return { value: { question: { verb, url: resource }, minor, notices } }
  }
  const { question, notices } = aboutResource(words, minor)
  return { value: { question, minor, notices: [...versions, ...notices] } }
}

function faultsOf({ verb, resource, namespace, subresource }: Words): Problem[] {
  const problems: Problem[] = []
  if ([verb, resource.split('.')[0], subresource].includes('') || /^[^/]+\/$/.test(resource)) {
    problems.push(usage('the verb, the resource, its name or its subresource is empty', EXAMPLE))
  }
  const fault = namespace === undefined ? undefined : namespaceFault(namespace)
  if (fault !== undefined) {
    problems.push(usage(`the text after -n ${fault}`, 'name one namespace'))
  }
  if (resource.startsWith('/') && (namespace ?? subresource) !== undefined) {
    const hint = 'leave out -n and --subresource'
    problems.push(usage('a URL has no namespace and no subresource', hint))
  }
  return problems
}

const EXAMPLE = 'such as: who-can get secrets'

function aboutResource(
  words: Words,
  minor: number,
): { question: Question; notices: readonly Problem[] } {
  const { verb, namespace, subresource } = words
  const [typed = '', ...rest] = words.resource.split('/')
  const name = rest.length === 0 ? undefined : rest.join('/')
  const { found, resource, group } = resourceOf(typed)
  const isNamespaced = found?.isNamespaced ?? true
  const anywhere: Scope = isNamespaced ? 'any namespace' : 'no namespace'
  const scope: Scope = namespace !== undefined && isNamespaced ? { namespace } : anywhere
  const question: Question = { verb, group, resource, subresource, name, scope }
  const notices = [
    ...(found === undefined ? [unknown(resource, group)] : []),
    ...verbNotices(verb, VERBS),
    ...(namespace !== undefined && !isNamespaced ? [clusterWide(resource)] : []),
    ...subresourceNotices(question, found),
    ...versionDependent(question, minor),
  ]
  return { question, notices }
}

/** `deploy.apps`, `deployments.v1.apps`, `Secret`; what is not known is taken as it is written. */
function resourceOf(text: string): { found?: Resource; resource: string; group: string } {
  if (text === '*') return { found: EVERYTHING, resource: '*', group: '*' }
  const [typed = '', ...parts] = text.split('.')
  const [version = ''] = parts
  const isVersioned = parts.length > 1 && /^v\d+((alpha|beta)\d+)?$/.test(version)
  const group = parts.length === 0 ? undefined : parts.slice(isVersioned ? 1 : 0).join('.')
  const found = findResource(typed, group)
  return found === undefined
    ? { resource: typed, group: group ?? '' }
    : { found, resource: found.name, group: found.group }
}

const EVERYTHING: Resource = { name: '*', group: '*', isNamespaced: true, subresources: [] }

function verbNotices(verb: string, known: readonly string[]): Problem[] {
  if (known.includes(verb) || verb.startsWith('impersonate:')) return []
  if (verb.startsWith('impersonate-on:')) return []
  const lower = verb.toLowerCase()
  const hint = known.includes(lower) ? `the verb is ${lower}, and case counts` : undefined
  return [notice(`${shownName(verb)} is no verb that Kubernetes has`, hint)]
}

function unknown(resource: string, group: string): Problem {
  const full = group === '' ? resource : `${resource}.${group}`
  const message = `${shownName(full)} is no resource known here: it is taken as it is written`
  return notice(message, 'rules name resources in the plural; a custom one needs its group')
}

function clusterWide(resource: string): Problem {
  return notice(`${resource} are in no namespace: -n is left aside`)
}

function subresourceNotices(question: Question, found: Resource | undefined): Problem[] {
  const { subresource, name = '', resource } = question
  if (subresource === undefined && found?.subresources.includes(name)) {
    return [
      notice(`${name} is taken for the name of an object`, `${resource}: --subresource ${name}`),
    ]
  }
  if (subresource === undefined || found === undefined || found === EVERYTHING) return []
  if (found.subresources.includes(subresource)) return []
  return [notice(`${shownName(subresource)} is no subresource of ${resource} known here`)]
}

function versionDependent({ verb, group, resource, subresource }: Question, minor: number) {
  const isStream = group === '' && resource === 'pods' && STREAMS.includes(subresource ?? '')
  if (isStream && verb === 'create' && getIsEnoughToExec(minor)) {
    return [notice('before Kubernetes 1.35 the verb get is enough for this', 'ask for get too')]
  }
  if (verb === 'impersonate' && hasConstrainedImpersonation(minor)) {
    const message = 'from Kubernetes 1.36 impersonate:MODE and impersonate-on:MODE:VERB do it too'
    const hint = 'ask for impersonate:user-info users.authentication.k8s.io, and so on'
    return [notice(message, hint)]
  }
  return []
}

function notice(message: string, hint?: string): Problem {
  return { severity: 'notice', fault: 'usage', message, hint }
}

function usage(message: string, hint: string): Problem {
  return { severity: 'error', fault: 'usage', message, hint }
}
