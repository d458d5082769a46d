// A reply of Phase in, what it says or the failure it stands for out. Every status becomes a failure that
// says what it means on that endpoint; bodies of errors are compared with a closed list of Phase's own
// texts and never quoted otherwise.
import type { SourceError, SourceFailure } from '../source.ts'
import type { Environment } from './account.ts'
import { refusal } from './failures.ts'
import type { HttpReply } from './http.ts'
import { place } from './retry.ts'
import type { WireAccount } from './wire.ts'
import { parseBody, readAccount, readErrorText, ShapeError } from './wire.ts'

/** What the tokens endpoint answered. @throws {SourceError} */
export function accountOf(url: URL, reply: HttpReply): WireAccount {
  if (reply.status !== 200) throw accountRefusal(url, reply)
  return understood(url, reply, readAccount)
}

/** Reads the body of a reply. @throws {SourceError} ERR_NOT_PHASE or ERR_RESPONSE_INVALID. */
export function understood<T>(url: URL, reply: HttpReply, read: (json: unknown) => T): T {
  if (reply.contentType !== 'application/json') throw notPhase(url, reply)
  try {
    return read(parseBody(reply.body))
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw invalidAnswer(`the answer of ${place(url)} has no valid ${error.field}`)
  }
}

/** Status by status, as the tokens endpoint means it (phasehq/console backend/api/views/auth.py). */
function accountRefusal(url: URL, reply: HttpReply): SourceError {
  const denied = reply.status === 401 || reply.status === 403
  return denied && isJson(reply) ? tokenRejected() : otherStatus(url, reply)
}

/** Status by status, as the secrets endpoint means it (phasehq/console backend/api/views/secrets.py). */
export function secretsRefusal(url: URL, reply: HttpReply, environment: Environment): SourceError {
  if (!isJson(reply) || (reply.status !== 401 && reply.status !== 403)) {
    return otherStatus(url, reply)
  }
  const text = readErrorText(reply.body) ?? ''
  if (TOKEN_TEXTS.includes(text)) return tokenRejected()
  const hint = ACCESS_TEXTS.get(text)
  // A text that is not in the list could be an echo of our request.
  const said = hint === undefined ? '' : ` and says: ${text.replace(/\.$/, '')}`
  return refusal({
    code: 'ERR_ACCESS_DENIED',
    fault: 'outside',
    field: 'environment',
    message: `Phase denies access to ${environment.title} (${reply.status})${said}`,
    hint:
      hint ?? 'give the service account access to the environment and a role that reads secrets',
  })
}

const TOKEN_TEXTS: readonly string[] = [
  'Token expired or deleted',
  'Invalid token',
  'Authentication credentials were not provided.',
]
const GRANT = 'give the account access to this environment in the Phase console'
const ACCESS_TEXTS: ReadonlyMap<string, string> = new Map([
  [
    'Environment not found',
    'the environment was removed while this run was reading it; run it again',
  ],
  ['Service account cannot access this environment', GRANT],
  ['Service token cannot access this environment', GRANT],
  ['User cannot access this environment', GRANT],
  [
    "You don't have permission to read secrets in this environment.",
    'give the account a role with the permission to read secrets',
  ],
  [
    'Access denied: a network access policy restricts access from your IP address.',
    "add this cluster's outgoing address to the network access policy in the Phase console",
  ],
])

function isJson(reply: HttpReply): boolean {
  return reply.contentType === 'application/json'
}

function tokenRejected(): SourceError {
  return refusal({
    code: 'ERR_TOKEN_REJECTED',
    fault: 'outside',
    field: 'token',
    message: 'Phase rejects the token: it is expired, deleted or unknown',
    hint: 'create a new token for the service account in the Phase console, and check PHASE_HOST or hosts[].url',
  })
}

function otherStatus(url: URL, reply: HttpReply): SourceError {
  const { status } = reply
  if (status >= 300 && status < 400) {
    return refusal({
      ...NOT_PHASE,
      message: `${place(url)} answers with a redirect (${status}), which is never followed with a token`,
      hint: 'set PHASE_HOST or hosts[].url to the address that it leads to',
    })
  }
  if (!isJson(reply) || status === 404 || status === 405) return notPhase(url, reply)
  return invalidAnswer(`${place(url)} answers with an unexpected status (${status})`)
}

const NOT_PHASE = { code: 'ERR_NOT_PHASE', fault: 'outside', field: 'host' } as const

function notPhase(url: URL, reply: HttpReply): SourceError {
  const kind = isJson(reply) ? 'JSON' : reply.contentType === 'text/html' ? 'a web page' : 'no JSON'
  return refusal({
    ...NOT_PHASE,
    message: `this host is not a Phase API: ${place(url)} answers with ${kind} (${reply.status})`,
    hint:
      reply.status === 400
        ? 'the backend may not know this host name: add it to its ALLOWED_HOSTS'
        : 'set PHASE_HOST or hosts[].url to the address of the Phase console; look for a login page or a proxy in between',
  })
}

function invalidAnswer(message: string): SourceError {
  const failure: SourceFailure = {
    code: 'ERR_RESPONSE_INVALID',
    fault: 'outside',
    field: 'host',
    message,
    hint: 'check that PHASE_HOST or hosts[].url is a Phase API and that nothing in between changes its answers',
  }
  return refusal(failure)
}
