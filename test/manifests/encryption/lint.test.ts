// What upstream takes and should not: a configuration in, the findings of the rules out.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { entriesOf, keyed, kms } from '../../../manifests/encryption/rules/example-parts.ts'
import { factsOf, findingsOf, keyOf } from '../../support/encryption.ts'

const PLAIN = '{identity: {}}'
const box = keyed('secretbox', 'a')
const bytes = (fill: (at: number) => number, size = 32) =>
  Buffer.from(Uint8Array.from({ length: size }, (_, at) => fill(at))).toString('base64')
const withKey = (secret: string) => entriesOf(['secrets', keyed('aescbc', `a=${secret}`)])

const cases: readonly (readonly [
  name: string,
  text: string,
  rules: string,
  findings: readonly string[],
  minor?: number,
])[] = [
  ['nothing is wrong', entriesOf(['secrets', box]), 'EN002-EN012', []],
  [
    'identity first of secrets',
    entriesOf(['secrets, configmaps', PLAIN, box]),
    'EN003',
    ['EN003 critical 7: identity writes secrets, configmaps: they are stored in the clear'],
  ],
  [
    'events left out of a wildcard on purpose',
    entriesOf(['events', PLAIN], ["'*.*'", box]),
    'EN003',
    ['EN003 info 7: identity writes events: they are stored in the clear'],
  ],
  [
    'identity for a custom resource',
    entriesOf(['secrets', box], ['pandas.example.com', PLAIN]),
    'EN003',
    ['EN003 medium 10: identity writes pandas.example.com: they are stored in the clear'],
  ],
  [
    'a wildcard is plain, secrets are not',
    entriesOf(['secrets', box], ["'*.'", PLAIN]),
    'EN003',
    ['EN003 medium 10: identity writes "*.": they are stored in the clear'],
  ],
  [
    'slips',
    entriesOf(["secretss, secrets/status, '', deployments, deployment.apps, secret", box]),
    'EN005',
    [
      'EN005 high 5: secretss is no resource of Kubernetes: nothing is encrypted by it',
      'EN005 high 5: secrets/status is a subresource, which is stored with its resource',
      'EN005 high 5: an empty name stands for no resource',
      'EN005 high 5: deployments is no resource of Kubernetes: nothing is encrypted by it',
      'EN005 high 5: deployment.apps is no resource of Kubernetes: nothing is encrypted by it',
      'EN005 high 5: secret is no resource of Kubernetes: nothing is encrypted by it',
    ],
  ],
  [
    'what exists, or may',
    entriesOf(['secrets, configmaps, deployments.apps, pandas.awesome.bears.example', box]),
    'EN005',
    [],
  ],
  [
    'never stored',
    entriesOf(['secrets, tokenreviews.authentication.k8s.io', box]),
    'EN005',
    ['EN005 high 5: tokenreviews.authentication.k8s.io is never stored'],
  ],
  [
    'new in a group that is known',
    entriesOf(['secrets, gadgets.batch', box]),
    'EN005',
    ['EN005 medium 5: gadgets.batch is no resource of Kubernetes: nothing is encrypted by it'],
  ],
  [
    'secrets are not covered',
    entriesOf(["configmaps, '*.apps'", box]),
    'EN006',
    ['EN006 high 2: no entry is for secrets: they are stored in the clear'],
  ],
  ['a wildcard covers secrets', entriesOf(["'*.*'", box]), 'EN006', []],
  ['aescbc only reads', entriesOf(['secrets', box, keyed('aescbc', 'b')]), 'EN007-EN008', []],
  [
    'kms without a version, on a new API server',
    entriesOf(['secrets', kms('vault', '')]),
    'EN009',
    [
      'EN009 high 7: kms provider vault has no apiVersion, so it is v1: KMSv1 is deprecated and off, and the API server does not start',
    ],
  ],
  [
    'kms v1 where it is deprecated',
    entriesOf(['secrets', kms('vault', 'apiVersion: v1, ')]),
    'EN009',
    ['EN009 medium 7: kms provider vault is v1'],
    28,
  ],
  [
    'kms v1 where it is in order',
    entriesOf(['secrets', kms('vault', 'apiVersion: v1, ')]),
    'EN009',
    ['EN009 low 7: kms provider vault is v1'],
    26,
  ],
  [
    'one name for two secrets',
    entriesOf(['secrets', keyed('aescbc', `a=${keyOf('1')}`, `a=${keyOf('2')}`)]),
    'EN010',
    ['EN010 high 7: aescbc key a stands for two secrets'],
  ],
  [
    'two names for one secret',
    entriesOf([
      'secrets',
      keyed('aescbc', `a=${keyOf('1')}`),
      keyed('secretbox', `b=${keyOf('1')}`),
    ]),
    'EN010',
    ['EN010 high 8: secretbox key b has the secret of aescbc key a'],
  ],
  [
    'one key for two entries',
    entriesOf(
      ['secrets', keyed('aescbc', `a=${keyOf('1')}`)],
      ['pods', keyed('aescbc', `a=${keyOf('1')}`)],
    ),
    'EN010',
    [],
  ],
  [
    'a colon',
    entriesOf(['secrets', keyed('aescbc', `a:b=${keyOf('1')}`)]),
    'EN010',
    ['EN010 high 7: the name of aescbc key "a:b" holds a colon'],
  ],
  [
    'a published key',
    withKey('YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY='),
    'EN011',
    ['EN011 critical 7: aescbc key a is published in documentation'],
  ],
  [
    'zeros',
    withKey(bytes(() => 0)),
    'EN011',
    ['EN011 critical 7: aescbc key a is one byte, repeated'],
  ],
  [
    'counting',
    withKey(bytes((at) => at * 3)),
    'EN011',
    ['EN011 critical 7: aescbc key a counts up or down'],
  ],
  [
    'text',
    withKey(Buffer.from('correct horse battery staple 123').toString('base64')),
    'EN011',
    ['EN011 critical 7: aescbc key a is readable text, not random bytes'],
  ],
  [
    'halves',
    withKey(
      Buffer.concat([
        Buffer.from(keyOf('x'), 'base64').subarray(0, 16),
        Buffer.from(keyOf('x'), 'base64').subarray(0, 16),
      ]).toString('base64'),
    ),
    'EN011',
    ['EN011 critical 7: aescbc key a repeats its first half'],
  ],
  [
    'four bytes',
    withKey(bytes((at) => [7, 200, 13, 99, 200, 7, 7][at % 7] ?? 0)),
    'EN011',
    ['EN011 critical 7: aescbc key a has too few different bytes to be random'],
  ],
  ['random', withKey(keyOf('fine')), 'EN011', []],
  [
    'versions',
    entriesOf(['secrets, pandas.example.com', box, kms('vault')], ["'*.*'", box]),
    'EN020',
    [
      'EN020 high 5: the custom resource pandas.example.com needs Kubernetes 1.26, and this is 1.25',
      'EN020 high 9: the wildcard "*.*" needs Kubernetes 1.27, and this is 1.25',
      'EN020 high 8: kms v2 needs Kubernetes 1.27, and this is 1.25',
    ],
    25,
  ],
]

for (const [name, text, rules, findings, minor] of cases) {
  test(`${rules}: ${name}`, () => {
    const [first = '', last = first] = rules.split('-')
    const found = findingsOf(factsOf(text, minor)).filter((line) => {
      const id = line.slice(0, 5)
      return id >= first && id <= last
    })
    assert.deepEqual(found, findings)
  })
}

test('no random key is called weak', () => {
  for (const size of [16, 24, 32]) {
    for (let n = 0; n < 300; n += 1) {
      const secret = Buffer.from(keyOf(`${size} ${n}`), 'base64').subarray(0, size)
      assert.deepEqual(findingsOf(factsOf(withKey(secret.toString('base64'))), 'EN011'), [])
    }
  }
})

interface Case {
  readonly file: string
  readonly rule?: string
}

const table: readonly Case[] = JSON.parse(
  readFileSync('fixtures/encryption/validation/cases.json', 'utf8'),
)

for (const { file, rule } of table.filter((each) => each.rule !== undefined)) {
  test(`${file} is taken by upstream, and found by ${rule}`, () => {
    const text = readFileSync(`fixtures/encryption/validation/${file}`, 'utf8')
    const facts = factsOf(text)
    assert.deepEqual(findingsOf(facts, 'EN001'), [])
    assert.ok(findingsOf(facts, rule ?? '').length > 0)
  })
}

test('the example of a tutorial is taken, but for its published key and what it leaves to do', () => {
  const text = entriesOf([
    'secrets, configmaps, pandas.awesome.bears.example',
    keyed('secretbox', 'key1=IPue+NtWYF2dnvKqlLTy2UXok2P+aiJ+eKuVuRd7wt0='),
    PLAIN,
  ])
  assert.deepEqual(findingsOf(factsOf(text)), [
    'EN004 low 8: identity still reads secrets, configmaps, pandas.awesome.bears.example',
    'EN011 critical 7: secretbox key key1 is published in documentation',
    'EN013 critical 7: the secret of secretbox key key1 is in the repository',
  ])
})

const steps: readonly (readonly [name: string, base: string, head: string, severity: string])[] = [
  [
    'encryption begins',
    entriesOf(['secrets', PLAIN]),
    entriesOf(['secrets', PLAIN, box]),
    'medium',
  ],
  [
    'for what no entry named',
    entriesOf(['pods', box]),
    entriesOf(['pods', box], ['secrets', PLAIN, box]),
    'medium',
  ],
  [
    'and goes no further',
    entriesOf(['secrets', PLAIN, box]),
    entriesOf(['secrets', PLAIN, box]),
    'critical',
  ],
  [
    'encryption ends',
    entriesOf(['secrets', box, PLAIN]),
    entriesOf(['secrets', PLAIN, box]),
    'critical',
  ],
]

for (const [name, base, head, severity] of steps) {
  test(`identity first is ${severity} where ${name}`, () => {
    const found = findingsOf({ ...factsOf(head), base: factsOf(base) }, 'EN003')
    assert.match(found.join(), new RegExp(`^EN003 ${severity} `))
  })
}
