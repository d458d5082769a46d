// SS006: a Secret's type is one that Kubernetes does not know, or something changes that cannot be changed.
// What cannot be: ValidateSecretUpdate in k8s.io/kubernetes pkg/apis/core/validation.

import { nearest } from '../../../did-you-mean.ts'
import type { ManifestObject } from '../../../document.ts'
import { pointerOf } from '../../../fix/pointer.ts'
import { shownName } from '../../../names.ts'
import type { Facts } from '../../facts.ts'
import { nameKey } from '../../facts.ts'
import type { Fix, Found, Rule } from '../../model.ts'
import type { FieldPath } from '../../places.ts'
import { placeOf } from '../../places.ts'
import { objectName, qualified } from '../../words.ts'
import type { DeclaredSecret } from './declared-secrets.ts'
import { declaredByName } from './declared-secrets.ts'
import type { WrittenSecret } from './written-secrets.ts'
import { bytesOf, writtenSecrets } from './written-secrets.ts'

/** Types that Kubernetes gives a meaning to. */
const KNOWN = [
  'Opaque',
  'kubernetes.io/service-account-token',
  'kubernetes.io/dockercfg',
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/basic-auth',
  'kubernetes.io/ssh-auth',
  'kubernetes.io/tls',
  'bootstrap.kubernetes.io/token',
]

const HINT =
  'give it a new name, or let Argo CD replace it: argocd.argoproj.io/sync-options: Replace=true,Force=true'

export const secretTypeUnknownOrChanged: Rule<Facts> = {
  id: 'SS006',
  name: 'secret-type-unknown-or-changed',
  chapter: 'secrets',
  severity: 'high',
  summary:
    'the type of a Secret is unknown to Kubernetes, or a change is one that the API server refuses',
  why: 'The type of a Secret cannot be changed, and neither can the values of an immutable one, nor that it is immutable: the API server refuses it, and the sync fails. The change is compared with the base.\n\nA type under `kubernetes.io/` that Kubernetes does not know is accepted and means nothing: nobody checks the keys, and the kubelet takes no registry password from it. That finding is of medium severity.',
  fix: 'Give the Secret a new name and change what uses it. Or let Argo CD delete and create it, with the sync options `Replace=true,Force=true` on it: for a moment there is no Secret.',
  fixable: 'suggestion',
  example: {
    bad: example('kubernetes.io/dockercfgjson'),
    good: example('kubernetes.io/dockerconfigjson'),
  },
  *find(facts): Iterable<Found> {
    const { base } = facts
    const before = base === undefined ? undefined : declaredByName(base)
    const isAsked = [...(before?.values() ?? [])].some((secret) => secret.isImmutable)
    const [values, old] = [
      valuesOf(isAsked ? facts : undefined),
      valuesOf(isAsked ? base : undefined),
    ]
    for (const [key, secret] of declaredByName(facts)) {
      const was = before?.get(key)
      if (!KNOWN.includes(secret.type) && was?.type !== secret.type) yield* unknownType(secret)
      if (was === undefined || secret.isReplaced) continue
      if (was.type !== secret.type) {
        const types = `from ${shownName(was.type)} to ${shownName(secret.type)}`
        const message = `changes the type of Secret ${named(secret)} ${types}, which the API server refuses`
        yield found(secret, secret.typePath, { message, hint: HINT })
      }
      if (was.isImmutable && !secret.isImmutable) {
        const message = `Secret ${named(secret)} is immutable in the base: it can never be made changeable`
        yield found(secret, secret.immutablePath, { message, hint: HINT })
      } else if (was.isImmutable && differ(old.get(key), values.get(key))) {
        const message = `changes values of Secret ${named(secret)}, which is immutable in the base`
        yield found(secret, secret.immutablePath, { message, hint: HINT })
      }
    }
  },
}

function* unknownType(secret: DeclaredSecret): Iterable<Found> {
  const { type, object, typePath } = secret
  const meant = meantType(type)
  if (meant === undefined && !RESERVED.test(type)) return
  yield found(secret, typePath, {
    severity: 'medium',
    message: `type ${shownName(type)} of Secret ${named(secret)} means nothing to Kubernetes`,
    hint: meant === undefined ? 'use a type that Kubernetes knows' : `did you mean ${meant}?`,
    fix: meant === undefined ? undefined : retyped(object, typePath, meant),
  })
}

/** Types of this prefix are Kubernetes' own. */
const RESERVED = /^(bootstrap\.)?kubernetes\.io\//i
const PREFIX = 'kubernetes.io'

/** The type of Kubernetes that is meant by one that differs in capitals, in a few letters, or by its prefix. */
function meantType(type: string): string | undefined {
  const lower = type.toLowerCase()
  const same = KNOWN.find((each) => each.toLowerCase() === lower)
  if (same !== undefined) return same
  const slash = lower.indexOf('/')
  const prefix = lower.slice(0, Math.max(slash, 0))
  // A type of somebody else may well end as one of these does.
  if (slash >= 0 && nearest(prefix, [PREFIX]) === undefined) return undefined
  const own = KNOWN.filter((each) => each.startsWith(PREFIX)).map(
    (each) => each.split('/')[1] ?? '',
  )
  const meant = nearest(lower.slice(slash + 1), own)
  return meant === undefined ? undefined : `${PREFIX}/${meant}`
}

function retyped(object: ManifestObject, path: FieldPath, value: string): Fix {
  const operations = [{ op: 'replace', path: pointerOf(path), value }] as const
  return { title: `use type ${value}`, object, operations, isSafe: false }
}

function named({ namespace, name }: DeclaredSecret): string {
  return qualified({ namespace, name })
}

function found(
  { object, namespace, name }: DeclaredSecret,
  path: FieldPath,
  said: Omit<Found, 'at' | 'object' | 'secrets'>,
): Found {
  return {
    ...said,
    at: placeOf(object, path),
    object: objectName(object.object),
    secrets: [{ namespace, name }],
  }
}

type Values = ReadonlyMap<string, Uint8Array>

/** The values of Secrets that are written out, by `nameKey`. */
function valuesOf(facts: Facts | undefined): ReadonlyMap<string, Values> {
  const secrets = facts === undefined ? [] : writtenSecrets(facts)
  return new Map(secrets.map((secret) => [nameKey(secret), valuesIn(secret)]))
}

function valuesIn({ entries }: WrittenSecret): Values {
  return new Map(entries.map((entry) => [entry.key, bytesOf(entry) ?? new Uint8Array()]))
}

function differ(before: Values | undefined, after: Values | undefined): boolean {
  if (before === undefined || after === undefined) return false
  if (before.size !== after.size) return true
  return [...before].some(([key, bytes]) => {
    const other = after.get(key)
    return other === undefined || Buffer.compare(bytes, other) !== 0
  })
}

function example(type: string): string {
  return `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: registry
  namespace: keyspace
spec:
  phaseApp: keyspace
  managedSecretReferences:
    - secretName: registry
      secretType: ${type}
`
}
