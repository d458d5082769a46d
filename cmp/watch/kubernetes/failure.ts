// What the Kubernetes API answered in; what it means and how to mend it out. Of an answer only its status
// gets into words.
import type { KindNames, Where } from './kinds.ts'

/**
 * `missing` there is no such object (or, when creating, no such namespace); `conflict` somebody else wrote in
 * between, or created it; `refused` the API server does not take it; `outside` the rest.
 */
export type KubernetesFault = 'missing' | 'conflict' | 'forbidden' | 'refused' | 'outside'

/** Why the API did not do what it was asked for. */
export class KubernetesError extends Error {
  override readonly name = 'KubernetesError'
  readonly fault: KubernetesFault
  readonly hint: string

  constructor(fault: KubernetesFault, message: string, hint: string) {
    super(message)
    this.fault = fault
    this.hint = hint
  }
}

export const CHECK_ACCESS = 'check the kubeconfig, or the service account token of the pod'
const CHECK_SERVER = 'check the API server, and its address and certificate authority in use'

/** A request that failed. */
export interface Failed {
  readonly kind: KindNames
  readonly verb: 'read' | 'replace' | 'create'
  readonly where: Where
  readonly host: string
  /** Of the answer, if there was one. */
  readonly status: number | undefined
  readonly error: unknown
}

/** In words. */
export function failureOf(failed: Failed): KubernetesError {
  const { kind, verb, where, host, status, error } = failed
  const { namespace, name } = where
  const object = `${kind.kind} ${namespace}/${name}`
  const api = `the Kubernetes API at ${host}`
  const fail = (fault: KubernetesFault, message: string, hint: string) =>
    new KubernetesError(fault, message, hint)
  if (status === 403) return forbidden(failed, object)
  if (status === 404) {
    return verb === 'create'
      ? fail('missing', `there is no namespace ${namespace} in the cluster`, 'create it')
      : fail('missing', `there is no ${object} in the cluster`, kind.mend(where))
  }
  if (status === 409) {
    const hint = 'only one process may write it: let the replicas elect a leader'
    return fail('conflict', `somebody else wrote ${object}`, hint)
  }
  if (status === 401) return fail('outside', `${api} rejects the credentials`, CHECK_ACCESS)
  if (status === 400 || status === 413 || status === 422) {
    const hint = 'see whether the object is immutable, or an admission policy is against it'
    return fail('refused', `${api} does not take ${object} (status ${status})`, hint)
  }
  if (status !== undefined)
    return fail('outside', `${api} answers with status ${status}`, CHECK_SERVER)
  if (error instanceof TypeError) return fail('outside', `${api} cannot be reached`, CHECK_SERVER)
  const isAborted = error instanceof Error && /^(Abort|Timeout)Error$/.test(error.name)
  return isAborted
    ? fail('outside', `${api} does not answer`, CHECK_SERVER)
    : fail('outside', `${api} cannot be used`, CHECK_ACCESS)
}

function forbidden({ kind, verb, where }: Failed, object: string): KubernetesError {
  const { namespace, name } = where
  const role = `grant in a Role of namespace ${namespace}: apiGroups: [${kind.group}], resources: [${kind.resource}], `
  return verb === 'create'
    ? new KubernetesError(
        'forbidden',
        `there is no ${object} in the cluster, and creating it is forbidden`,
        kind.mend(where),
      )
    : new KubernetesError(
        'forbidden',
        `${verb === 'read' ? 'reading' : 'writing'} ${object} is forbidden`,
        `${role}resourceNames: [${name}], verbs: [get, update]`,
      )
}
