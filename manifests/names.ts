// Names, label keys and label values in; what the API server would say against them out.
// The rules are those of k8s.io/apimachinery pkg/util/validation.

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/
const QUALIFIED_PART = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/

/** Why a text is no object name (DNS-1123 subdomain), such as a Secret's; undefined if it is one. */
export function objectNameFault(name: string): string | undefined {
  if (name === '') return 'is empty'
  if (name.length > 253) return 'is longer than 253 characters'
  return name.split('.').every((part) => DNS_LABEL.test(part))
    ? undefined
    : 'is not a name: only lower case letters, digits, "-" and ".", each part between letters or digits'
}

/** Why a text is no namespace (DNS-1123 label); undefined if it is one. */
export function namespaceFault(name: string): string | undefined {
  if (name === '') return 'is empty'
  if (name.length > 63) return 'is longer than 63 characters'
  return DNS_LABEL.test(name)
    ? undefined
    : 'is not a namespace: only lower case letters, digits and "-" between letters or digits'
}

/** Why a text is no label key (`name` or `prefix/name`); undefined if it is one. */
export function labelKeyFault(key: string): string | undefined {
  const slash = key.indexOf('/')
  const name = key.slice(slash + 1)
  if (slash >= 0 && objectNameFault(key.slice(0, slash)) !== undefined) {
    return 'has a prefix that is not a DNS name'
  }
  if (name === '') return 'has an empty name'
  if (name.length > 63) return 'has a name longer than 63 characters'
  return QUALIFIED_PART.test(name)
    ? undefined
    : 'may hold only letters, digits, "-", "_" and ".", between letters or digits'
}

/** Why a text is no annotation key; undefined if it is one. The API server ignores its case. */
export function annotationKeyFault(key: string): string | undefined {
  return labelKeyFault(key.toLowerCase())
}

/** Why a text is no label value; undefined if it is one. */
export function labelValueFault(value: string): string | undefined {
  if (value === '') return undefined
  if (value.length > 63) return 'is longer than 63 characters'
  return QUALIFIED_PART.test(value)
    ? undefined
    : 'may hold only letters, digits, "-", "_" and ".", between letters or digits'
}

/** A name for a message, quoted: one line, no control or bidirectional characters, 100 characters at most. */
export function quotedName(name: string): string {
  const plain = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
  const letters = [...plain]
  return `"${letters.length > 100 ? `${letters.slice(0, 99).join('')}…` : plain}"`
}

/** A name for a message: as it is if it is an ordinary one, else quoted. */
export function shownName(name: string): string {
  return /^[\w./-]{1,100}$/.test(name) ? name : quotedName(name)
}
