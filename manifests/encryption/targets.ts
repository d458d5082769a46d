// All targets; and what is asked of one in, its manifest out, with the note of what it does not do.
import { nearest } from '../did-you-mean.ts'
import type { Outcome } from '../document.ts'
import type { Problem } from '../problem.ts'
import { usageError } from '../problem.ts'
import { SecretValue } from '../secret-value.ts'
import { printComment } from './print-yaml.ts'
import { aksAso, aksAz, aksProfile } from './targets/aks.ts'
import { clusterApiV1Beta1, clusterApiV1Beta2 } from './targets/cluster-api.ts'
import { eksAck, eksCrossplane, eksctl } from './targets/eks.ts'
import { gkeConfigConnector, gkeGcloud } from './targets/gke.ts'
import { k3s, rke2 } from './targets/k3s.ts'
import { kops } from './targets/kops.ts'
import { kubeadmV1Beta3, kubeadmV1Beta4 } from './targets/kubeadm.ts'
import { kubespray } from './targets/kubespray.ts'
import { openshift } from './targets/openshift.ts'
import { staticPod } from './targets/static-pod.ts'
import { talos113, talos114 } from './targets/talos.ts'
import type { Need, NeedOption, Target, WrapRequest } from './targets/target.ts'

/** In the order in which they are listed. */
export const TARGETS: readonly Target[] = [
  staticPod,
  kubeadmV1Beta4,
  kubeadmV1Beta3,
  clusterApiV1Beta2,
  clusterApiV1Beta1,
  k3s,
  rke2,
  talos114,
  talos113,
  kops,
  openshift,
  kubespray,
  eksctl,
  eksAck,
  eksCrossplane,
  gkeConfigConnector,
  gkeGcloud,
  aksAso,
  aksAz,
  aksProfile,
]

/** Finds a target by its name. */
export function findTarget(name: string): Outcome<Target> {
  const target = TARGETS.find((each) => each.name === name)
  if (target !== undefined) return { value: target }
  const names = TARGETS.map((each) => each.name)
  const meant = nearest(name, names) ?? names.find((each) => each.startsWith(`${name}-`))
  const hint = meant === undefined ? 'encryption targets lists them' : `did you mean ${meant}?`
  return { problems: [usageError('--target is none that is known', hint)] }
}

/** What does not fit a target: its providers, resources, version, and the options that it needs. */
export function targetFaults(target: Target, request: WrapRequest): Problem[] {
  const { name, providers, resources, oldestMinor, needs } = target
  const problems: Problem[] = []
  if (!providers.includes(request.provider)) {
    const hint = `it has ${providers.join(', ')}`
    problems.push(usageError(`${name} does not encrypt with ${request.provider}`, hint))
  }
  const strange = request.resources.filter((each) => resources?.includes(each) === false)
  if (resources !== undefined && strange.length > 0) {
    const message = `${name} does not encrypt ${strange.join(', ')}`
    problems.push(usageError(message, `it has ${resources.join(', ')}`))
  }
  if (oldestMinor !== undefined && request.minor < oldestMinor) {
    const message = `${name} does not exist for Kubernetes 1.${request.minor}`
    problems.push(usageError(message, `it is for ${target.versions}`))
  }
  return [
    ...problems,
    ...needs.flatMap((need) => needFaults(name, need, request)),
    ...strays(target, request),
  ]
}

const OPTIONS: Readonly<Record<NeedOption, string>> = {
  cluster: '--cluster',
  kmsKey: '--kms-key',
  resourceGroup: '--resource-group',
  location: '--location',
}

function needFaults(
  name: string,
  { option, pattern, example, isOptional = false }: Need,
  { options }: WrapRequest,
): Problem[] {
  const given = options[option]
  if (given === undefined) {
    return isOptional ? [] : [usageError(`${name} needs ${OPTIONS[option]}`, `such as ${example}`)]
  }
  if (pattern.test(given)) return []
  return [usageError(`${OPTIONS[option]} is not what ${name} takes`, `such as ${example}`)]
}

function strays({ name, needs }: Target, { options }: WrapRequest): Problem[] {
  const known = needs.map(({ option }) => option)
  const given = Object.keys(OPTIONS).filter((option): option is NeedOption => option in options)
  return given
    .filter((option) => !known.includes(option) && options[option] !== undefined)
    .map((option) => usageError(`${OPTIONS[option]} means nothing to ${name}`, 'leave it out'))
}

/** The manifest of a target whose request fits, with its notes above. */
export function wrap(target: Target, request: WrapRequest): Outcome<SecretValue> {
  const body = target.wrap(request)
  if ('problems' in body) return body
  const text = typeof body.value === 'string' ? body.value : body.value.revealText()
  // The manifest of somebody else stays as it is.
  if (target.name === 'static-pod') return { value: SecretValue.ofText(text) }
  return { value: SecretValue.ofText(printComment(notesOf(target)) + text) }
}

/** What to know of a target before using what it printed. */
function notesOf({ title, versions, doesNot, rollOut, keys }: Target): readonly string[] {
  return [
    `${title} (${versions}).`,
    ...(keys === 'inside' ? ['It holds a key: keep it out of Git.'] : []),
    ...doesNot.map((text) => `It does not ${text}.`),
    ...rollOut.map((text) => `To do: ${text}`),
  ]
}
