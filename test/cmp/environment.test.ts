// Settings out of environment variables, and only out of those that are trusted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSettings } from '../../cmp/environment.ts'
import type { Settings } from '../../cmp/settings.ts'

type Env = Readonly<Record<string, string | undefined>>

function settingsOf(env: Env): Omit<Settings, 'proxyFor'> {
  const outcome = readSettings(env)
  assert.ok('value' in outcome)
  const { proxyFor: _, ...rest } = outcome.value
  return rest
}

/** Everything but the parameters, which are known to be untrusted. */
function trustedSettingsOf(env: Env): object {
  const { untrusted: _, ...rest } = settingsOf(env)
  return rest
}

const DEFAULTS = {
  application: undefined,
  kubernetes: { version: undefined, apiVersions: [] },
  untrusted: { parameters: undefined },
  configFile: undefined,
  hosts: [{ url: 'https://console.phase.dev', caFile: undefined }],
  tokens: {
    text: undefined,
    file: undefined,
    directory: undefined,
    fromCluster: false,
    named: new Map(),
  },
  extraKinds: [],
  timeout: 45,
  allowUserToken: false,
  personalOverrides: false,
  tools: { path: '/usr/local/bin:/usr/bin:/bin', temporary: '/tmp', network: {} },
  fingerprintKey: undefined,
}
const FACTS = { project: undefined, repository: undefined, sourcePath: undefined }
const NAMES = [
  'PHASE_HOST',
  'PHASE_SERVICE_TOKEN',
  'PHASE_SERVICE_TOKEN_FILE',
  'PHASE_TOKENS_DIR',
  'PHASE_TOKENS_FROM_CLUSTER',
  'PHASE_CA_FILE',
  'PHASE_TIMEOUT',
  'PHASE_ALLOW_USER_TOKEN',
  'PHASE_PERSONAL_OVERRIDES',
  'PHASE_VERIFY_SSL',
  'PHASE_PLUGIN_CONFIG',
  'PHASE_FINGERPRINT_KEY',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
]

const settings: readonly { readonly name: string; readonly env: Env; readonly want: object }[] = [
  { name: 'nothing is set', env: {}, want: DEFAULTS },
  {
    name: 'empty is unset',
    env: Object.fromEntries(NAMES.map((name) => [name, ''])),
    want: DEFAULTS,
  },
  {
    name: 'white space is unset',
    env: Object.fromEntries(NAMES.map((name) => [name, ' \n'])),
    want: DEFAULTS,
  },
  {
    name: 'everything that goes together',
    env: {
      ARGOCD_APP_NAME: 'team_app',
      ARGOCD_APP_NAMESPACE: 'payments',
      PHASE_HOST: 'https://phase.example/\n',
      PHASE_SERVICE_TOKEN: 'fake-token\n',
      PHASE_TOKENS_DIR: '/tokens',
      PHASE_TOKENS_FROM_CLUSTER: 'True',
      PHASE_CA_FILE: '/ca.pem',
      PHASE_TIMEOUT: ' 30 ',
      PHASE_ALLOW_USER_TOKEN: 'true',
      PHASE_PERSONAL_OVERRIDES: 'true',
      PHASE_VERIFY_SSL: 'True',
      PHASE_PLUGIN_CONFIG: '/etc/plugin.yaml',
    },
    want: {
      ...DEFAULTS,
      application: { name: 'team_app', namespace: 'payments', ...FACTS },
      configFile: '/etc/plugin.yaml',
      hosts: [{ url: 'https://phase.example/', caFile: '/ca.pem' }],
      tokens: {
        text: 'fake-token',
        file: undefined,
        directory: '/tokens',
        fromCluster: true,
        named: new Map(),
      },
      timeout: 30,
      allowUserToken: true,
      personalOverrides: true,
    },
  },
  {
    name: 'an Application without destination namespace is still inside Argo CD',
    env: { ARGOCD_APP_NAME: 'app', ARGOCD_APP_NAMESPACE: '' },
    want: { ...DEFAULTS, application: { name: 'app', namespace: undefined, ...FACTS } },
  },
  {
    name: 'what Argo CD says of an Application and of the destination cluster',
    env: {
      ARGOCD_APP_NAME: 'app',
      ARGOCD_APP_PROJECT_NAME: 'payments',
      ARGOCD_APP_SOURCE_REPO_URL: 'https://git.example/payments/api',
      ARGOCD_APP_SOURCE_PATH: 'deploy/app',
      KUBE_VERSION: '1.37.0',
      KUBE_API_VERSIONS: 'v1,apps/v1,apps/v1/Deployment',
    },
    want: {
      ...DEFAULTS,
      application: {
        name: 'app',
        namespace: undefined,
        project: 'payments',
        repository: 'https://git.example/payments/api',
        sourcePath: 'deploy/app',
      },
      kubernetes: { version: '1.37.0', apiVersions: ['v1', 'apps/v1', 'apps/v1/Deployment'] },
    },
  },
  {
    name: 'what tools get',
    env: {
      PATH: '/bin',
      TMPDIR: '/var/tmp',
      HTTPS_PROXY: 'p:1',
      no_proxy: 'x',
      SSL_CERT_DIR: '/c',
    },
    want: {
      ...DEFAULTS,
      tools: {
        path: '/bin',
        temporary: '/var/tmp',
        network: { HTTPS_PROXY: 'p:1', no_proxy: 'x', SSL_CERT_DIR: '/c' },
      },
    },
  },
  {
    name: 'a temporary folder is never relative to the repository',
    env: { TMPDIR: 'tmp' },
    want: DEFAULTS,
  },
  {
    name: 'a key for fingerprints',
    env: { PHASE_FINGERPRINT_KEY: ' 0123456789abcdef0123456789abcdef\n' },
    want: { ...DEFAULTS, fingerprintKey: Buffer.from('0123456789abcdef0123456789abcdef') },
  },
  {
    name: 'a namespace without a name is no Application',
    env: { ARGOCD_APP_NAMESPACE: 'payments' },
    want: DEFAULTS,
  },
  {
    name: 'a local run may name files beside it',
    env: { PHASE_CA_FILE: 'ca.pem', PHASE_TOKENS_DIR: 'tokens' },
    want: {
      ...DEFAULTS,
      hosts: [{ url: 'https://console.phase.dev', caFile: 'ca.pem' }],
      tokens: { ...DEFAULTS.tokens, directory: 'tokens' },
    },
  },
]
for (const { name, env, want } of settings) {
  test(name, () => assert.deepEqual(settingsOf(env), want))
}

test('what an app author can set changes nothing that is trusted', () => {
  const env = Object.fromEntries(
    [...NAMES, 'ARGOCD_APP_NAME', 'ARGOCD_APP_NAMESPACE', 'ARGOCD_APP_PROJECT_NAME'].flatMap(
      (name) => [
        [`ARGOCD_ENV_${name}`, 'true'],
        [`PARAM_${name}`, 'true'],
        ['ARGOCD_APP_PARAMETERS', `[{"name":"${name}","string":"true"}]`],
      ],
    ),
  )
  assert.deepEqual(trustedSettingsOf(env), trustedSettingsOf({}))
})

const faults: readonly { readonly env: Env; readonly message: string }[] = [
  {
    env: { PHASE_VERIFY_SSL: 'false' },
    message: 'PHASE_VERIFY_SSL cannot switch certificate checks off',
  },
  {
    env: { PHASE_VERIFY_SSL: ' False\n' },
    message: 'PHASE_VERIFY_SSL cannot switch certificate checks off',
  },
  {
    env: { PHASE_VERIFY_SSL: '0' },
    message: 'PHASE_VERIFY_SSL cannot switch certificate checks off',
  },
  {
    env: { PHASE_SERVICE_TOKEN: 'fake-token', PHASE_SERVICE_TOKEN_FILE: '/fake' },
    message: 'PHASE_SERVICE_TOKEN and PHASE_SERVICE_TOKEN_FILE are both set',
  },
  ...['0', '-1', '1.5', '1e3', '3601', '45s', '0x10', '٤٥', '99999999999999999999'].map(
    (value) => ({
      env: { PHASE_TIMEOUT: value },
      message: 'PHASE_TIMEOUT is not a number of seconds',
    }),
  ),
  {
    env: { PHASE_TOKENS_FROM_CLUSTER: 'yes' },
    message: 'PHASE_TOKENS_FROM_CLUSTER is neither true nor false',
  },
  {
    env: { PHASE_ALLOW_USER_TOKEN: '1' },
    message: 'PHASE_ALLOW_USER_TOKEN is neither true nor false',
  },
  {
    env: { PHASE_PERSONAL_OVERRIDES: 'on' },
    message: 'PHASE_PERSONAL_OVERRIDES is neither true nor false',
  },
  ...['PHASE_SERVICE_TOKEN_FILE', 'PHASE_TOKENS_DIR', 'PHASE_CA_FILE', 'PHASE_PLUGIN_CONFIG'].map(
    (name) => ({
      env: { ARGOCD_APP_NAME: 'app', [name]: './fake/in-the-repository' },
      message: `${name} is not an absolute path`,
    }),
  ),
  {
    env: { PHASE_FINGERPRINT_KEY: 'too-short-to-be-a-key' },
    message: 'PHASE_FINGERPRINT_KEY is shorter than 32 characters',
  },
  { env: { ARGOCD_APP_NAME: '' }, message: 'ARGOCD_APP_NAME is set but empty' },
  { env: { ARGOCD_APP_NAME: ' ' }, message: 'ARGOCD_APP_NAME is set but empty' },
]
for (const { env, message } of faults) {
  test(`${JSON.stringify(env)}: ${message}`, () => {
    const outcome = readSettings(env)
    assert.ok('problems' in outcome)
    assert.deepEqual(
      outcome.problems.map((problem) => problem.message),
      [message],
    )
    assert.ok(outcome.problems.every(({ fault, hint }) => fault === 'usage' && hint !== undefined))
    assert.doesNotMatch(JSON.stringify(outcome), /fake/)
  })
}

test('PHASE_VERIFY_SSL=false names what to set instead', () => {
  const outcome = readSettings({ PHASE_VERIFY_SSL: 'false' })
  assert.match(JSON.stringify(outcome), /set PHASE_CA_FILE to a PEM file/)
})

test('all problems are reported together', () => {
  const outcome = readSettings({
    PHASE_VERIFY_SSL: 'false',
    PHASE_TIMEOUT: 'fast',
    ARGOCD_APP_NAME: '',
  })
  assert.ok('problems' in outcome)
  assert.equal(outcome.problems.length, 3)
})

const proxies: readonly { readonly env: Env; readonly want: string | undefined }[] = [
  { env: {}, want: undefined },
  { env: { HTTPS_PROXY: 'http://upper' }, want: 'http://upper' },
  { env: { https_proxy: 'http://lower' }, want: 'http://lower' },
  { env: { HTTPS_PROXY: 'http://upper', https_proxy: 'http://lower' }, want: 'http://upper' },
  { env: { HTTPS_PROXY: '', https_proxy: 'http://lower' }, want: 'http://lower' },
  { env: { HTTP_PROXY: 'http://upper', ALL_PROXY: 'http://all' }, want: undefined },
  { env: { HTTPS_PROXY: 'http://upper', NO_PROXY: 'phase.dev' }, want: undefined },
  { env: { HTTPS_PROXY: 'http://upper', no_proxy: 'phase.dev' }, want: undefined },
]
for (const { env, want } of proxies) {
  test(`proxy: ${JSON.stringify(env)}`, () => {
    const outcome = readSettings(env)
    assert.ok('value' in outcome)
    assert.equal(outcome.value.proxyFor(new URL('https://console.phase.dev')), want)
  })
}
