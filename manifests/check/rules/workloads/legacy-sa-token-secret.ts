// RB025: a Secret that Kubernetes fills with a token of a ServiceAccount that never expires.
import { shownName } from '../../../names.ts'
import { groupOf } from '../../../object-key.ts'
import { stringsAt, valueAt } from '../../../plain-value.ts'
import type { Facts } from '../../facts.ts'
import { namespaceIn } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import type { FieldPath } from '../../places.ts'
import { placeOf } from '../../places.ts'
import { objectName } from '../../words.ts'

/** The type of such a Secret. */
export const TOKEN_TYPE = 'kubernetes.io/service-account-token'
const ACCOUNT_NAME = 'kubernetes.io/service-account.name'

/** Where each kind has the type and the metadata of the Secret that it is or makes. */
const TEMPLATES: ReadonlyMap<string, FieldPath> = new Map([
  ['Secret.', []],
  ['SealedSecret.bitnami.com', ['spec', 'template']],
  ['ExternalSecret.external-secrets.io', ['spec', 'target', 'template']],
])

export const legacySaTokenSecret: Rule<Facts> = {
  id: 'RB025',
  name: 'legacy-sa-token-secret',
  chapter: 'workloads',
  severity: 'high',
  summary: 'a Secret holds a token of a ServiceAccount that never expires',
  why: 'Kubernetes fills a Secret of type `kubernetes.io/service-account-token` with a token that is good until somebody deletes the Secret. Whoever can read or mount Secrets of the namespace is that ServiceAccount, for ever and from anywhere; the token that the kubelet mounts lasts an hour and ends with its pod.',
  fix: 'Remove the Secret. Programs outside the cluster ask for a short token with the TokenRequest API (`kubectl create token`), pods get theirs from the kubelet.',
  fixable: 'no',
  example: {
    bad: `apiVersion: v1
kind: Secret
metadata:
  name: deployer-token
  namespace: keyspace
  annotations:
    kubernetes.io/service-account.name: deployer
type: kubernetes.io/service-account-token
`,
    good: `apiVersion: v1
kind: ServiceAccount
metadata:
  name: deployer
  namespace: keyspace
`,
  },
  *find(facts): Iterable<Found> {
    for (const object of facts.objects) {
      const { kind, name } = object.object
      const template = TEMPLATES.get(`${kind}.${groupOf(object.apiVersion)}`)
      const path = template?.map(String)
      if (path === undefined || template === undefined) continue
      if (valueAt(object.value, ...path, 'type') !== TOKEN_TYPE) continue
      const account = stringsAt(object.value, ...path, 'metadata', 'annotations')[ACCOUNT_NAME]
      const namespace = namespaceIn(facts, object)
      const whose = account ? `ServiceAccount ${shownName(account)}` : 'a ServiceAccount'
      yield {
        at: placeOf(object, [...template, 'type']),
        object: objectName({ kind, namespace, name }),
        message: `holds a token of ${whose} that never expires: whoever reads it is that ServiceAccount`,
        hint: 'remove it, and ask for short tokens with the TokenRequest API',
        subject: account ? { kind: 'ServiceAccount', namespace, name: account } : undefined,
        secrets: name === undefined ? [] : [{ namespace, name }],
      }
    }
  },
}
