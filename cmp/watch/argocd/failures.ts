// Why Argo CD gave no answer, in words of ours: transport faults and statuses in, ArgoCdErrors out. Of a
// body only its gRPC code gets here, and nothing else of it: bodies quote tokens, values and what
// other people's plugins say.
import type { TransportFault } from '../../../render/phase/transport.ts'
import { ArgoCdError } from '../model.ts'

/** Of gRPC, as grpc-gateway puts them into its errors: https://grpc.io/docs/guides/status-codes. */
export const GRPC = {
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  failedPrecondition: 9,
} as const

const CHECK_SERVER =
  'check the address of Argo CD in the configuration, and that argocd-server runs'
const CHECK_TOKEN =
  'make a token for the account (argocd account generate-token) and put it where watch reads it'
const CHECK_ROLE =
  'an Application that does not exist is refused alike; the account needs: applications, get'

const CERTIFICATE: readonly [string, string] = [
  'with a certificate that is not trusted',
  'caFile must hold the authority of the certificate of argocd-server',
]

/** How a server failed that gave no whole reply, and what to look at. */
const TRANSPORT: Readonly<Record<TransportFault, readonly [string, string]>> = {
  unresolved: ['has a name that does not resolve', CHECK_SERVER],
  refused: ['refuses the connection', CHECK_SERVER],
  unreachable: ['cannot be reached', CHECK_SERVER],
  closed: ['closed the connection before its answer was complete', CHECK_SERVER],
  stalled: ['stopped answering', CHECK_SERVER],
  proxy: ['cannot be reached through the proxy', 'check HTTPS_PROXY and NO_PROXY'],
  untrusted: [`answers ${CERTIFICATE[0]}`, CERTIFICATE[1]],
  expired: ['answers with a certificate that is not valid now', 'renew it, and check the clock'],
  misnamed: [
    'answers with a certificate for another name',
    'use an address that the certificate of argocd-server names',
  ],
  tls: [
    'does not complete the TLS handshake',
    'argocd-server with server.insecure speaks plain http: then the address begins with http://',
  ],
  'not-http': ['does not answer in HTTP', CHECK_SERVER],
  'too-large': [
    'answers with more than is read of one answer',
    'watch fewer Applications at a time: set projects or a selector',
  ],
  deadline: ['gave no answer in time', 'look at the load of argocd-server and repo-server'],
  aborted: ['was not waited for', 'watch is stopping'],
}

const CHECK_APPLICATION =
  'look at the Application: its render may take too long, or its manifests may be too large'

/**
 * @param host of the server's URL. @param seconds that the call was given. @param isOwn whether it is the
 * Application's own fault.
 */
export function transportFailure(
  fault: TransportFault,
  host: string,
  seconds: number,
  isOwn: boolean,
): ArgoCdError {
  const [what, hint] = TRANSPORT[fault]
  const message = `Argo CD at ${host} ${fault === 'deadline' ? `gave no answer within ${seconds} s` : what}`
  return isOwn
    ? new ArgoCdError('unrendered', message, CHECK_APPLICATION)
    : new ArgoCdError('outside', message, hint)
}

/**
 * What any call means by a status that is not 200.
 * @param code of a gRPC error; undefined where the body is none, so that somebody else may have answered.
 */
export function statusFailure(status: number, code: number | undefined, host: string): ArgoCdError {
  if (status === 401) {
    return new ArgoCdError('token', `Argo CD at ${host} rejects the token (401)`, CHECK_TOKEN)
  }
  if (status >= 300 && status < 400) {
    const hint =
      'redirects are not followed: give the address that it redirects to, with its scheme'
    return new ArgoCdError('outside', `Argo CD at ${host} redirects elsewhere (${status})`, hint)
  }
  if (code === undefined)
    return notArgoCd(host, `answers with status ${status} and no error of its own`)
  if (status === 403 || status === 404) {
    return new ArgoCdError(
      'denied',
      `Argo CD at ${host} denies the request (${status})`,
      CHECK_ROLE,
    )
  }
  const hint = 'the log of argocd-server says why'
  return new ArgoCdError(
    'outside',
    `Argo CD at ${host} fails (status ${status}, code ${code})`,
    hint,
  )
}

/** @param what it does, such as `answers with …`. */
export function notArgoCd(host: string, what: string): ArgoCdError {
  const hint =
    'check that the address is the one of argocd-server, with its root path and no login page before it'
  return new ArgoCdError('outside', `Argo CD at ${host} ${what}`, hint)
}

/** @param what is wrong with it, such as `is missing`. */
export function tokenFailure(what: string): ArgoCdError {
  return new ArgoCdError('token', `the token for Argo CD ${what}`, CHECK_TOKEN)
}

export function authoritiesFailure(): ArgoCdError {
  const hint = 'it must hold the authority of argocd-server, as -----BEGIN CERTIFICATE-----'
  return new ArgoCdError('outside', 'caFile for Argo CD is no readable PEM certificate', hint)
}

/** For a name that Kubernetes does not allow: it is not passed on. */
export function noName(): ArgoCdError {
  const hint = 'only a damaged state has such a name: remove it, and watch finds out anew'
  return new ArgoCdError('denied', 'no Application can have such a name', hint)
}
