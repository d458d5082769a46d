// SS008: a Secret moves to a SealedSecret, or back, in a way that leaves the cluster without it. What the
// controller does: bitnami/sealed-secrets v0.38.4, pkg/controller/controller.go; see docs/sealing.md.
import type { Facts } from '../../facts.ts'
import type { Found, Rule } from '../../model.ts'
import { placeOf } from '../../places.ts'
import { objectName, qualified } from '../../words.ts'
import type { DeclaredSecret } from './declared-secrets.ts'
import { declaredByName } from './declared-secrets.ts'

const MANAGED = 'sealedsecrets.bitnami.com/managed'
const UNOWNED = 'sealedsecrets.bitnami.com/skip-set-owner-references'

export const secretChangesOwner: Rule<Facts> = {
  id: 'SS008',
  name: 'secret-changes-owner',
  chapter: 'secrets',
  severity: 'high',
  summary: 'a Secret moves to a SealedSecret, or back, without the step that keeps it alive',
  why: 'The controller of SealedSecrets leaves a Secret alone that it does not own, unless the Secret itself says `sealedsecrets.bitnami.com/managed: "true"`. It tries five times and gives up; then Argo CD prunes the Secret that Git no longer has, and nothing makes a new one.\n\nOn the way back the Secret still has an owner reference to its SealedSecret. As soon as Argo CD prunes that one, Kubernetes collects the Secret, too. The change is compared with the base.',
  fix: 'Take two steps. To a SealedSecret: first give the Secret the annotations `sealedsecrets.bitnami.com/managed: "true"` and `argocd.argoproj.io/sync-options: Prune=false` and sync, then replace it. Back: first give `spec.template.metadata` of the SealedSecret the annotations `sealedsecrets.bitnami.com/managed: "true"` and `sealedsecrets.bitnami.com/skip-set-owner-references: "true"` and sync, then replace it.',
  fixable: 'no',
  example: {
    base: plain(''),
    bad: `apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: keyspace-db
  namespace: keyspace
spec:
  encryptedData: {}
`,
    good: plain(`  annotations:
    ${MANAGED}: "true"
    argocd.argoproj.io/sync-options: Prune=false
`),
  },
  *find(facts): Iterable<Found> {
    if (facts.base === undefined) return
    const before = declaredByName(facts.base)
    for (const [key, secret] of declaredByName(facts)) {
      const was = before.get(key)
      if (was === undefined || was.isSealed === secret.isSealed) continue
      const said = secret.isSealed ? toSealed(was) : fromSealed(was)
      if (said !== undefined) yield found(secret, said)
    }
  },
}

type Said = Pick<Found, 'message' | 'hint'>

function toSealed({ namespace, name, annotations }: DeclaredSecret): Said | undefined {
  if (annotations[MANAGED] === 'true') return undefined
  const secret = qualified({ namespace, name })
  return {
    message: `takes over Secret ${secret}, which does not let it: it is pruned, and nothing makes it anew`,
    hint: `first sync the Secret with annotation ${MANAGED}: "true", and Prune=false among its sync-options`,
  }
}

function fromSealed({ namespace, name, annotations }: DeclaredSecret): Said | undefined {
  if (annotations[UNOWNED] === 'true') return undefined
  const secret = qualified({ namespace, name })
  return {
    message: `takes Secret ${secret} from a SealedSecret that owns it: it goes when that is pruned`,
    hint: `first sync the SealedSecret with ${UNOWNED}: "true" and ${MANAGED}: "true" in spec.template.metadata.annotations`,
  }
}

function found({ object, namespace, name, namePath }: DeclaredSecret, said: Said): Found {
  return {
    ...said,
    at: placeOf(object, namePath),
    object: objectName(object.object),
    secrets: [{ namespace, name }],
  }
}

function plain(annotations: string): string {
  return `apiVersion: v1
kind: Secret
metadata:
  name: keyspace-db
  namespace: keyspace
${annotations}`
}
