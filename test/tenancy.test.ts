// The attacks of an app author, each through the whole program: what the repository, the Application's
// own variables and parameters, and values in Phase can ask for, and that none of it widens anything.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { run } from '../cmp/cli.ts'
import type { DevServer } from '../cmp/dev-server/server.ts'
import { startDevServer } from '../cmp/dev-server/server.ts'
import { memoryIo } from './support/memory-io.ts'

const STORE = `apps:
  payments-api:
    environments:
      Production:
        secrets:
          /: { KEY: fake-payments-root }
          /db:
            PASSWORD: fake-payments-db
            FROM_ROOT: '\${/KEY}'
            FROM_STAGING: '\${Staging.KEY}'
            FROM_BILLING: '\${billing::Production.KEY}'
            FROM_NOWHERE: '\${no-such-app::Production.KEY}'
          /own: { PASSWORD: fake-payments-own, COPY: '\${/own/PASSWORD}' }
      Staging:
        secrets: { /: { KEY: fake-staging } }
  billing:
    environments:
      Production:
        secrets: { /: { KEY: fake-billing } }
`
const FAKES = ['fake-payments-root', 'fake-staging', 'fake-billing', 'fake-payments-db']

let folder = ''
let server: DevServer
let evil: DevServer

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'argocd-phase-tenancy-'))
  server = await startDevServer({ store: STORE, seed: 'tenancy' })
  evil = await startDevServer({ store: STORE, seed: 'tenancy' })
  for (const namespace of ['payments', 'billing']) {
    mkdirSync(join(folder, 'tokens', namespace, 'token'), { recursive: true })
    writeFileSync(join(folder, 'tokens', namespace, 'token', 'token'), server.token)
  }
  writeFileSync(join(folder, 'default'), server.token)
  writeFileSync(join(folder, 'config.yaml'), configuration())
})
after(async () => {
  await server.close()
  await evil.close()
  rmSync(folder, { recursive: true })
})

const configuration = () => `version: 1
hosts: [{ url: "${server.host}" }]
credentials: { default: { file: ${join(folder, 'default')} } }
tokenSecrets: { directory: ${join(folder, 'tokens')} }
policies:
  - name: payments
    match: { projects: [payments], namespaces: [payments] }
    allow:
      apps: [payments-api]
      environments: [Production]
      paths: [/db, /own]
      tokenReferences: [payments/*]
      targetNamespaces: [payments, "payments-*", "*-jobs"]
      secretTypes: [Opaque, kubernetes.io/*]
  - name: billing
    match: { projects: [billing] }
    allow: { apps: [billing], environments: [Production] }
`

const ARGOCD = {
  ARGOCD_APP_NAME: 'api',
  ARGOCD_APP_NAMESPACE: 'payments',
  ARGOCD_APP_PROJECT_NAME: 'payments',
  ARGOCD_APP_SOURCE_REPO_URL: 'https://git.example/payments/api',
}

/** What an app author controls. */
interface Attack {
  /** Fields of the spec, in YAML flow style without braces. */
  readonly spec?: string
  readonly target?: string
  readonly metadata?: string
  readonly env?: Readonly<Record<string, string>>
  /** Of the error; nothing if it changes nothing and the render goes through. */
  readonly error?: RegExp
}

async function render({ spec = '', target = '', metadata = '', env = {} }: Attack) {
  const manifest = `apiVersion: secrets.phase.dev/v1alpha1
kind: PhaseSecret
metadata: { name: api${metadata} }
spec: { phaseApp: payments-api, phaseAppEnvPath: /own, ${spec}
  managedSecretReferences: [{ secretName: api${target} }] }
`
    .replace(/phaseApp: payments-api, (?=.*phaseApp(Id)?:)/, '')
    .replace(/phaseAppEnvPath: \/own, (?=.*phaseAppEnvPath:)/s, '')
  const config = { PHASE_PLUGIN_CONFIG: join(folder, 'config.yaml') }
  const { io, stdout, stderr } = memoryIo({ ...config, ...ARGOCD, ...env }, manifest)
  const exitCode = await run(['generate', '-'], io)
  return { exitCode, stdout: stdout(), stderr: stderr() }
}

/** Requests that a host was sent so far. */
const count = (host: DevServer) => host.requests().reduce((sum, each) => sum + each.count, 0)

const OWN = Buffer.from('fake-payments-own').toString('base64')

const attacks: Record<string, Attack> = {
  'nothing but what is allowed': {},
  'another host': {
    spec: 'phaseHost: "https://evil.example",',
    error: /policy payments does not allow the host in spec.phaseHost/,
  },
  'an app of another team': {
    spec: 'phaseApp: billing,',
    error: /policy payments does not allow app "billing"/,
  },
  'an app that does not exist': {
    spec: 'phaseApp: nonsense,',
    error: /policy payments does not allow app "nonsense"/,
  },
  'another environment': {
    spec: 'phaseAppEnv: Staging,',
    error: /policy payments does not allow environment "Staging"/,
  },
  'another path': {
    spec: 'phaseAppEnvPath: /,',
    error: /policy payments does not allow path "\/"/,
  },
  'a path spelt so that it looks allowed': {
    spec: 'phaseAppEnvPath: "//own/../",',
    error: /policy payments does not allow path/,
  },
  'a reference in a value to another path': {
    spec: 'phaseAppEnvPath: /db,',
    error: /reference \$\{\/KEY\} .* does not resolve: its path is not allowed/,
  },
  'a token Secret of another namespace': {
    spec: 'authentication: {serviceToken: {serviceTokenSecretReference: {secretName: token, secretNamespace: billing}}},',
    error: /policy payments does not allow token Secret billing\/token/,
  },
  'a token Secret of another namespace, through its own': {
    metadata: ', namespace: billing',
    spec: 'authentication: {serviceToken: {serviceTokenSecretReference: {secretName: token}}},',
    error: /policy payments does not allow token Secret billing\/token/,
  },
  'a token that is a path': {
    spec: 'authentication: {serviceToken: {serviceTokenSecretReference: {secretName: ../billing/token}}},',
    error: /secretName is not a name/,
  },
  'its own token Secret': {
    spec: 'authentication: {serviceToken: {serviceTokenSecretReference: {secretName: token, secretNamespace: payments}}},',
  },
  'a Secret in kube-system': {
    target: ', secretNamespace: kube-system',
    error: /policy payments does not allow target namespace kube-system of Secret api/,
  },
  'a Secret in the namespace of Argo CD': {
    target: ', secretNamespace: argocd',
    error: /policy payments does not allow target namespace argocd/,
  },
  'a Secret in an allowed namespace': { target: ', secretNamespace: payments-jobs' },
  'a Secret that would be a cluster of Argo CD': {
    target: ', template: {metadata: {labels: {argocd.argoproj.io/secret-type: cluster}}}',
    error: /policy payments does not allow label argocd.argoproj.io\/secret-type/,
  },
  'a type that is not allowed': {
    target: ', secretType: helm.sh/release.v1',
    error: /policy payments does not allow type helm.sh\/release.v1/,
  },
  'a host through the Application’s variables': {
    env: { ARGOCD_ENV_PHASE_HOST: 'https://evil.example', ARGOCD_ENV_HTTPS_PROXY: 'http://evil' },
  },
  'a configuration through the Application’s variables': {
    env: { ARGOCD_ENV_PHASE_PLUGIN_CONFIG: '/dev/null', PARAM_CONFIG: '/dev/null' },
  },
  'another project through the Application’s variables': {
    spec: 'phaseApp: billing,',
    env: { ARGOCD_ENV_ARGOCD_APP_PROJECT_NAME: 'billing', PARAM_PROJECT: 'billing' },
    error: /policy payments does not allow app "billing"/,
  },
  'code through the Application’s variables': {
    env: { ARGOCD_ENV_NODE_OPTIONS: '--require=/tmp/evil.js', ARGOCD_ENV_PATH: '/tmp' },
  },
}

describe('the attacks of an app author', () => {
  for (const [name, attack] of Object.entries(attacks)) {
    test(name, async () => {
      const { exitCode, stdout, stderr } = await render(attack)
      assert.equal(count(evil), 0)
      for (const fake of FAKES) {
        const forms = [fake, Buffer.from(fake).toString('base64')]
        for (const form of forms) assert.ok(!(stdout + stderr).includes(form), form)
      }
      // The text of a reference is the tenant's own.
      const told = stderr.replace(/reference \$\{[^}]*\}|"FROM_\w+"/g, '')
      assert.ok(!told.includes('billing') || /billing/.test(JSON.stringify(attack)), told)
      if (attack.error === undefined) {
        assert.equal(stderr, '')
        assert.ok(stdout.includes(OWN))
      } else {
        assert.match(stderr, attack.error)
        assert.equal(stdout, '')
        assert.equal(exitCode, 1)
      }
    })
  }
})

test('a host that answers, but is not allowed, is never asked', async () => {
  const { stderr } = await render({ spec: `phaseHost: "${evil.host}",` })
  assert.match(stderr, /does not allow the host/)
  assert.equal(count(evil), 0)
})

test('references to another app, another environment and to nothing look the same', async () => {
  const { stderr } = await render({ spec: 'phaseAppEnvPath: /db,' })
  const reasons = [...stderr.matchAll(/value of "(FROM_\w+)" .*resolve: (.*)$/gm)]
  assert.deepEqual(
    reasons.map(([, key, reason]) => [key, reason]),
    [
      ['FROM_BILLING', 'what is allowed has no such app'],
      ['FROM_NOWHERE', 'what is allowed has no such app'],
      ['FROM_ROOT', 'its path is not allowed'],
      ['FROM_STAGING', 'what is allowed has no such environment'],
    ],
  )
})

test('a reference that is not allowed stays text where that is asked for', async () => {
  const { stdout, exitCode } = await render({
    spec: 'phaseAppEnvPath: /db, onSecretReferenceError: Warn,',
  })
  assert.equal(exitCode, 0)
  const kept = Buffer.from('$' + '{billing::Production.KEY}').toString('base64')
  assert.ok(stdout.includes(kept))
  for (const fake of ['fake-billing', 'fake-staging', 'fake-payments-root'])
    assert.ok(!stdout.includes(Buffer.from(fake).toString('base64')))
})

test('the places that were not allowed were not read', async () => {
  const before = count(server)
  await render({ spec: 'phaseAppEnvPath: /db,' })
  assert.equal(count(server) - before, 2)
})

test('an Application that no policy is for reads nothing, and learns of no other', async () => {
  const env = { ARGOCD_APP_PROJECT_NAME: 'marketing' }
  const before = count(server)
  const { stderr, exitCode } = await render({ env })
  assert.match(stderr, /no policy in the plugin's configuration applies to this Application/)
  assert.match(stderr, /covers application api, project marketing, destination namespace payments/)
  assert.doesNotMatch(stderr, /billing|payments-api/)
  assert.equal(exitCode, 1)
  assert.equal(count(server), before)
})

test('two policies that lead to different tokens are not guessed between', async () => {
  const second = `  - name: again
    match: { projects: [payments] }
    allow: { credential: other, apps: ["*"], environments: ["*"] }
`
  const text = configuration().replace(
    'credentials: {',
    `credentials: { other: { file: ${join(folder, 'default')} },`,
  )
  writeFileSync(join(folder, 'two.yaml'), text + second)
  const env = { PHASE_PLUGIN_CONFIG: join(folder, 'two.yaml') }
  assert.match(
    (await render({ env })).stderr,
    /policies payments and again allow this with different/,
  )
  // What only one of them allows is no question.
  const only = await render({ env, spec: 'phaseAppEnv: Staging, phaseAppEnvPath: /,' })
  assert.equal(only.exitCode, 0, only.stderr)
})

test('what one policy allows is never combined with what another does', async () => {
  const second = `  - name: elsewhere
    match: { projects: [payments] }
    allow: { apps: [billing], environments: [Staging], targetNamespaces: [argocd] }
`
  writeFileSync(join(folder, 'combined.yaml'), configuration() + second)
  const env = { PHASE_PLUGIN_CONFIG: join(folder, 'combined.yaml') }
  for (const attack of [
    { spec: 'phaseApp: billing,' },
    { spec: 'phaseAppEnv: Staging,' },
    { target: ', secretNamespace: argocd' },
  ]) {
    assert.equal((await render({ ...attack, env })).exitCode, 1, JSON.stringify(attack))
  }
})

test('a reference is held to the policy of its PhaseSecret, also where another could have been meant', async () => {
  const { stdout } = await render({
    spec: 'phaseApp: billing, phaseAppEnvPath: /,',
    env: { ARGOCD_APP_PROJECT_NAME: 'billing' },
  })
  const billing = /app-id: "(.*)"/.exec(stdout)?.[1]
  const second = `  - name: by-id
    match: { projects: [payments] }
    allow: { apps: [{ id: ${billing} }], environments: [Production] }
`
  const own = configuration().replace('paths: [/db, /own]', 'paths: [/db]')
  writeFileSync(join(folder, 'by-id.yaml'), own + second)
  const { stderr } = await render({
    spec: 'phaseAppEnvPath: /db,',
    env: { PHASE_PLUGIN_CONFIG: join(folder, 'by-id.yaml') },
  })
  assert.match(stderr, /"FROM_BILLING" does not resolve: what is allowed has no such app/)
  assert.doesNotMatch(stderr, /by-id/)
})

test('a relative configuration file would be the repository’s', async () => {
  const { io, stderr } = memoryIo({ ...ARGOCD }, '')
  assert.equal(await run(['generate', '-', '--config', 'config.yaml'], io), 2)
  assert.match(stderr(), /--config is not an absolute path/)
})

test('what the file says cannot be said in the environment too', async () => {
  const env = { PHASE_HOST: server.host, PHASE_SERVICE_TOKEN: 'fake-token' }
  const { stderr, exitCode } = await render({ env })
  assert.equal(exitCode, 2)
  assert.match(stderr, /PHASE_HOST and hosts of the configuration file are both set/)
  assert.match(stderr, /PHASE_SERVICE_TOKEN and credentials.default of the configuration file/)
  assert.doesNotMatch(stderr, /fake-token/)
})

test('a policy that names an app by id is not in the way of one that names it as it is asked for', async () => {
  const second = `  - name: by-id
    match: { projects: [payments] }
    allow: { credential: other, apps: [{ id: 11111111-2222-3333-4444-555555555555 }], environments: ["*"] }
`
  const more = `credentials: { other: { file: ${join(folder, 'missing')} },`
  writeFileSync(
    join(folder, 'by-id.yaml'),
    configuration().replace('credentials: {', more) + second,
  )
  const env = { PHASE_PLUGIN_CONFIG: join(folder, 'by-id.yaml') }
  const own = await render({ env })
  assert.equal(own.exitCode, 0, own.stderr)
  // By that id it is the other one, whose credential there is not.
  const other = await render({ env, spec: 'phaseAppId: 11111111-2222-3333-4444-555555555555,' })
  assert.match(other.stderr, /the file of credential other does not exist/)
})
