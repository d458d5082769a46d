// A valid file in; entries that an earlier wildcard makes useless out: building the transformers fails.
// Source: k8s.io/apiserver pkg/server/options/encryptionconfig/config.go.

import { quotedName } from '../names.ts'
import type { Written } from './decode.ts'
import type { GroupResource } from './group-resource.ts'
import { covers, nameOfGroupResource, parseGroupResource } from './group-resource.ts'
import type { Refusal } from './refusal.ts'
import { shownIdentifier } from './shown.ts'

/** Adds a refusal for every resource that an earlier wildcard covers. */
export function refuseMasked({ entries }: Written, refusals: Refusal[]): void {
  const wildcards: GroupResource[] = []
  for (const { resources } of entries) {
    for (const { place, name } of resources) {
      const resource = parseGroupResource(name)
      const earlier = wildcards.find((wildcard) => covers(wildcard, resource))
      if (earlier !== undefined) {
        const [later = '', mask = ''] = [resource, earlier].map(nameOfGroupResource)
        refusals.push({
          at: place.at,
          message: `${place.path}: resource ${shownIdentifier(later)} is masked by earlier rule ${quotedName(mask)}`,
          hint: 'put the wildcard into the last entry',
          isMasked: true,
        })
      }
      if (resource.resource === '*') wildcards.push(resource)
    }
  }
}
