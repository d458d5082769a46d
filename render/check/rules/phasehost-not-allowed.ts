// RB044: a PhaseSecret names a host that is not a configured one, or that is asked in the clear.
import type { Fix, Found, Rule } from '../../../manifests/check/model.ts'
import { placeOf } from '../../../manifests/check/places.ts'
import { objectName } from '../../../manifests/check/words.ts'
import type { ManifestObject } from '../../../manifests/document.ts'
import { quotedName } from '../../../manifests/names.ts'
import { isSameHost } from '../../tenancy/hosts.ts'
import type { PhaseFacts } from '../facts.ts'

const phaseSecret = (host: string) => `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata:
  name: keyspace
  namespace: keyspace
spec:
  phaseHost: ${host}
  phaseApp: keyspace
  managedSecretReferences:
    - secretName: keyspace-cloud-prod-secret
`

export const phasehostNotAllowed: Rule<PhaseFacts> = {
  id: 'RB044',
  name: 'phasehost-not-allowed',
  chapter: 'phase',
  severity: 'critical',
  summary: 'a PhaseSecret names a host that is not configured, or that is not asked over https',
  why: "Phase's operator sends the service token to whatever host the PhaseSecret names. Who changes `phaseHost` in a pull request receives the token, and with it everything that the token can read.",
  fix: 'Name a host that the configuration allows, with `https://`, or leave `phaseHost` out for the first of them. A new host belongs into the configuration, which the platform team reviews.',
  fixable: 'yes',
  example: {
    bad: phaseSecret('https://console.phase.dev.example.com'),
    good: phaseSecret('https://console.phase.dev'),
  },
  *find(facts): Iterable<Found> {
    for (const [object, { host, targets }] of facts.phaseSecrets) {
      const fault = host === undefined ? undefined : faultOf(host, facts.hosts)
      if (fault === undefined) continue
      yield {
        at: placeOf(object, ['spec', 'phaseHost']),
        object: objectName(object.object),
        message: fault,
        hint: 'name a configured host, or have the platform team add this one to the configuration',
        secrets: targets.map(({ name, namespace }) => ({ name, namespace })),
        fix: onlyHost(object, facts.hosts),
      }
    }
  },
}

/** What stands there may be anything, a password too: of a URL only the host is repeated. */
function faultOf(host: string, hosts: readonly string[]): string | undefined {
  const url = URL.parse(host)
  if (url === null || url.host === '') return 'names a phaseHost that is no URL of a host'
  if (url.protocol !== 'https:') {
    return `has its token sent to ${quotedName(url.host)} without https`
  }
  // Configured hosts come without a path; one in Git changes nothing about who receives the token.
  const origin = host.replace(/^(https:\/\/[^/]*)\/[\w./~-]*$/i, '$1')
  return hosts.some((each) => isSameHost(host, each) || isSameHost(origin, each))
    ? undefined
    : `has its token sent to ${quotedName(url.host)}, which is no configured host`
}

/** Which of several is meant nobody knows. */
function onlyHost(object: ManifestObject, hosts: readonly string[]): Fix | undefined {
  const [host] = hosts
  if (host === undefined || hosts.length > 1 || !host.startsWith('https://')) return undefined
  return {
    title: `ask ${host}`,
    object,
    operations: [{ op: 'replace', path: '/spec/phaseHost', value: host }],
    isSafe: true,
  }
}
