// The watcher's memory in `binaryData` of one ConfigMap, which has to be there: so its role needs get and
// update of that one name, and nothing else.
import { createHash } from 'node:crypto'
import type { V1ConfigMap } from '@kubernetes/client-node'
import { valueAt } from '../../../manifests/plain-value.ts'
import { KubernetesError } from '../kubernetes/failure.ts'
import type { KubernetesOptions, NamedObject } from '../kubernetes/named-object.ts'
import { openConfigMap } from '../kubernetes/named-object.ts'
import type { StateStore, WatchState } from '../model.ts'
import { StateError } from '../model.ts'
import type { ObjectPlace } from '../settings.ts'
import { pack, stateFromJson, unpack } from './codec.ts'
import { tooLarge, writings } from './writings.ts'

const KEY = 'state.json.gz'
/** Bytes. Kubernetes takes 1 MiB of data; the rest is for keys that others put beside ours. */
const LARGEST = 1_000_000

/** What is known of the ConfigMap: the object as it is to be written back, and which state is in it. */
interface Version {
  readonly object: V1ConfigMap
  readonly digest: string
}

/**
 * A state that is broken, or of another version of this program, is taken for none: `load` answers undefined,
 * and the next `save` takes its place. The watcher then starts anew, which costs a read of every Application
 * and what was pending, and does not stop for ever. What fails are a ConfigMap that is missing or forbidden,
 * and an API that does not answer.
 *
 * A save is refused where somebody else changed the state since this store loaded or saved it last, until it
 * is loaded again. A change to the rest of the object (labels, another key) is kept, and refuses nothing.
 * @param place without a namespace, it is the pod's or that of the kubeconfig's context.
 */
export function configMapStore(place: ObjectPlace, options: KubernetesOptions): StateStore {
  const configMap = openConfigMap(place, options)
  let version: Version | undefined
  /** Digests of saves without an answer: one of them may have been done. */
  const attempted = new Set<string>()
  return {
    async load() {
      const object = await asked(configMap.read())
      version = { object, digest: digestOf(textIn(object)) }
      attempted.clear()
      return await stateIn(object)
    },
    async save(state) {
      const text = (await packed(state)).toString('base64')
      const digest = digestOf(text)
      version ??= await current(configMap)
      const known = new Set([version.digest, ...attempted])
      attempted.add(digest)
      const object = await asked(replace(configMap, version.object, text, known))
      attempted.clear()
      version = { object: withoutState(object), digest }
    },
  }
}

async function current(configMap: NamedObject<V1ConfigMap>): Promise<Version> {
  const object = await asked(configMap.read())
  return { object, digest: digestOf(textIn(object)) }
}

/** @param known digests of states that are ours: one of them is in it still, or somebody else wrote. */
async function replace(
  configMap: NamedObject<V1ConfigMap>,
  last: V1ConfigMap,
  text: string,
  known: ReadonlySet<string>,
): Promise<V1ConfigMap> {
  try {
    return await configMap.replace(withState(last, text))
  } catch (error) {
    if (!(error instanceof KubernetesError && error.fault === 'conflict')) throw error
    const now = await configMap.read()
    if (!known.has(digestOf(textIn(now)))) throw error
    return configMap.replace(withState(now, text))
  }
}

function withState(object: V1ConfigMap, text: string): V1ConfigMap {
  // The API server keeps its books itself.
  const { managedFields: _, ...metadata } = object.metadata ?? {}
  return { ...object, metadata, binaryData: { ...object.binaryData, [KEY]: text } }
}

/** As much of it as the next save needs: not the megabyte that it takes the place of. */
function withoutState(object: V1ConfigMap): V1ConfigMap {
  return withState(object, '')
}

/** In base64; empty where there is none. */
function textIn(object: V1ConfigMap): string {
  const text = valueAt(object, 'binaryData', KEY)
  return typeof text === 'string' ? text : ''
}

async function stateIn(object: V1ConfigMap): Promise<WatchState | undefined> {
  const bytes = Buffer.from(textIn(object), 'base64')
  const json = bytes.length === 0 ? undefined : await unpack(bytes)
  return json === undefined ? undefined : stateFromJson(json)
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

async function packed(state: WatchState): Promise<Buffer> {
  for (const json of writings(state)) {
    const bytes = await pack(json)
    if (bytes.length <= LARGEST) return bytes
  }
  throw tooLarge(`${LARGEST} bytes`)
}

/** @throws {StateError} for a failure of the API. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error
    throw new StateError(error.message, error.hint)
  }
}
