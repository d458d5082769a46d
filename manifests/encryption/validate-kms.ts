// A kms provider in; what the API server's validation says against it out.
import type { WrittenKms } from './decode.ts'
import { endpointFault } from './endpoint.ts'

/** @param earlier the names of all kms providers before this one. */
export function validateKms(kms: WrittenKms, earlier: ReadonlySet<string>, reload: boolean): void {
  const { place, apiVersion, name, endpoint, nanoseconds, cachesize } = kms
  const isV1 = apiVersion === 'v1'
  const refuse = (field: string, message: string, hint: string): void => {
    place.add(`${place.path}.${field} ${message}`, hint)
  }
  if (name === '') {
    refuse('name', 'is missing: name is a mandatory field for a provider', 'name the plugin')
  }
  if (!isV1 && name.includes(':')) {
    refuse('name', "must not contain ':'", 'choose another name: it becomes part of stored data')
  }
  if ((reload || !isV1) && earlier.has(name)) {
    refuse('name', 'is a duplicate: names must be unique', 'give each kms provider its own name')
  }
  if (nanoseconds <= 0) {
    refuse('timeout', 'should be a positive value', 'write a duration such as 3s')
  }
  const fault = endpointFault(endpoint)
  if (fault !== undefined) refuse('endpoint', fault, 'write unix:///path/of/the/socket')
  if (!isV1 && cachesize !== undefined) {
    refuse('cachesize', 'is not supported in v2', 'remove it')
  }
  if (isV1 && cachesize === 0) {
    refuse('cachesize', 'should be a positive value, or negative to disable', 'remove it')
  }
  if (!isV1 && apiVersion !== 'v2') {
    refuse('apiVersion', 'is unsupported: only v1 and v2 are supported', 'write apiVersion: v2')
  }
}
