// What can go wrong before there is a complete reply, and which of it a system or TLS error is. The fault is
// all that is told: nothing of a request or a body gets into an error.

/** What can go wrong before there is a complete reply. */
export type TransportFault =
  | 'unresolved'
  | 'refused'
  | 'unreachable'
  | 'closed'
  | 'stalled'
  | 'proxy'
  | 'untrusted'
  | 'expired'
  | 'misnamed'
  | 'tls'
  | 'not-http'
  | 'too-large'
  | 'deadline'
  | 'aborted'

/** Thrown by an `HttpClient`: the fault is all it tells. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly fault: TransportFault

  constructor(fault: TransportFault) {
    super(fault)
    this.fault = fault
  }
}

const FAULTS: readonly (readonly [RegExp, TransportFault])[] = [
  [/^(ENOTFOUND|EAI_\w+)$/, 'unresolved'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/, 'unreachable'],
  [/^(ETIMEDOUT|ESOCKETTIMEDOUT)$/, 'stalled'],
  [
    /^(UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA)$/,
    'untrusted',
  ],
  [/^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/, 'expired'],
  [/^ERR_TLS_CERT_ALTNAME_/, 'misnamed'],
  [/^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|CRL_|EPROTO$|HOSTNAME_MISMATCH$)/, 'tls'],
  [/^HPE_/, 'not-http'],
]

/** The class of a system or TLS error; what is unknown counts as a connection that broke. */
export function faultOf(error: unknown): TransportFault {
  if (error instanceof TransportError) return error.fault
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return FAULTS.find(([pattern]) => pattern.test(code))?.[1] ?? 'closed'
}
