// When the cluster is asked for a token, and when it must not be.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { TokenReader } from '../../cmp/credentials.ts'
import type { CredentialCase } from '../support/credential-case.ts'
import { checkCredential } from '../support/credential-case.ts'

const directory = mkdtempSync(join(tmpdir(), 'credentials-'))
after(() => rmSync(directory, { recursive: true }))
for (const [name, content] of [
  ['mounted', 'fake-mounted'],
  ['empty', ''],
] as const) {
  mkdirSync(join(directory, 'payments', name), { recursive: true })
  writeFileSync(join(directory, 'payments', name, 'token'), content)
}

/** A cluster that holds a `phase-token` in every namespace and remembers what it was asked. */
function fakeCluster(asked: string[]): TokenReader {
  return {
    read: async ({ namespace, name }) => {
      asked.push(`${namespace}/${name}`)
      if (name === 'phase-token') return { token: `fake-${namespace}` }
      return { fault: 'outside', message: 'no such Secret', hint: 'create it' }
    },
  }
}

const reference = { name: 'phase-token' }
const foreign = { name: 'phase-token', namespace: 'billing' }
const cases: readonly (CredentialCase & { readonly asked: readonly string[] })[] = [
  { name: 'by name', reference, want: 'fake-payments', asked: ['payments/phase-token'] },
  {
    name: 'by default',
    want: /^outside 1: no such Secret$/,
    asked: ['payments/phase-service-token'],
  },
  {
    name: 'what fails is reported at the reference',
    reference: { name: 'a' },
    want: /^outside 7: no such Secret$/,
    asked: ['payments/a'],
  },
  {
    name: 'the reference wins over the text',
    text: 'fake-text',
    reference,
    want: 'fake-payments',
    asked: ['payments/phase-token'],
  },
  { name: 'not without need', text: 'fake-text', want: 'fake-text', asked: [] },
  {
    name: 'after the folder',
    directory,
    reference,
    want: 'fake-payments',
    asked: ['payments/phase-token'],
  },
  {
    name: 'not for what is mounted',
    directory,
    reference: { name: 'mounted' },
    want: 'fake-mounted',
    asked: [],
  },
  {
    name: 'not instead of a mounted token that is broken',
    directory,
    reference: { name: 'empty' },
    want: /is empty$/,
    asked: [],
  },
  {
    name: 'in the destination',
    reference,
    own: null,
    destination: 'billing',
    want: 'fake-billing',
    asked: ['billing/phase-token'],
  },
  {
    name: 'not in another namespace',
    reference: foreign,
    want: /^input 7: the token Secret is in namespace billing/,
    asked: [],
  },
  {
    name: 'not outside the destination',
    reference: foreign,
    destination: 'payments',
    want: /^input 7: the token Secret is in namespace billing/,
    asked: [],
  },
  {
    name: 'not where the PhaseSecret claims to be',
    reference,
    own: 'billing',
    destination: 'payments',
    want: /^input 7: the token Secret is in namespace billing/,
    asked: [],
  },
  {
    name: 'not without a destination',
    reference: foreign,
    own: 'billing',
    destination: null,
    want: /^input 7: no token can be chosen/,
    asked: [],
  },
  {
    name: 'not under a name that climbs',
    reference: { name: '../../pods/a' },
    want: /is not the name of a Secret$/,
    asked: [],
  },
]
for (const { asked, ...given } of cases) {
  test(given.name, async () => {
    const seen: string[] = []
    await checkCredential({ ...given, cluster: fakeCluster(seen) })
    assert.deepEqual(seen, asked)
  })
}
