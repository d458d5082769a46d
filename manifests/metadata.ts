// Fields with an object's name, namespace, labels and annotations in; their values out as they were
// written, and as problems of their fields what the API server would refuse and what belongs to
// Argo CD or to us.
import type { Fields } from './fields.ts'
import {
  annotationKeyFault,
  labelKeyFault,
  labelValueFault,
  namespaceFault,
  objectNameFault,
} from './names.ts'
import { isOurs } from './provenance.ts'

type StringMap = Readonly<Record<string, string>>

/** The name of an object such as a Secret; empty if the field is absent, empty or of a wrong type. */
export function readObjectName(fields: Fields, name: string): string {
  const text = fields.string(name) ?? ''
  const fault = text === '' ? undefined : objectNameFault(text)
  if (fault !== undefined) fields.reject(name, fault)
  return text
}

/** A namespace; an empty one is an absent one, as for the API server. */
export function readNamespace(fields: Fields, name: string): string | undefined {
  const text = fields.string(name) || undefined
  const fault = text === undefined ? undefined : namespaceFault(text)
  if (fault !== undefined) fields.reject(name, fault)
  return text
}

/** The labels in a map; what is wrong with one is a problem of its field. */
export function readLabels(fields: Fields | undefined): StringMap {
  return checked(fields, (key, value) => {
    const fault = labelKeyFault(key)
    if (fault !== undefined) return [`is no label: its key ${fault}`]
    const valueFault = labelValueFault(value)
    return valueFault === undefined ? undefined : [`is no label: its value ${valueFault}`]
  })
}

/** The annotations in a map; what is wrong with one is a problem of its field. */
export function readAnnotations(fields: Fields | undefined): StringMap {
  return checked(fields, (key) => {
    const fault = annotationKeyFault(key)
    return fault === undefined ? undefined : [`is no annotation: its key ${fault}`]
  })
}

type Fault = readonly [message: string, hint?: string]

function checked(
  fields: Fields | undefined,
  faultOf: (key: string, value: string) => Fault | undefined,
): StringMap {
  const entries = fields?.strings() ?? []
  for (const [key, value] of entries) {
    const fault = reservation(key.toLowerCase()) ?? faultOf(key, value)
    if (fault !== undefined) fields?.reject(key, ...fault)
  }
  return Object.fromEntries(entries)
}

/** Why nobody but Argo CD or this program may write a label or annotation. */
function reservation(key: string): Fault | undefined {
  if (key === 'argocd.argoproj.io/tracking-id') {
    return ['is refused: by it Argo CD knows what belongs to which Application', 'remove it']
  }
  if (isOurs(key)) {
    return ['is refused: secrets.phase.dev is reserved for what the render writes', 'remove it']
  }
  return undefined
}
