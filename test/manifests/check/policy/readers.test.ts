// Who may read a Secret, where the repository says so, the platform does, or both do.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SecretName } from '../../../../manifests/check/model.ts'
import { subjectText } from '../../../../manifests/check/policy/names.ts'
import { merged } from '../../../support/check-policies.ts'

const list = (...entries: readonly (readonly [secrets: string, subjects: string])[]) =>
  `readers:\n${entries.map(([secrets, subjects]) => `  - { secrets: [${secrets}], subjects: [${subjects}] }`).join('\n')}`

const S: SecretName = { namespace: 'a', name: 's' }
const OPEN: SecretName = { name: 's' }
const WIDER = /^error input policy.yaml:3: \S+ may not read (a\/)?s: the platform does not allow it/

const cases: Record<
  string,
  readonly [
    repository: string | undefined,
    platform: string | undefined,
    secret: SecretName,
    readers: readonly string[] | undefined,
    said?: RegExp,
  ]
> = {
  'nobody says': [list(['a/other', 'User/x']), list(['b/s', 'User/y']), S, undefined],
  'the repository': [list(['a/s', 'User/x, Group/g/h']), undefined, S, ['Group/g/h', 'User/x']],
  'nobody may': [list(['a/s', '']), undefined, S, []],
  'two entries': [
    list(['a/s', 'User/x'], ['a/s, a/t', 'User/y']),
    undefined,
    S,
    ['User/x', 'User/y'],
  ],
  'a ServiceAccount by its username': [
    list(['a/s', 'User/system:serviceaccount:a:app, ServiceAccount/a/app']),
    undefined,
    S,
    ['ServiceAccount/a/app'],
  ],
  'the platform': [undefined, list(['a/s', 'User/x']), S, ['User/x']],
  'both, narrower': [list(['a/s', 'User/x']), list(['a/s', 'User/x, User/y']), S, ['User/x']],
  'both, nobody': [list(['a/s', '']), list(['a/s', 'User/x']), S, []],
  'both, wider': [
    list(['a/s', 'User/x, User/z']),
    list(['a/s', 'User/x, User/y']),
    S,
    ['User/x'],
    /^error input policy.yaml:3: User\/z may not read a\/s: the platform does not allow it \| check.readers allows User\/x, User\/y: ask/,
  ],
  'both, wider in a second entry': [
    list(['a/s', 'User/x'], ['a/t, a/s', 'User/z, User/q']),
    list(['a/s', 'User/x']),
    S,
    ['User/x'],
    /^error input policy.yaml:4: User\/z and 1 more may not read a\/s/,
  ],
  'the platform lets nobody': [
    list(['a/s', 'User/x']),
    list(['a/s', '']),
    S,
    [],
    /check.readers allows nobody/,
  ],
  // Leaving the namespace out of the manifests is no way past the platform's list.
  'an open namespace': [undefined, list(['a/s', 'User/x']), OPEN, ['User/x']],
  'an open namespace, several lists': [
    undefined,
    list(['a/s', 'User/x, User/y'], ['b/s', 'User/y, User/z']),
    OPEN,
    ['User/y'],
  ],
  'an open namespace, lists that agree on nobody': [
    undefined,
    list(['a/s', 'User/x'], ['b/s', 'User/z'], ['c/s', 'User/x']),
    OPEN,
    [],
  ],
  'an open namespace in the repository': [
    list(['s', 'User/x, User/z']),
    list(['a/s', 'User/x']),
    OPEN,
    ['User/x'],
    WIDER,
  ],
  'an open list is not for a Secret in a namespace': [
    list(['s', 'User/x']),
    undefined,
    S,
    undefined,
  ],
  'an open ServiceAccount is not the one of a namespace': [
    list(['a/s', 'ServiceAccount/app']),
    list(['a/s', 'ServiceAccount/a/app']),
    S,
    [],
    WIDER,
  ],
}
for (const [name, [repository, platform, secret, readers, wanted]] of Object.entries(cases)) {
  test(`readers: ${name}`, () => {
    const { policy, said } = merged(repository, platform)
    assert.deepEqual(policy.allowedReaders(secret)?.map(subjectText), readers)
    assert.deepEqual(policy.allowedReaders(secret)?.map(subjectText), readers, 'a second time')
    assert.equal(said.length, wanted === undefined ? 0 : 1, said.join('\n'))
    if (wanted !== undefined) assert.match(said[0] ?? '', wanted)
  })
}

test('a list that is far too wide is told of ten times, not a thousand', () => {
  const secrets = Array.from({ length: 500 }, (_, n) => `a/s${n}`).join(', ')
  const subjects = Array.from({ length: 500 }, (_, n) => `User/${n}`).join(', ')
  const { said } = merged(list([secrets, subjects]), list([secrets, 'User/x']))
  assert.equal(said.length, 10)
})
