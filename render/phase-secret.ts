// One object of the group secrets.phase.dev in, a checked PhaseSecret or all its problems out.
// The fields, defaults and rules are those of Phase's Kubernetes operator 1.4 and 2.0 (v1alpha1);
// where the operator guesses or ignores, this is an error. phasesecret.schema.json says the same
// to editors.
import { argocdSecretAt, readArgocdAnnotations } from '../manifests/argocd-metadata.ts'
import type { ManifestObject, Outcome } from '../manifests/document.ts'
import { Fields } from '../manifests/fields.ts'
import type { LabelSelector } from '../manifests/label-selector.ts'
import { parseLabelSelector } from '../manifests/label-selector.ts'
import {
  readAnnotations,
  readLabels,
  readNamespace,
  readObjectName,
} from '../manifests/metadata.ts'
import { shownName } from '../manifests/names.ts'
import type { Problem } from '../manifests/problem.ts'
import { INTERVALS } from '../manifests/provenance.ts'
import { secretKeyFault } from '../manifests/secret.ts'
import { NAME_TRANSFORMERS } from './key-names.ts'
import type {
  ManagedSecret,
  NameTransformer,
  PhaseSecret,
  Processor,
  TokenReference,
} from './model.ts'
import type { RequestField, SourceRequest } from './source.ts'

const GROUP = 'secrets.phase.dev'
const VERSION = `${GROUP}/v1alpha1`

/** Which field of the spec says what of the request; the id of an app wins over its name. */
const REQUEST_FIELDS: readonly (readonly [RequestField, string])[] = [
  ['app', 'phaseApp'],
  ['app', 'phaseAppId'],
  ['environment', 'phaseAppEnv'],
  ['path', 'phaseAppEnvPath'],
  ['tag', 'phaseAppEnvTag'],
  ['host', 'phaseHost'],
  ['token', 'authentication'],
  ['secrets', 'managedSecretReferences'],
]

const SPEC_FIELDS = [
  ...REQUEST_FIELDS.map(([, name]) => name),
  'redeployLabelSelector',
  'onSecretReferenceError',
  'pollingInterval',
]

/** Whether an object is ours to read: anything of the group, and a PhaseSecret that missed the group. */
export function isPhaseObject({ apiVersion, object }: ManifestObject): boolean {
  return apiVersion.split('/', 1)[0] === GROUP || object.kind === 'PhaseSecret'
}

/** A PhaseSecret or its errors, and in both cases what is worth a notice. */
export type PhaseSecretReading = Outcome<PhaseSecret> & { readonly warnings: readonly Problem[] }

/** Reads an object for which `isPhaseObject` holds. */
export function readPhaseSecret(object: ManifestObject): PhaseSecretReading {
  const problems: Problem[] = []
  const root = Fields.of(object, problems)
  if (object.apiVersion !== VERSION) {
    root.reject('apiVersion', `is not ${VERSION}, the one version there is`, `use ${VERSION}`)
    return { problems, warnings: [] }
  }
  if (object.object.kind !== 'PhaseSecret') {
    root.reject('kind', `is an unknown kind of ${GROUP}`, 'its only kind is PhaseSecret')
    return { problems, warnings: [] }
  }
  const value = readRoot(object, root)
  const errors = problems.filter(({ severity }) => severity === 'error')
  const warnings = problems.filter(({ severity }) => severity !== 'error')
  return value === undefined || errors.length > 0
    ? { problems: errors, warnings }
    : { value, warnings }
}

function readRoot(object: ManifestObject, root: Fields): PhaseSecret | undefined {
  root.only(['apiVersion', 'kind', 'metadata', 'spec', 'status'])
  const metadata = root.map('metadata')
  const namespace = metadata && readNamespace(metadata, 'namespace')
  const spec = root.map('spec')
  if (spec === undefined) {
    if (!root.names().includes('spec')) root.reject('spec', 'is missing')
    return undefined
  }
  spec.only(SPEC_FIELDS)
  const pollingInterval = readInterval(spec)
  return {
    object: object.object,
    at: object.at,
    request: readRequest(spec),
    host: spec.string('phaseHost') || undefined,
    tokenReference: readTokenReference(spec, namespace),
    fields: placesOf(spec),
    targets: readTargets(spec, namespace),
    redeploySelector: readSelector(spec),
    pollingInterval,
    argocdAnnotations: metadata === undefined ? {} : readArgocdAnnotations(metadata),
  }
}

function placesOf(spec: Fields): PhaseSecret['fields'] {
  const written = REQUEST_FIELDS.filter(([, name]) => spec.isSet(name))
  return Object.fromEntries(written.map(([field, name]) => [field, spec.at(name)]))
}

/** As in the operator an empty text is one that was not written. */
function readRequest(spec: Fields): SourceRequest {
  if (!spec.isSet('phaseApp') && !spec.isSet('phaseAppId')) {
    spec.reject('phaseApp', 'is missing', 'name the app with phaseApp, or its id with phaseAppId')
  }
  return {
    app: {
      id: spec.string('phaseAppId') || undefined,
      name: spec.string('phaseApp') || undefined,
    },
    environment: spec.string('phaseAppEnv') || 'production',
    path: spec.string('phaseAppEnvPath') || '/',
    tag: spec.string('phaseAppEnvTag') || undefined,
    onReferenceError: spec.choice('onSecretReferenceError', ['Fail', 'Warn']) ?? 'Fail',
  }
}

function readTokenReference(spec: Fields, namespace?: string): TokenReference | undefined {
  const authentication = spec.map('authentication')
  if (authentication?.isSet('kubernetesAuth')) {
    authentication.reject(
      'kubernetesAuth',
      'is not supported: no release of the operator had it',
      'use authentication.serviceToken',
    )
  }
  authentication?.only(['serviceToken', 'kubernetesAuth'])
  const serviceToken = authentication?.map('serviceToken')
  serviceToken?.only(['serviceTokenSecretReference'])
  const reference = serviceToken?.map('serviceTokenSecretReference')
  if (reference === undefined) return undefined
  reference.only(['secretName', 'secretNamespace'])
  return {
    at: reference.at(),
    name: readObjectName(reference, 'secretName') || 'phase-service-token',
    namespace: readNamespace(reference, 'secretNamespace') ?? namespace,
  }
}

function readSelector(spec: Fields): LabelSelector | undefined {
  const text = spec.string('redeployLabelSelector') || undefined
  if (text === undefined) return undefined
  const parsed = parseLabelSelector(text)
  if ('selector' in parsed) return parsed.selector
  spec.reject('redeployLabelSelector', `is not a label selector: ${parsed.fault}`)
  return undefined
}

/**
 * Seconds. A render does without: what is no interval keeps nobody from one who comes from the operator, which
 * reads zero and less as 60.
 */
function readInterval(spec: Fields): number | undefined {
  const seconds = spec.integer('pollingInterval')
  if (seconds === undefined) return undefined
  const { shortest, longest } = INTERVALS
  if (seconds < shortest || seconds > longest) {
    const range = `${shortest} to ${longest} seconds`
    spec.notice('pollingInterval', `is not from ${range}: watch takes its own interval`)
    return undefined
  }
  spec.notice('pollingInterval', 'is for watch only: a render always reads Phase')
  return Number(seconds)
}

function readTargets(spec: Fields, namespace?: string): ManagedSecret[] {
  const references = spec.list('managedSecretReferences')
  if (references.length === 0 && !spec.isSet('managedSecretReferences')) {
    spec.reject('managedSecretReferences', 'is missing or empty', 'name at least one Secret')
  }
  const seen = new Set<string>()
  return references.map((reference) => {
    const target = readTarget(reference, namespace)
    const identity = `${target.namespace ?? ''}/${target.name}`
    if (target.name !== '' && seen.has(identity)) {
      const name = shownName(identity.replace(/^\//, ''))
      reference.reject('secretName', `names Secret ${name} for the second time`)
    }
    seen.add(identity)
    return target
  })
}

function readTarget(reference: Fields, namespace?: string): ManagedSecret {
  reference.only([
    'secretName',
    'secretNamespace',
    'secretType',
    'nameTransformer',
    'processors',
    'template',
  ])
  const template = reference.map('template')
  template?.only(['metadata'])
  const metadata = template?.map('metadata')
  metadata?.only(['labels', 'annotations'])
  const labels = metadata?.map('labels')
  if (!reference.isSet('secretName')) reference.reject('secretName', 'is missing')
  const type = reference.string('secretType')
  if (type === '') reference.reject('secretType', 'is empty', 'leave it out for Opaque')
  return {
    at: reference.at(),
    name: readObjectName(reference, 'secretName'),
    namespace: readNamespace(reference, 'secretNamespace') ?? namespace,
    type: type ?? 'Opaque',
    nameTransformer: readTransformer(reference) ?? 'upper_snake',
    processors: readProcessors(reference.map('processors')),
    labels: readLabels(labels),
    annotations: readAnnotations(metadata?.map('annotations')),
    argocdSecretAt: argocdSecretAt(labels),
  }
}

function readProcessors(processors: Fields | undefined): Map<string, Processor> {
  const found = new Map<string, Processor>()
  for (const key of processors?.names() ?? []) {
    const processor = processors?.map(key)
    if (processor === undefined) continue
    processor.only(['asName', 'nameTransformer', 'type'])
    const asName = processor.string('asName')
    const fault = asName === undefined ? undefined : secretKeyFault(asName)
    if (fault !== undefined) processor.reject('asName', `is no key of a Secret: it ${fault}`)
    found.set(key, {
      at: processor.at(),
      asName,
      nameTransformer: readTransformer(processor),
      type: processor.choice('type', ['plain', 'base64']) ?? 'plain',
    })
  }
  return found
}

function readTransformer(fields: Fields): NameTransformer | undefined {
  const name = fields.string('nameTransformer')
  if (name === undefined) return undefined
  if (name !== 'dotnet-env') return fields.choice('nameTransformer', NAME_TRANSFORMERS)
  const hint = 'use upper_snake, which gives the same keys, or processors.<KEY>.asName'
  fields.reject('nameTransformer', 'dotnet-env is gone: the operator has long ignored it', hint)
  return undefined
}
