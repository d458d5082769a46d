// What `watch` needs to know, out of the environment and of a configuration file.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readClusterSettings } from '../../cmp/environment.ts'
import type { LoadedWatch } from '../../cmp/load-watch.ts'
import { loadWatch } from '../../cmp/load-watch.ts'
import { DEFAULT_TUNING } from '../../cmp/watch/section.ts'

type Env = Readonly<Record<string, string>>

const folder = mkdtempSync(join(tmpdir(), 'argocd-phase-watch-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'config.yaml')
const SECRET = 'argocd-token-of-nobody'
const PHASE_SECRET = 'phase-token-of-nobody'
const ARGOCD: Env = { ARGOCD_SERVER: 'argocd.example', ARGOCD_AUTH_TOKEN: SECRET }
const PHASE: Env = { PHASE_SERVICE_TOKEN: PHASE_SECRET }

function load(env: Env, text?: string) {
  if (text !== undefined) writeFileSync(path, `version: 1\npolicies: []\n${text}`)
  return loadWatch(env, text === undefined ? undefined : path)
}

async function loaded(env: Env, text?: string): Promise<LoadedWatch> {
  const outcome = await load(env, text)
  assert.ok('value' in outcome, JSON.stringify(outcome))
  return outcome.value
}

test('the environment alone', async () => {
  const { settings, notices, allowUserToken } = await loaded({ ...ARGOCD, ...PHASE })
  assert.deepEqual(notices, [])
  assert.equal(allowUserToken, false)
  assert.deepEqual(settings, {
    argocd: {
      server: 'https://argocd.example',
      caFile: undefined,
      token: { text: SECRET },
      projects: undefined,
      selector: undefined,
    },
    credentials: [
      { host: 'https://console.phase.dev', caFile: undefined, token: { text: PHASE_SECRET } },
    ],
    tuning: DEFAULT_TUNING,
    state: undefined,
    lease: undefined,
  })
})

const ALL = `hosts: [{ url: "https://a.example/", caFile: /a.pem }, { url: "https://b.example" }]
credentials: { default: { file: /run/default }, other: { file: /run/other } }
tokenSecrets: { directory: /run/tokens }
watch:
  argocd: { server: "https://argocd", tokenFile: /run/argocd, caFile: /ca.pem }
`

test('a file alone, with the tokens of the renders', async () => {
  const { settings, notices } = await loaded({}, ALL)
  assert.equal(settings.argocd.server, 'https://argocd')
  assert.deepEqual(settings.argocd.token, { file: '/run/argocd' })
  const host = { host: 'https://a.example', caFile: '/a.pem' }
  assert.deepEqual(settings.credentials, [
    { ...host, token: { file: '/run/default' } },
    { ...host, token: { directory: '/run/tokens' } },
  ])
  assert.deepEqual(
    notices.map(({ severity, message }) => `${severity}: ${message}`),
    ['notice: credentials not asked with: other'],
  )
})

test('a file alone, with tokens of its own, each for one host', async () => {
  const phase =
    '  phase: [{ host: "https://b.example", tokenFile: /run/b }, { directory: /run/c }]\n'
  const { settings, notices } = await loaded({}, ALL + phase)
  assert.deepEqual(notices, [])
  assert.deepEqual(settings.credentials, [
    { host: 'https://b.example', caFile: undefined, token: { file: '/run/b' } },
    { host: 'https://a.example', caFile: '/a.pem', token: { directory: '/run/c' } },
  ])
})

test('a file for some and the environment for the rest', async () => {
  const env = { ...ARGOCD, PHASE_HOST: 'https://c.example/', PHASE_CA_FILE: '/c.pem' }
  const text = 'watch: { phase: [{ host: "https://c.example", tokenFile: /t }], sync: true }'
  const { settings } = await loaded(env, text)
  assert.deepEqual(settings.argocd.token, { text: SECRET })
  assert.equal(settings.tuning.sync, true)
  assert.deepEqual(settings.credentials, [
    { host: 'https://c.example', caFile: '/c.pem', token: { file: '/t' } },
  ])
})

test('tokens that only renders have are named in notices', async () => {
  const { notices } = await loaded(
    { ...ARGOCD, ...PHASE, PHASE_TOKENS_FROM_CLUSTER: 'true' },
    'credentials: { a: { file: /a }, b: { file: /b } }',
  )
  assert.deepEqual(
    notices.map(({ message }) => message),
    ['credentials not asked with: a, b', 'tokens in the cluster are not asked with'],
  )
})

test('plain http is a notice', async () => {
  const { settings, notices } = await loaded({ ...ARGOCD, ...PHASE, ARGOCD_SERVER: 'http://a/' })
  assert.equal(settings.argocd.server, 'http://a')
  assert.match(notices[0]?.message ?? '', /^the token for Argo CD travels unencrypted/)
  assert.equal(notices.length, 1)
})

const BOTH = /^ARGOCD_SERVER and watch\.argocd\.server of the configuration file are both set$/
const faults: Record<string, readonly [env: Env, text: string | undefined, ...RegExp[]]> = {
  nothing: [{}, undefined, /^no Argo CD server/, /^no token for Argo CD/, /^no Phase token/],
  'white space for a value': [
    { ...PHASE, ARGOCD_SERVER: ' ', ARGOCD_AUTH_TOKEN: '\n' },
    undefined,
    /^no Argo CD server/,
    /^no token for Argo CD/,
  ],
  'a server that is none': [
    { ...ARGOCD, ...PHASE, ARGOCD_SERVER: 'https://user:secret@argocd' },
    undefined,
    /^ARGOCD_SERVER holds a user name or password$/,
  ],
  'the server in both': [
    { ...PHASE, ARGOCD_SERVER: 'a' },
    ALL.replace(/credentials.*\n/, ''),
    BOTH,
  ],
  'the token in both': [
    { ARGOCD_AUTH_TOKEN: SECRET },
    ALL,
    /^ARGOCD_AUTH_TOKEN and watch\.argocd\.tokenFile of the configuration file are both set$/,
  ],
  "Phase's token in both": [
    { ...ARGOCD, ...PHASE, PHASE_TOKENS_DIR: '/d' },
    'watch: { phase: [{ tokenFile: /t }] }',
    /^PHASE_SERVICE_TOKEN and watch\.phase of/,
    /^PHASE_TOKENS_DIR and watch\.phase of/,
  ],
  'what renders say in both': [
    { ...ARGOCD, ...PHASE },
    'credentials: { default: { file: /t } }',
    /^PHASE_SERVICE_TOKEN and credentials\.default of/,
  ],
  'a host that is none': [
    { ...ARGOCD, ...PHASE, PHASE_HOST: 'http://phase.example' },
    undefined,
    /plain http, which is only for loopback/,
  ],
  'a host that is not the one of the environment': [
    { ...ARGOCD, PHASE_HOST: 'https://c.example' },
    'watch: { phase: [{ host: "https://d.example", tokenFile: /t }] }',
    /^watch\.phase names a host that is not configured$/,
  ],
  'an authority for a plain server': [
    { ...ARGOCD, ...PHASE, ARGOCD_SERVER: 'http://a' },
    'watch: { argocd: { caFile: /ca } }',
    /^watch\.argocd\.caFile checks nothing/,
  ],
  'inside the plugin': [
    { ...ARGOCD, ...PHASE, ARGOCD_APP_NAME: 'web' },
    undefined,
    /^ARGOCD_APP_NAME is set: watch is not a command of a plugin$/,
  ],
}
for (const [name, [env, text, ...wanted]] of Object.entries(faults)) {
  test(`refused: ${name}`, async () => {
    const outcome = await load(env, text)
    assert.ok('problems' in outcome, 'it is refused')
    const found = outcome.problems.map(({ fault, message, hint }) => {
      assert.equal(fault, 'usage')
      assert.ok(hint !== undefined && hint !== '')
      assert.doesNotMatch(`${message} ${hint}`, /of-nobody|secret@/)
      return message
    })
    assert.equal(found.length, wanted.length, found.join('\n'))
    for (const [index, each] of wanted.entries()) assert.match(found[index] ?? '', each)
  })
}

test('a render is not bothered by what is said for watch', async () => {
  const { loadSettings } = await import('../../cmp/load-settings.ts')
  writeFileSync(path, `version: 1\npolicies: []\nwatch: { phase: [{ tokenFile: /t }] }\n`)
  const outcome = await loadSettings({ ...ARGOCD, ...PHASE }, path)
  assert.ok('value' in outcome, JSON.stringify(outcome))
})

test('no login program of a kubeconfig gets a token', () => {
  const { confidential } = readClusterSettings({})
  assert.ok(confidential.includes('ARGOCD_AUTH_TOKEN'))
  assert.ok(confidential.includes('PHASE_SERVICE_TOKEN'))
})
