// Random permissions to impersonate, in the words of all Kubernetes versions, and random wishes.
import fc from 'fast-check'
import type { Impersonated } from '../../../manifests/rbac/impersonation.ts'

const MODES = ['user-info', 'serviceaccount', 'arbitrary-node']
const VERBS = ['impersonate', ...MODES.map((mode) => `impersonate:${mode}`)]
const ON = [...MODES.map((mode) => `impersonate-on:${mode}:create`), 'impersonate-on:user-info:get']
const USERS = [
  'alice',
  'bob',
  'system:node:n1',
  'system:node:UPPER',
  'system:serviceaccount:x:app',
  'system:serviceaccount:x',
]
const GROUPS = ['dev', 'ops', 'qa', 'sre', 'system:masters']
const COLOR = 'example.com/color'
const NAMES = ['alice', 'bob', 'n1', 'app', 'dev', 'ops', 'qa', 'sre', 'uid-1', 'blue', '*']

const who = fc.record(
  {
    verbs: fc.oneof(
      fc.constant([...VERBS]),
      fc.subarray(VERBS, { minLength: 1, maxLength: 2 }),
      fc.constant(['*']),
    ),
    apiGroups: fc.oneof(
      fc.constant(['', 'authentication.k8s.io']),
      fc.constantFrom([''], ['authentication.k8s.io']),
    ),
    resources: fc.subarray(
      [
        'users',
        'groups',
        'serviceaccounts',
        'nodes',
        'uids',
        `userextras/${COLOR}`,
        'userextras/*',
        '*',
      ],
      { minLength: 4 },
    ),
    resourceNames: fc.oneof(
      fc.subarray(NAMES, { minLength: 6 }),
      // All of them at once, but not one by one.
      fc.constant(['*', 'alice', 'bob', 'n1', 'app', 'uid-1']),
    ),
  },
  { requiredKeys: ['verbs', 'apiGroups', 'resources'] },
)
const on = fc.record({
  verbs: fc.oneof(fc.constant([...ON]), fc.subarray(ON, { minLength: 1 }), fc.constant(['*'])),
  apiGroups: fc.constantFrom(['authentication.k8s.io'], ['authentication.k8s.io'], ['*'], ['']),
  resources: fc.constantFrom(
    ['selfsubjectreviews'],
    ['selfsubjectreviews'],
    ['*'],
    ['tokenreviews'],
  ),
})

/** The rules of one requester. */
export const grantsOf = fc
  .tuple(
    fc.array(who, { minLength: 1, maxLength: 4 }),
    fc.array(on, { minLength: 0, maxLength: 2 }),
  )
  .map(([first, second]) => [...first, ...second])

/** Whom somebody wishes to be. */
export const impersonation: fc.Arbitrary<Impersonated> = fc.record(
  {
    user: fc.constantFrom(...USERS),
    uid: fc.constantFrom('uid-1', 'uid-2'),
    groups: fc.oneof(
      fc.subarray(GROUPS, { minLength: 1 }),
      fc.constant(GROUPS.filter((name) => name !== 'system:masters')),
    ),
    extra: fc.dictionary(
      fc.constantFrom(COLOR, COLOR, 'example.com/size', 'plain'),
      fc.subarray(['blue', 'red', 'green', 'black', 'white'], { minLength: 1 }),
      { minKeys: 1, maxKeys: 2 },
    ),
  },
  { requiredKeys: ['user'] },
)

/** The headers of a wish. */
export function headersOf(wish: Impersonated): Record<string, string | readonly string[]> {
  const { user, uid, groups, extra = {} } = wish
  return {
    'Impersonate-User': user,
    ...(uid === undefined ? {} : { 'Impersonate-Uid': uid }),
    ...(groups === undefined ? {} : { 'Impersonate-Group': groups }),
    ...Object.fromEntries(
      Object.entries(extra).map(([key, values]) => [
        `Impersonate-Extra-${encodeURIComponent(key)}`,
        values,
      ]),
    ),
  }
}
