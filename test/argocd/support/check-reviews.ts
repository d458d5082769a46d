// What an API server says of somebody and a Secret, in the words of the list that `check` makes.
import type { Power } from '../../../manifests/check/powers.ts'
import type { Subject } from '../../../manifests/rbac/model.ts'
import { FRESH, NAMES } from './check-worlds.ts'
import type { KubeClient } from './kube-client.ts'
import { isAllowed } from './rbac-cluster.ts'

/** What is asked about. */
interface Wish {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource?: string | undefined
  readonly namespace: string
}

/** Reviews of one subject, alone: what its groups may do is the groups' row. */
export function reviewsOf(admin: KubeClient, subject: Subject) {
  const { kind, namespace, name: own } = subject
  const isGroup = kind === 'Group'
  const account = kind === 'ServiceAccount' ? `system:serviceaccount:${namespace}:${own}` : own
  const requester = isGroup ? { user: 'nobody', groups: [own] } : { user: account, groups: [] }
  const asked = (wish: Wish, name: string): Promise<boolean> =>
    isAllowed(admin, {
      ...requester,
      request: { ...wish, subresource: wish.subresource ?? '', name },
    })

  /** Whether a request for it can succeed for one object: with its name, or without one if it may have none. */
  async function reaches(wish: Wish, name: string): Promise<boolean> {
    const { verb, subresource } = wish
    if (subresource !== undefined) return asked(wish, name)
    switch (verb) {
      // The name comes from a field selector, if there is one.
      case 'list':
      case 'watch':
        return (await asked(wish, name)) || asked(wish, '')
      // A POST has none. A server-side apply has one, and is a patch as well.
      case 'create':
        return (
          (await asked(wish, '')) ||
          ((await asked(wish, name)) && asked({ ...wish, verb: 'patch' }, name))
        )
      case 'deletecollection':
        return asked(wish, '')
      default:
        return asked(wish, name)
    }
  }

  return {
    /** The verbs of these that the subject may use on a Secret. */
    async verbsOn(secret: { namespace: string; name: string }, verbs: readonly string[]) {
      const { namespace: place, name } = secret
      const wish = { group: '', resource: 'secrets', namespace: place }
      const allowed = await Promise.all(verbs.map((verb) => reaches({ ...wish, verb }, name)))
      return verbs.filter((_, index) => allowed[index]).map((verb) => `${verb} secrets`)
    },
    /** Whether the subject has a power in a namespace: over everything, or over something where that is enough. */
    async hasPower(
      { isNamespaced, byName, text: _, rule: __, reach: ___, ...wish }: Power,
      place: string,
    ) {
      const full = { ...wish, namespace: isNamespaced ? place : '' }
      const some = byName ? [FRESH, ...NAMES] : [FRESH]
      for (const name of some) if (await reaches(full, name)) return true
      return false
    },
  }
}
