// Which token a PhaseSecret is read with, and that no author gets another team's.
import assert from 'node:assert/strict'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import type { CredentialCase } from '../support/credential-case.ts'
import { checkCredential, findCredential, summary } from '../support/credential-case.ts'
import { line } from '../support/sample-phase-secret.ts'
import { unprivileged } from '../support/unprivileged.ts'

const folder = mkdtempSync(join(tmpdir(), 'credentials-'))
after(() => rmSync(folder, { recursive: true }))
const directory = join(folder, 'tokens')
const path = (name: string) => join(folder, name)

function put(name: string, content: string): void {
  mkdirSync(dirname(path(name)), { recursive: true })
  writeFileSync(path(name), content)
}

put('own', 'fake-own\n')
put('empty', ' \n')
put('large', 'fake-large')
truncateSync(path('large'), 2 ** 33)
put('tokens/payments/phase-service-token/token', 'fake-payments-default\n')
put('tokens/payments/..data/token', 'fake-payments-mounted')
mkdirSync(path('tokens/payments/mounted'))
symlinkSync('../..data/token', path('tokens/payments/mounted/token'))
put('tokens/payments/empty/token', '')
mkdirSync(path('tokens/payments/folder/token'), { recursive: true })
put('tokens/payments/loop/other', '')
symlinkSync('token', path('tokens/payments/loop/token'))
put('tokens/billing/phase-service-token/token', 'fake-billing-default')
put('tokens/billing/other/token', 'fake-billing-other')
put('tokens/token', 'fake-root')
put('token', 'fake-outside')

const named = { name: 'mounted' }
const cases: readonly CredentialCase[] = [
  { name: 'nothing is configured', want: /^usage -: no Phase token is configured$/ },
  {
    name: 'nothing is configured, with a reference',
    reference: named,
    want: /^usage -: no Phase token is configured$/,
  },
  { name: 'the text', text: 'fake-text', want: 'fake-text' },
  { name: 'the file', file: path('own'), want: 'fake-own' },
  {
    name: 'no file',
    file: path('missing'),
    want: /^usage -: the file that PHASE_SERVICE_TOKEN_FILE or credentials.default names does not exist$/,
  },
  { name: 'an empty file', file: path('empty'), want: /names is empty$/ },
  { name: 'a huge file', file: path('large'), want: /names is too large to be a token$/ },
  { name: 'a folder', file: folder, want: /names is not a regular file$/ },
  { name: 'a device', file: '/dev/zero', want: /names is not a regular file$/ },
  {
    name: 'a reference that nothing looks up',
    text: 'fake-text',
    reference: named,
    want: 'fake-text',
  },
  {
    name: 'a reference to another namespace that nothing looks up',
    text: 'fake-text',
    reference: { name: 'a', namespace: 'billing' },
    destination: 'payments',
    want: 'fake-text',
  },
  { name: 'mounted, by default', directory, want: 'fake-payments-default' },
  {
    name: 'mounted, by name, through the links of a Secret volume',
    directory,
    reference: named,
    want: 'fake-payments-mounted',
  },
  {
    name: 'mounted: the reference wins over the text',
    text: 'fake-text',
    directory,
    reference: named,
    want: 'fake-payments-mounted',
  },
  {
    name: 'mounted: the text is for those that name none',
    text: 'fake-text',
    directory,
    want: 'fake-text',
  },
  {
    name: 'not mounted: never the text instead',
    text: 'fake-text',
    directory,
    reference: { name: 'a' },
    want: /^usage 7: no token is mounted for payments\/a$/,
  },
  {
    name: 'mounted, but empty',
    directory,
    reference: { name: 'empty' },
    want: /^usage 7: the token mounted for payments\/empty is empty$/,
  },
  {
    name: 'mounted, but a folder',
    directory,
    reference: { name: 'folder' },
    want: /is not a regular file$/,
  },
  {
    name: 'mounted, but a circle',
    directory,
    reference: { name: 'loop' },
    want: /cannot be read$/,
  },
  {
    name: 'a folder of tokens that is not there',
    directory: path('missing'),
    want: /no token is mounted for payments\/phase-service-token$/,
  },
  {
    name: 'another namespace',
    directory,
    reference: { name: 'other', namespace: 'billing' },
    want: /^input 7: the token Secret is in namespace billing/,
  },
  {
    name: 'another namespace, which the PhaseSecret claims',
    directory,
    own: 'billing',
    destination: 'payments',
    want: /^input 1: the token Secret is in namespace billing/,
  },
  {
    name: 'no destination, so no namespace is anybody’s',
    directory,
    own: 'billing',
    destination: null,
    want: /^input 1: no token can be chosen/,
  },
  {
    name: 'the destination',
    directory,
    own: null,
    destination: 'billing',
    want: 'fake-billing-default',
  },
  {
    name: 'no namespace at all',
    directory,
    own: null,
    want: /^input 1: the token Secret has no namespace$/,
  },
  ...['..', '../billing/other', '.', '', 'mounted/../../billing/other', 'a\0'].map((name) => ({
    name: `a name that climbs: ${JSON.stringify(name)}`,
    directory,
    reference: { name },
    want: /^input 7: serviceTokenSecretReference is not the name of a Secret$/,
  })),
  { name: 'a namespace that climbs', directory, own: '..', want: /is not the name of a Secret$/ },
]

for (const given of cases) test(given.name, () => checkCredential(given))

test('a reference that is not looked up is said, once for each', async () => {
  const outcome = await findCredential({ text: 'fake-text', reference: named })
  assert.ok('value' in outcome)
  assert.deepEqual(outcome.value.notices, [
    {
      severity: 'notice',
      fault: 'input',
      at: line(7),
      object: { kind: 'PhaseSecret', namespace: 'payments', name: 'app' },
      message: 'serviceTokenSecretReference is not looked up: the configured token is used',
      hint: 'set PHASE_TOKENS_DIR or tokenSecrets.directory to use a token for each namespace',
    },
  ])
})

test('a token that was not mounted says where it belongs', async () => {
  const outcome = await findCredential({ directory, reference: { name: 'a' } })
  assert.ok('problems' in outcome)
  assert.equal(
    outcome.problems[0]?.hint,
    'the administrator mounts it as payments/a/token in PHASE_TOKENS_DIR or tokenSecrets.directory',
  )
})

test('files that may not be read', async () => {
  put('closed', 'fake-closed')
  put('tokens/payments/closed/token', 'fake-closed')
  for (const name of ['closed', 'tokens/payments/closed/token']) chmodSync(path(name), 0)
  const outcomes = await unprivileged(path('.'), () =>
    Promise.all([
      findCredential({ file: path('closed') }),
      findCredential({ directory, reference: { name: 'closed' } }),
    ]),
  )
  for (const outcome of outcomes) {
    assert.ok('problems' in outcome)
    assert.match(outcome.problems.map(summary).join(), /^usage .*cannot be read$/)
  }
})
