// Facts in; every Secret that the manifests say the type of, whoever makes it, out.
import type { ManifestObject } from '../../../document.ts'
import { groupOf } from '../../../object-key.ts'
import { itemsAt, stringsAt, valueAt } from '../../../plain-value.ts'
import type { Facts } from '../../facts.ts'
import { nameKey, namespaceIn } from '../../facts.ts'
import type { FieldPath } from '../../places.ts'

/** A Secret as it will be. */
export interface DeclaredSecret {
  readonly object: ManifestObject
  readonly namespace: string
  readonly name: string
  /** As the API server fills it in. */
  readonly type: string
  readonly isImmutable: boolean
  /** Whether Argo CD deletes the old one and creates it anew. */
  readonly isReplaced: boolean
  /** Whether a SealedSecret stands for it. */
  readonly isSealed: boolean
  /** Of the Secret itself, as it will be in the cluster. */
  readonly annotations: Readonly<Record<string, string>>
  readonly namePath: FieldPath
  readonly typePath: FieldPath
  readonly immutablePath: FieldPath
}

const known = new WeakMap<Facts, readonly DeclaredSecret[]>()

/** All of them, in their order; found once. */
export function declaredSecrets(facts: Facts): readonly DeclaredSecret[] {
  const secrets = known.get(facts) ?? facts.objects.flatMap((object) => declaredBy(facts, object))
  known.set(facts, secrets)
  return secrets
}

/** By `nameKey`; of two of one name, the first. */
export function declaredByName(facts: Facts): ReadonlyMap<string, DeclaredSecret> {
  const found = new Map<string, DeclaredSecret>()
  for (const secret of declaredSecrets(facts)) {
    const key = nameKey(secret)
    if (!found.has(key)) found.set(key, secret)
  }
  return found
}

function declaredBy(facts: Facts, object: ManifestObject): DeclaredSecret[] {
  const { kind, name = '' } = object.object
  const namespace = namespaceIn(facts, object)
  switch (`${kind}.${groupOf(object.apiVersion)}`) {
    case 'Secret.':
      return name === '' ? [] : [declared(object, namespace, name, [])]
    case 'SealedSecret.bitnami.com':
      return name === '' ? [] : [declared(object, namespace, name, ['spec', 'template'])]
    case 'PhaseSecret.secrets.phase.dev':
      return itemsAt(object.value, 'spec', 'managedSecretReferences').flatMap((item, index) => {
        const target = valueAt(item, 'secretName')
        const own = valueAt(item, 'secretNamespace')
        if (typeof target !== 'string' || target === '') return []
        const place = ['spec', 'managedSecretReferences', index]
        return [declaredTarget(object, text(own) ?? namespace, target, item, place)]
      })
    default:
      return []
  }
}

function declared(
  object: ManifestObject,
  namespace: string,
  name: string,
  path: readonly string[],
): DeclaredSecret {
  const at = path.length === 0 ? object.value : valueAt(object.value, ...path)
  return {
    ...{ object, namespace, name },
    type: text(valueAt(at, 'type')) ?? 'Opaque',
    isImmutable: valueAt(at, 'immutable') === true,
    isReplaced: replaces(object.value),
    isSealed: path.length > 0,
    annotations: stringsAt(at, 'metadata', 'annotations'),
    namePath: ['metadata', 'name'],
    typePath: [...path, 'type'],
    immutablePath: [...path, 'immutable'],
  }
}

/** What Phase renders is never immutable. */
function declaredTarget(
  object: ManifestObject,
  namespace: string,
  name: string,
  item: unknown,
  path: FieldPath,
): DeclaredSecret {
  return {
    ...{ object, namespace, name },
    type: text(valueAt(item, 'secretType')) ?? 'Opaque',
    isImmutable: false,
    isReplaced: replaces(object.value) || replaces(valueAt(item, 'template')),
    isSealed: false,
    annotations: stringsAt(item, 'template', 'metadata', 'annotations'),
    namePath: [...path, 'secretName'],
    typePath: [...path, 'secretType'],
    immutablePath: [...path, 'secretName'],
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Argo CD's way to change what cannot be changed: both options, in any order. */
function replaces(value: unknown): boolean {
  const written = stringsAt(value, 'metadata', 'annotations')['argocd.argoproj.io/sync-options']
  const options = (written ?? '').split(',').map((option) => option.trim())
  return options.includes('Replace=true') && options.includes('Force=true')
}
