// In: a place in a Kubernetes object. Out: what the API says of what stands there: which fields identify
// an item of a list, where maps are the user's own, where quantities stand, what an empty value means.
// Source: the OpenAPI documents of Kubernetes 1.37 (x-kubernetes-list-map-keys, -list-type, -map-type,
// formats and Quantity references) and `omitempty` in k8s.io/api. test/argocd/live.test.ts compares the
// tables with what a running API server says of itself.

/** The kind, then names of fields; items of lists have no step of their own. */
export type Path = readonly string[]

const POD_LISTS = ['containers', 'initContainers', 'ephemeralContainers']
const NAME = ['name']

/** Of lists that mean the same in all built-in kinds. */
const KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ...POD_LISTS.map((name) => [name, NAME] as const),
  ['claims', NAME],
  ['drivers', NAME],
  ['env', NAME],
  ['evictionResponders', NAME],
  ['hostAliases', ['ip']],
  ['imagePullSecrets', NAME],
  ['matchConditions', NAME],
  ['ownerReferences', ['uid']],
  ['resourceClaims', NAME],
  ['schedulingGates', NAME],
  ['topologySpreadConstraints', ['topologyKey', 'whenUnsatisfiable']],
  ['volumeDevices', ['devicePath']],
  ['volumeMounts', ['mountPath']],
  ['volumes', NAME],
  ['webhooks', NAME],
])

/** What identifies an item of this list in a built-in kind; undefined for a list that is one piece. */
export function mergeKeys(path: Path): readonly string[] | undefined {
  const name = path.at(-1) ?? ''
  const parent = path.at(-2) ?? ''
  if (name === 'ports') {
    if (POD_LISTS.includes(parent)) return ['containerPort', 'protocol']
    return is(path, 'Service', 'spec', 'ports') ? ['port', 'protocol'] : undefined
  }
  if (name === 'imagePullSecrets' && path[0] === 'ServiceAccount') return undefined
  if (name === 'secrets') return is(path, 'ServiceAccount', 'secrets') ? NAME : undefined
  if (name === 'variables') {
    return is(path, 'ValidatingAdmissionPolicy', 'spec', 'variables') ? NAME : undefined
  }
  return KEYS.get(name)
}

/** Whether a list is a set to which others add. */
export function isSet(path: Path): boolean {
  return path.length === 3 && path[1] === 'metadata' && path[2] === 'finalizers'
}

const USER_MAPS = new Set([
  ...['annotations', 'deprecatedTopology', 'labels', 'matchLabels', 'nodeSelector'],
  ...['userAnnotations', 'volumeAttributes'],
])
/** Maps of one kind, by their whole path. */
const USER_MAPS_OF_KINDS = new Set([
  ...['ConfigMap.binaryData', 'ConfigMap.data', 'Secret.data', 'Secret.stringData'],
  ...['StorageClass.parameters', 'VolumeAttributesClass.parameters'],
  ...['Service.spec.selector', 'ReplicationController.spec.selector'],
])

/** Whether the keys of this map are the user's, and its values text. */
export function isUserMap(path: Path): boolean {
  const name = path.at(-1) ?? ''
  if (USER_MAPS.has(name) || (name === 'options' && path.at(-2) === 'flexVolume')) return true
  return path.length <= 3 && USER_MAPS_OF_KINDS.has(path.join('.'))
}

const ONE_PIECE = new Set([
  ...['configMapKeyRef', 'dataSource', 'fieldRef', 'fileKeyRef', 'involvedObject', 'labelSelector'],
  ...['matchConstraints', 'matchResources', 'namespaceSelector', 'nodeSelector', 'nodeTopology'],
  ...[
    'objectSelector',
    'paramKind',
    'paramRef',
    'podSelector',
    'preference',
    'related',
    'required',
  ],
  ...['resourceFieldRef', 'roleRef', 'scaleTargetRef', 'scopeSelector', 'secretKeyRef', 'selector'],
  ...['target', 'targetRef', 'requiredDuringSchedulingIgnoredDuringExecution'],
])

/**
 * Whether a manager has this map only as a whole, so that its tree says nothing of what is in it. Some
 * that are so in one kind and not in another are here too: their trees say more, and are asked first.
 */
export function isOnePiece(path: Path): boolean {
  const name = path.at(-1) ?? ''
  if (ONE_PIECE.has(name) || /[sS]ecretRef$/.test(name)) return true
  if (path[0] !== 'Ingress') return false
  return name === 'resource' || (name === 'port' && path.at(-2) === 'service')
}

const QUANTITIES = new Set([
  'averageValue',
  'divisor',
  'maximumVolumeSize',
  'sizeLimit',
  'tolerance',
])
const QUANTITY_MAPS = new Set(['capacity', 'hard', 'limits', 'overhead', 'podFixed', 'requests'])
const RANGE_MAPS = new Set(['default', 'defaultRequest', 'max', 'maxLimitRequestRatio', 'min'])

/** Whether a quantity stands here, so that `1000m` and 1 are the same. */
export function isQuantity(path: Path): boolean {
  const [kind = '', name = '', parent = ''] = [path[0], path.at(-1), path.at(-2)]
  if (isUserMap(path.slice(0, -1))) return false
  if (kind === 'LimitRange') return RANGE_MAPS.has(parent)
  if (QUANTITIES.has(name)) return true
  if (kind === 'HorizontalPodAutoscaler') return name === 'value' && parent !== 'policies'
  return QUANTITY_MAPS.has(parent) && !(kind === 'RuntimeClass' && parent === 'overhead')
}

/** Whether base64 stands here, which the API server prints in its own way. */
export function isBase64(path: Path): boolean {
  const [kind, parent] = [path[0], path.at(-2)]
  if (path.length === 3 && kind === 'Secret' && parent === 'data') return true
  if (path.length === 3 && kind === 'ConfigMap' && parent === 'binaryData') return true
  return path.at(-1) === 'caBundle' && !isUserMap(path.slice(0, -1))
}

const EMPTY_MAPS = new Set([
  ...['default', 'defaultRequest', 'max', 'maxLimitRequestRatio', 'min'],
  ...QUANTITY_MAPS,
  ...['metadata', 'options', 'resources', 'spec', 'status', 'strategy', 'stringData', 'template'],
  'updateStrategy',
])
/** Texts that mean something else when they are empty than when they are missing: pointers in Go. */
const TEXTS_THAT_MAY_BE_EMPTY = new Set([
  ...['apiGroup', 'appProtocol', 'ingressClassName', 'loadBalancerClass', 'runtimeClassName'],
  ...['storageClassName', 'volumeAttributesClassName'],
])
const ZEROS = new Set([
  ...['failureThreshold', 'healthCheckNodePort', 'hostPort', 'initialDelaySeconds'],
  ...['minReadySeconds', 'nodePort', 'periodSeconds', 'successThreshold', 'timeoutSeconds'],
])
const FALSES = new Set([
  ...['globalDefault', 'hostIPC', 'hostNetwork', 'hostPID', 'insecureSkipTLSVerify', 'paused'],
  ...['publishNotReadyAddresses', 'readOnly', 'stdin', 'stdinOnce', 'tty', 'unschedulable'],
])

/** Whether the API server of a built-in kind leaves this value out: it means what a missing one means. */
export function meansNothing(path: Path, value: unknown): boolean {
  const name = path.at(-1) ?? ''
  if (value === null) return true
  if (isUserMap(path.slice(0, -1))) return false
  if (Array.isArray(value)) return value.length === 0
  if (typeof value === 'object') {
    if (Object.keys(value).length > 0) return false
    return EMPTY_MAPS.has(name) || isUserMap(path)
  }
  if (value === '') return !TEXTS_THAT_MAY_BE_EMPTY.has(name)
  return value === 0 ? ZEROS.has(name) : value === false && FALSES.has(name)
}

function is(path: Path, ...steps: readonly string[]): boolean {
  return path.length === steps.length && steps.every((step, index) => path[index] === step)
}
