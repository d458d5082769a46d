// The shape of a v1/Secret in, everything out that the API server would refuse or that its type
// promises and it does not hold. Sources: ValidateSecret in k8s.io/kubernetes
// pkg/apis/core/validation, and the contents that readers of each type expect.
// No message quotes a value; the errors of JSON and of Node's crypto do, so they are dropped.
import { keyPairFaults } from './key-pair.ts'
import type { PlainMap } from './plain-value.ts'
import { isPlainMap } from './plain-value.ts'

/** A Secret's parts that decide whether it is valid. */
export interface SecretContent {
  readonly type: string
  readonly annotations: Readonly<Record<string, string>>
  readonly data: ReadonlyMap<string, Uint8Array>
}

/** One thing wrong with a Secret; `key` is the data key it is about. */
export interface SecretFault {
  readonly key?: string | undefined
  readonly message: string
  readonly hint?: string | undefined
}

/** core.MaxSecretSize: bytes of all values together, keys not counted. */
export const MAX_SECRET_BYTES = 1024 * 1024
/** TotalAnnotationSizeLimitB: bytes of all annotations, keys and values. */
const MAX_ANNOTATION_BYTES = 256 * 1024

/** Why a text is no key of a Secret's `data`; undefined if it is one. */
export function secretKeyFault(key: string): string | undefined {
  if (key === '') return 'is empty'
  if (key.length > 253) return 'is longer than 253 characters'
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
    return 'may hold only letters, digits, "-", "_" and "."'
  }
  return key === '.' || key.startsWith('..') ? 'may not be "." nor begin with ".."' : undefined
}

/** Everything wrong with a Secret's size, annotations and content for its type. */
export function secretFaults(secret: SecretContent): SecretFault[] {
  return [...sizeFaults(secret), ...typeFaults(secret)]
}

/** Everything wrong with a Secret's content for its type; a fault without a key is one of a key that is missing. */
export function typeFaults(secret: SecretContent): SecretFault[] {
  return TYPE_RULES.get(secret.type)?.(secret) ?? []
}

/** Types without a rule hold what they like, as for the API server. */
const TYPE_RULES: ReadonlyMap<string, (secret: SecretContent) => SecretFault[]> = new Map([
  ['kubernetes.io/tls', tlsFaults],
  ['kubernetes.io/dockerconfigjson', dockerConfigJsonFaults],
  ['kubernetes.io/dockercfg', dockerConfigFaults],
  ['kubernetes.io/basic-auth', basicAuthFaults],
  ['kubernetes.io/ssh-auth', sshAuthFaults],
  ['kubernetes.io/service-account-token', serviceAccountTokenFaults],
])

function sizeFaults({ data, annotations }: SecretContent): SecretFault[] {
  const faults: SecretFault[] = []
  const bytes = sum([...data.values()].map((value) => value.length))
  if (bytes > MAX_SECRET_BYTES) {
    faults.push({
      message: `the Secret holds ${bytes} bytes; the API server takes ${MAX_SECRET_BYTES}`,
      hint: 'spread the keys over several Secrets, for instance by path or tag',
    })
  }
  const noted = Object.entries(annotations).map((pair) => Buffer.byteLength(pair.join('')))
  if (sum(noted) > MAX_ANNOTATION_BYTES) {
    faults.push({ message: `the annotations are larger than ${MAX_ANNOTATION_BYTES} bytes` })
  }
  return faults
}

function tlsFaults(secret: SecretContent): SecretFault[] {
  const { data } = secret
  const certificate = data.get('tls.crt')
  const key = data.get('tls.key')
  if (certificate === undefined || key === undefined) {
    return [...missing(secret, 'tls.crt'), ...missing(secret, 'tls.key')]
  }
  return keyPairFaults(certificate, key).map(({ part, message }) => ({
    key: part === 'certificate' ? 'tls.crt' : 'tls.key',
    message: `${part === 'certificate' ? 'tls.crt' : 'tls.key'} ${message}`,
    hint: 'tls.crt is the PEM certificate chain, leaf first, and tls.key its PEM private key',
  }))
}

function dockerConfigJsonFaults(secret: SecretContent): SecretFault[] {
  const key = '.dockerconfigjson'
  const config = jsonObject(secret.data.get(key))
  if (config === undefined) return missing(secret, key)
  if (config === 'broken') return [notJson(key)]
  const { auths } = config
  if (isPlainMap(auths)) return []
  return [{ key, message: `${key} has no object "auths"`, hint: 'its form is {"auths": {…}}' }]
}

function dockerConfigFaults(secret: SecretContent): SecretFault[] {
  const key = '.dockercfg'
  const config = jsonObject(secret.data.get(key))
  if (config === undefined) return missing(secret, key)
  return config === 'broken' ? [notJson(key)] : []
}

function basicAuthFaults({ type, data }: SecretContent): SecretFault[] {
  if (data.has('username') || data.has('password')) return []
  return [absent(type, 'username or password')]
}

function sshAuthFaults(secret: SecretContent): SecretFault[] {
  const key = 'ssh-privatekey'
  if (secret.data.get(key)?.length === 0) return [{ key, message: `${key} is empty` }]
  return missing(secret, key)
}

function serviceAccountTokenFaults({ annotations }: SecretContent): SecretFault[] {
  const name = 'kubernetes.io/service-account.name'
  if (Object.hasOwn(annotations, name) && annotations[name] !== '') return []
  return [
    {
      message: `a Secret of type kubernetes.io/service-account-token needs annotation ${name}`,
      hint: 'set it in template.metadata.annotations',
    },
  ]
}

function missing({ type, data }: SecretContent, key: string): SecretFault[] {
  return data.has(key) ? [] : [absent(type, key)]
}

function absent(type: string, keys: string): SecretFault {
  return {
    message: `a Secret of type ${type} needs key ${keys}`,
    hint: 'name the key with asName, or choose another secretType',
  }
}

function notJson(key: string): SecretFault {
  return { key, message: `${key} is not a JSON object` }
}

function jsonObject(bytes: Uint8Array | undefined): PlainMap | 'broken' | undefined {
  if (bytes === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return isPlainMap(parsed) ? parsed : 'broken'
  } catch {
    return 'broken'
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
