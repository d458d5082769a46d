// The endpoint of a KMS plugin in; what the API server says against it, or the socket's path, out.
// Source: Go's net/url Parse, k8s.io/kms pkg/util ParseEndpoint.

/** Why an endpoint is refused, following its field's name; undefined if it is not. */
export function endpointFault(endpoint: string): string | undefined {
  if (endpoint === '') return 'is missing: endpoint is a mandatory field for a kms'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what Go refuses in a URL.
  if (/[\x00-\x1f\x7f]/.test(endpoint)) return 'is no URL: it holds a control character'
  if (endpoint.startsWith(':')) return 'is no URL: it begins with a colon'
  const [, scheme = '', rest = endpoint] = /^(?:([a-zA-Z][-+.\w]*):)?(.*)$/s.exec(endpoint) ?? []
  // Go decodes all but what is between ? and #.
  const decoded = rest.replace(/\?[^#]*/, '')
  if (/%(?![\da-fA-F]{2})/.test(decoded)) return 'is no URL: a % is not followed by two digits'
  const [, host = ''] = /^\/\/([^/?#]*)/.exec(rest) ?? []
  if (/[\s<>"\\^`{|}]|%[0-7]/.test(host))
    return 'is no URL: its host holds a character that none may'
  if (scheme.toLowerCase() === 'unix') return undefined
  const shown = /^[a-zA-Z][-+.\w]{0,15}$/.test(scheme) ? ` "${scheme.toLowerCase()}"` : ''
  return `has an unsupported scheme${scheme === '' ? ' ""' : shown}: only unix is supported`
}

/** The path of a KMS plugin's socket; undefined for an abstract one, which has no file. */
export function socketPath(endpoint: string): string | undefined {
  const [, path = ''] = /^[a-zA-Z]+:(?:\/\/[^/?#]*)?(\/[^?#]*)/.exec(endpoint) ?? []
  return path === '' || path.startsWith('/@') ? undefined : path
}
