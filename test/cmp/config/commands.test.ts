// `config check` and `config explain` as an administrator calls them.
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { run } from '../../../cmp/cli.ts'
import { memoryIo } from '../../support/memory-io.ts'

const folder = mkdtempSync(join(tmpdir(), 'argocd-phase-config-'))
after(() => rmSync(folder, { recursive: true }))
const token = join(folder, 'token')
writeFileSync(token, 'fake-token', { mode: 0o600 })

const policy = (name: string, rest: string) =>
  `  - { name: ${name}, ${rest.includes('match:') ? '' : 'match: { projects: [payments] }, '}${rest} }\n`
const ALLOW = 'allow: { apps: [api], environments: [Production] }'

function file(policies: string, more = ''): string {
  const path = join(folder, 'config.yaml')
  writeFileSync(path, `version: 1\n${more}policies:\n${policies}`)
  return path
}

async function config(...argv: string[]) {
  const { io, stdout, stderr } = memoryIo()
  const exitCode = await run(['config', ...argv], io)
  return { exitCode, stdout: stdout(), stderr: stderr() }
}

test('a good file: one line, and exit code 0', async () => {
  const path = file(policy('a', ALLOW), `credentials: { default: { file: ${token} } }\n`)
  assert.deepEqual(await config('check', path), {
    exitCode: 0,
    stdout: `${path}: policies: 1, hosts: 1, credentials: 1\n`,
    stderr: '',
  })
})

test('a file for watch alone needs no policy', async () => {
  const path = join(folder, 'watch.yaml')
  const argocd = `{ server: https://argocd.example, tokenFile: ${token} }`
  writeFileSync(
    path,
    `version: 1\nwatch:\n  argocd: ${argocd}\n  phase: [{ tokenFile: ${token} }]\n`,
  )
  assert.deepEqual(await config('check', path), {
    exitCode: 0,
    stdout: `${path}: policies: 0, hosts: 1, credentials: 0\n`,
    stderr: '',
  })
})

const wide: Record<string, readonly [policies: string, warning: RegExp]> = {
  'everybody everything': [
    policy('a', 'match: { projects: ["*"] }, allow: { apps: ["*"], environments: [Production] }'),
    /policy a lets every Application read every app or every environment/,
  ],
  'no project': [
    policy('a', `match: { applications: [api] }, ${ALLOW}`),
    /policy a does not look at the project/,
  ],
  'every namespace': [
    policy('a', 'allow: { apps: [api], environments: [b], targetNamespaces: ["*"] }'),
    /policy a lets Secrets land in every namespace/,
  ],
  'Secrets of Argo CD': [
    policy('a', 'allow: { apps: [api], environments: [b], argocdSecrets: true }'),
    /policy a lets Applications make repositories and clusters of Argo CD/,
  ],
}
for (const [name, [policies, warning]] of Object.entries(wide)) {
  test(`wider than it has to be: ${name}`, async () => {
    const { exitCode, stderr } = await config('check', file(policies))
    assert.equal(exitCode, 0)
    assert.match(stderr, warning)
    assert.equal(stderr.match(/^warning: /gm)?.length, 1)
  })
}

test('one credential for two hosts', async () => {
  const hosts = 'hosts: [{ url: "https://a.example" }, { url: "https://b.example" }]\n'
  const allow =
    'allow: { apps: [a], environments: [b], hosts: ["https://a.example", "https://b.example"] }'
  const { stderr } = await config('check', file(policy('a', allow), hosts))
  assert.match(stderr, /policy a sends one credential to 2 hosts/)
})

test('files that are not there, and one that everybody can write', async () => {
  const open = join(folder, 'open')
  writeFileSync(open, 'fake-token')
  chmodSync(open, 0o666)
  const more = `credentials: { default: { file: ${open} }, b: { file: ${folder}/none } }
tokenSecrets: { directory: ${folder}/tokens }
hosts: [{ url: "https://a.example", caFile: ${folder}/ca.pem }]
`
  const { stderr } = await config('check', file(policy('a', ALLOW), more))
  for (const words of [
    /caFile of host https:\/\/a.example: .*ca.pem cannot be read here/,
    /credential b: .*none cannot be read here/,
    /credential default: everybody can write/,
    /tokenSecrets.directory: .*tokens cannot be read here/,
  ]) {
    assert.match(stderr, words)
  }
  assert.doesNotMatch(stderr, /fake-token/)
})

test('a bad file: every fault at its line, and exit code 2', async () => {
  const { exitCode, stdout, stderr } = await config('check', file(policy('a', 'alow: {}')))
  assert.equal(exitCode, 2)
  assert.equal(stdout, '')
  assert.match(stderr, /config.yaml:3:.*unknown field policies\[0\]\.alow\n {2}hint: did you mean/)
})

const POLICIES =
  policy(
    'payments',
    `allow: { apps: [api, { id: a-1 }], environments: [Production], paths: [/db/**] }`,
  ) + policy('billing', `match: { projects: [billing] }, ${ALLOW}`)

const wishes: readonly (readonly [argv: string, exitCode: number, out: RegExp])[] = [
  ['--app x --project payments', 0, /policy payments applies:[\s\S]*policy billing does not apply/],
  ['--app x --project none', 0, /no policy applies: such an Application may read nothing/],
  ['--app x --project payments --phase-app api --path /db', 0, /allowed\n {2}host: https:/],
  ['--app x --project payments --phase-app-id a-1 --path /db', 0, /\nallowed\n/],
  ['--app x --project payments --phase-app api', 1, /denied\n.*does not allow path "\/"/],
  [
    '--app x --project payments --phase-app other --path /db',
    0,
    /allowed\n[\s\S]*if app other is in Phase what the policy names otherwise/,
  ],
  [
    '--app x --project payments --phase-app api --environment production --path /db',
    0,
    /if environment production is in Phase what the policy names otherwise/,
  ],
  ['--app x --project payments --phase-app-id a-2 --path /db', 0, /if app a-2 is in Phase/],
  ['--app x --project billing --phase-app other --path /db', 1, /does not allow app "other"/],
  [
    '--app x --project payments --namespace a --phase-app api --path /db --target-namespace b',
    1,
    /does not allow target namespace b/,
  ],
  ['--app x --project none --phase-app api', 1, /no policy in the plugin's configuration applies/],
]
for (const [argv, exitCode, out] of wishes) {
  test(`explain ${argv}`, async () => {
    const result = await config('explain', '--config', file(POLICIES), ...argv.split(' '))
    assert.match(result.stdout, out)
    assert.equal(result.stderr, '')
    assert.equal(result.exitCode, exitCode)
  })
}

test('a policy that names the default credential agrees with one that names none', async () => {
  const named = 'allow: { credential: default, apps: [api], environments: [Production] }'
  const path = file(
    policy('a', ALLOW) + policy('b', named),
    `credentials: { default: { file: ${token} } }\n`,
  )
  const argv = ['--config', path, '--app', 'x', '--project', 'payments', '--phase-app', 'api']
  const { exitCode, stdout } = await config('explain', ...argv)
  assert.equal(exitCode, 0, stdout)
  assert.match(stdout, /\nallowed\n[\s\S]*token: credential default\n/)
})

const CHECK = `check:
  failOn: warning
  severity: { RB017: low }
  enforced: [RB003, escalation]
  exemptions: { longest: 90d }
  trusted: [Group/platform-admins, "Group/system:authenticated"]
  readers:
    - { secrets: [a/b], subjects: [User/system:anonymous] }
    - { secrets: [a/c], subjects: [] }
  managedSecrets: ["a/*"]
`

const EXPLAINED = `
check holds every repository to:
  failOn: warning
  severity: RB017 low
  enforced: RB003, escalation
  exemptions: 90 days at most
  trusted: Group/platform-admins, Group/system:authenticated
  readers of a/b: User/system:anonymous
  readers of a/c: nobody
  managedSecrets: a/*
`

test('explain what check holds repositories to', async () => {
  const argv = ['explain', '--config', file(POLICIES, CHECK), '--app', 'x', '--project', 'none']
  const { stdout, stderr } = await config(...argv)
  assert.equal(stderr, '')
  assert.ok(stdout.endsWith(EXPLAINED), stdout)
  const { check } = JSON.parse((await config(...argv, '--format', 'json')).stdout)
  assert.deepEqual(check, {
    failOn: 'warning',
    severity: { RB017: 'low' },
    enforced: ['RB003', 'escalation'],
    exemptions: { allowed: true, longest: 90 },
    trusted: ['Group/platform-admins', 'Group/system:authenticated'],
    readers: [
      { secrets: ['a/b'], subjects: ['User/system:anonymous'] },
      { secrets: ['a/c'], subjects: [] },
    ],
    managedSecrets: ['a/*'],
  })
})

const WATCH = `watch:
  argocd: { server: "http://argocd-server", projects: [payments] }
  phase: [{ tokenFile: ${token} }, { directory: /nowhere/tokens }]
  interval: { standard: 30 }
  state: { file: /state/watch.json }
  lease: argocd/phase-watch
`

const WATCHES = `
watch asks:
  Argo CD: http://argocd-server
  token: what ARGOCD_AUTH_TOKEN says
  projects: payments
  selector: none
  Phase: ${token} at the default host, /nowhere/tokens/<namespace>/<name>/token at the default host
  interval: 30 s, PhaseSecrets from 15 s to 3600 s
  requestsPerMinute: 60
  spread: 60 s, 4 at a time
  sync: false
  state: /state/watch.json
  lease: argocd/phase-watch
`

test('explain whom watch asks', async () => {
  const argv = ['explain', '--config', file(POLICIES, WATCH), '--app', 'x', '--project', 'none']
  const { stdout, stderr } = await config(...argv)
  assert.equal(stderr, '')
  assert.ok(stdout.endsWith(WATCHES), stdout)
  const { watch } = JSON.parse((await config(...argv, '--format', 'json')).stdout)
  assert.deepEqual(watch, {
    argocd: { server: 'http://argocd-server', projects: ['payments'] },
    phase: [{ token: { file: token } }, { token: { directory: '/nowhere/tokens' } }],
    interval: { standard: 30, shortest: 15, longest: 3600 },
    requestsPerMinute: 60,
    spread: 60,
    concurrency: 4,
    sync: false,
    state: { file: '/state/watch.json' },
    lease: { namespace: 'argocd', name: 'phase-watch' },
  })
})

test('a watch that will not work as its author may think', async () => {
  const { exitCode, stderr } = await config('check', file(policy('a', ALLOW), WATCH))
  assert.equal(exitCode, 0)
  assert.match(stderr, /watch\.phase\[1\]\.directory: \/nowhere\/tokens cannot be read here/)
  assert.match(stderr, /watch\.argocd\.server is asked without TLS/)
  assert.match(stderr, /watch\.lease without watch\.state\.configMap/)
  assert.equal(stderr.match(/^warning: /gm)?.length, 3)
})

test('a check that trusts everybody', async () => {
  const { exitCode, stderr } = await config('check', file(policy('a', ALLOW), CHECK))
  assert.equal(exitCode, 0)
  assert.match(stderr, /config.yaml:7:36: check.trusted has Group.system:authenticated: what any/)
  assert.match(stderr, /config.yaml:9:36: check.readers has User.system:anonymous: what anybody/)
  assert.equal(stderr.match(/^warning: /gm)?.length, 2)
})

test('explain as JSON', async () => {
  const argv = ['--app', 'x', '--project', 'payments', '--phase-app', 'api', '--format', 'json']
  const { stdout, exitCode } = await config('explain', '--config', file(POLICIES), ...argv)
  const { application, policies, allowed, reasons } = JSON.parse(stdout)
  assert.equal(exitCode, 1)
  assert.deepEqual(application, { name: 'x', project: 'payments' })
  assert.deepEqual(
    policies.map((each: { name: string; mismatches: string[] }) => [each.name, each.mismatches]),
    [
      ['payments', []],
      ['billing', ['projects']],
    ],
  )
  assert.equal(allowed, false)
  assert.equal(reasons[0].message, 'policy payments does not allow path "/"')
})

const mistakes: readonly (readonly [argv: readonly string[], err: RegExp])[] = [
  [['explain', '--project', 'a'], /required option '--app <NAME>' not specified/],
  [['explain', '--app', 'a'], /there is no configuration file/],
  [['explain', '--app', 'a', '--format', 'xml'], /--format is neither text nor json/],
  [
    ['explain', '--app', 'a', '--path', '/', '--config', file(POLICIES)],
    /the wish names no app\n {2}hint: add --phase-app or --phase-app-id/,
  ],
  [['check'], /missing required argument/],
  [['check', '/nowhere/at/all'], /the configuration file \/nowhere\/at\/all cannot be read/],
]
for (const [argv, err] of mistakes) {
  test(`config ${argv.join(' ')}: a mistake`, async () => {
    const result = await config(...argv)
    assert.match(result.stderr, err)
    assert.equal(result.exitCode, 2)
    assert.equal(result.stdout, '')
  })
}
