// `preview` as people and CI run it: what it takes, what it says, how it ends, what it leaves behind.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from '../cmp/cli.ts'
import { startDevServer } from '../cmp/dev-server/server.ts'
import type { Preview } from '../render/preview/model.ts'
import { gitRepository } from './support/git-repository.ts'
import { memoryIo } from './support/memory-io.ts'
import { deployment, phaseSecret } from './support/preview-state.ts'
import type { Ended } from './support/process.ts'
import { ended, start } from './support/process.ts'
import { temporaryTree } from './support/tree.ts'

const STORE = `apps:
  shop:
    environments:
      dev: { secrets: { "/": { A: fake-dev-a, B: fake-b } } }
      prod: { secrets: { "/": { A: fake-prod-a, B: fake-b } } }
`

async function preview(argv: readonly string[], env = {}, stdin = ''): Promise<Ended> {
  const { io, stdout, stderr } = memoryIo({ PATH: process.env.PATH, ...env }, stdin)
  const exitCode = await run(['preview', ...argv], io)
  return { exitCode, stdout: stdout(), stderr: stderr() }
}

async function json(argv: readonly string[], env = {}, stdin = ''): Promise<Preview> {
  const { exitCode, stdout, stderr } = await preview([...argv, '--format', 'json'], env, stdin)
  assert.equal(exitCode, 0, stderr)
  return JSON.parse(stdout)
}

const changes = ({ objects }: Preview): string[] =>
  objects.map(({ kind, name, change }) => `${change} ${kind} ${name}`)

/** A repository with two environments' worth of changes, and a store beside it. */
function repository() {
  const made = gitRepository({ 'app/a.yaml': phaseSecret('dev') + deployment({ key: 'A' }) })
  made.commit({ 'app/a.yaml': phaseSecret('prod') + deployment({ key: 'A' }) })
  const store = join(temporaryTree({ 'store.yaml': STORE }), 'store.yaml')
  return { ...made, app: join(made.root, 'app'), offline: ['--offline', store] }
}

test('the exit code says whether there is a difference, if it was asked to', async () => {
  const { app, offline } = repository()
  const against = (revision: string, ...more: string[]) =>
    preview([app, '--against', revision, ...offline, ...more])
  assert.equal((await against('HEAD~1')).exitCode, 0)
  assert.equal((await against('HEAD~1', '--exit-code')).exitCode, 1)
  assert.equal((await against('HEAD', '--exit-code')).exitCode, 0)
  assert.equal((await preview([app, '--against', 'HEAD~1', '--exit-code'])).exitCode, 1)
  assert.equal((await preview([app, ...offline, '--exit-code'])).exitCode, 0)
})

test('what a preview finds is the same against a revision, a folder and a file', async () => {
  const { app, git, offline } = repository()
  const before = temporaryTree({ 'a.yaml': git('show', 'HEAD~1:app/a.yaml') })
  const [revision, folder, file] = await Promise.all(
    ['HEAD~1', before, join(before, 'a.yaml')].map((base) =>
      json([app, '--against', base, ...offline]),
    ),
  )
  assert.ok(revision !== undefined && folder !== undefined && file !== undefined)
  assert.deepEqual(changes(revision), ['changed Secret web', 'changed Deployment web'])
  assert.deepEqual(changes(folder), changes(revision))
  assert.deepEqual(changes(file), changes(revision))
  assert.deepEqual(
    [revision, folder, file].map(({ base }) => base?.kind),
    ['revision', 'folder', 'file'],
  )
})

test('standard input; it has no revision, but it can be compared with a folder', async () => {
  const { app, offline, git } = repository()
  const text = git('show', 'HEAD~1:app/a.yaml')
  const found = await json(['-', '--against', app, ...offline], {}, text)
  assert.deepEqual(changes(found), ['changed Secret web', 'changed Deployment web'])
  const refused = await preview(['-', '--against', 'HEAD'], {}, text)
  assert.equal(refused.exitCode, 2)
  assert.match(refused.stderr, /standard input is in no Git repository/)
})

test('what generate printed is a base, and is no difference to what it was printed from', async () => {
  const { app } = repository()
  const server = await startDevServer({ store: STORE, seed: 'preview' })
  try {
    const env = { PHASE_HOST: server.host, PHASE_SERVICE_TOKEN: server.token }
    const { io, stdout } = memoryIo(env)
    assert.equal(await run(['generate', app], io), 0)
    const file = join(temporaryTree({ 'out.yaml': stdout() }), 'out.yaml')
    const found = await json([app, '--against', file], env)
    assert.deepEqual(changes(found), ['same Secret web', 'same Deployment web'])
  } finally {
    await server.close()
  }
})

test('the costs: one request for the account and one for each environment, however many states', async () => {
  const { app, offline } = repository()
  const found = await json([app, '--against', 'HEAD~1', ...offline, '--stats'])
  assert.deepEqual(
    { ...found.measurements, milliseconds: 0 },
    { requests: 3, secrets: 4, milliseconds: 0 },
  )
  assert.equal((await json([app, ...offline])).measurements, undefined)
})

test('a broken base, a base without the folder, an empty one', async () => {
  const { offline } = repository()
  const { root, commit } = gitRepository({ 'other/b.yaml': 'x: 1\n' })
  commit({ 'app/a.yaml': phaseSecret('dev').replace('phaseApp', 'phaseAp') })
  commit({ 'app/a.yaml': phaseSecret('dev') })
  const app = join(root, 'app')
  const added = await json([app, '--against', 'HEAD~2', ...offline])
  assert.deepEqual(changes(added), ['added Secret web'])
  const { stderr } = await preview([app, '--against', 'HEAD~2', ...offline])
  assert.match(stderr, /^notice: the folder is not in what .*: all of it counts as added$/m)
  const { root: other, commit: add } = gitRepository({
    'app/README.md': 'x\n',
    'app/b.yaml': '# no object\n',
  })
  assert.equal((await preview([join(other, 'app')])).exitCode, 1)
  add({ 'app/a.yaml': phaseSecret('dev') })
  const first = await json([join(other, 'app'), '--against', 'HEAD~1', ...offline])
  assert.deepEqual(changes(first), ['added Secret web'])
  // A change that mends what is broken can be looked at all the same.
  const argv = [app, '--against', 'HEAD~1', ...offline]
  const broken = await preview(argv)
  assert.match(broken.stderr, /^warning: HEAD~1:app\/a\.yaml:5:3: PhaseSecret web: /m)
  const mended = await json(argv)
  assert.deepEqual(changes(mended), ['unknown Secret web'])
  assert.match(mended.notes.join(), /HEAD~1 \([0-9a-f]{12}\) cannot be rendered/)
  assert.equal((await preview([...argv, '--exit-code'])).exitCode, 1)
})

test('what is noted of both states is said once; of tokens nothing is, with a store', async () => {
  const notes = (text: string) => text.split('\n').filter((line) => line.startsWith('notice:'))
  const { root, commit } = gitRepository({ 'app/a.yaml': withTokenReference('dev') })
  commit({ 'app/a.yaml': withTokenReference('prod') })
  const app = [join(root, 'app'), '--against', 'HEAD~1']
  const offline = await preview([...app, ...repository().offline])
  assert.equal(offline.exitCode, 0, offline.stderr)
  assert.deepEqual(notes(offline.stderr), [])
  const server = await startDevServer({ store: STORE, seed: 'preview' })
  try {
    const env = { PHASE_HOST: server.host, PHASE_SERVICE_TOKEN: server.token }
    const [note, ...more] = notes((await preview(app, env)).stderr)
    assert.match(note ?? '', /app\/a\.yaml:\d+:\d+: .*the configured token is used/)
    assert.doesNotMatch(note ?? '', /HEAD/)
    assert.deepEqual(more, [])
  } finally {
    await server.close()
  }
})

function withTokenReference(environment: string): string {
  const reference = '{ secretName: token, secretNamespace: shop }'
  return phaseSecret(environment).replace(
    'spec:\n',
    `spec:\n  authentication: { serviceToken: { serviceTokenSecretReference: ${reference} } }\n`,
  )
}

const mistakes: readonly (readonly [argv: readonly string[], says: RegExp])[] = [
  [['--format', 'yaml'], /--format is none of text, markdown, json, html/],
  [['--color', 'yes'], /--color is none of auto, always, never/],
  [['--comment-id', '--><script>'], /--comment-id is no id/],
  [['--offline', 's.yaml', '--placeholders'], /--offline and --placeholders do not go together/],
  [['--app', 'a.yaml', '--parameters', '[]'], /--app and --parameters do not go together/],
  [['--app-name', 'x'], /--app-name needs --app/],
  [['--context', 'x'], /--context needs --against live/],
  [['--kubeconfig', 'x', '--against', 'HEAD'], /--kubeconfig needs --against live/],
  [['nowhere'], /nowhere:1:1: is not a folder/],
  [['.', '--against', 'no-such-revision'], /is no folder, no file and no Git revision/],
  [['.', '--against', './no-such-path'], /"\.\/no-such-path" is no folder and no file\n.*the path/],
  [['.', '--offline', 'no-such-store'], /the store no-such-store cannot be read/],
  [['--app', 'no-such-file'], /no-such-file:1:1: there is no such file/],
  [['--agianst', 'HEAD'], /unknown option '--agianst'/],
]
for (const [argv, says] of mistakes) {
  test(`usage: ${argv.join(' ')}`, async () => {
    const { exitCode, stdout, stderr } = await preview(argv)
    assert.deepEqual([exitCode, stdout], [2, ''])
    assert.match(stderr, says)
    assert.match(stderr, /^ {2}hint: /m)
  })
}

test('an Application is previewed with its policies, as it is and as it was', async () => {
  const made = repository()
  const application = (path: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop, namespace: argocd }
spec:
  project: payments
  source: { repoURL: https://git.example.com/shop, path: ${path}, plugin: { name: phase } }
  destination: { namespace: shop }
`
  made.commit({ 'apps/shop.yaml': application('app'), 'app2/a.yaml': phaseSecret('prod') })
  made.commit({ 'apps/shop.yaml': application('app2') })
  const config = join(
    temporaryTree({
      'config.yaml': `version: 1
policies:
  - name: payments
    match: { projects: [payments] }
    allow: { apps: [shop], environments: [prod] }
`,
    }),
    'config.yaml',
  )
  const app = ['--app', join(made.root, 'apps/shop.yaml'), '--config', config, ...made.offline]
  const found = await json([made.root, ...app, '--against', 'HEAD~1'])
  assert.deepEqual(changes(found), ['same Secret web', 'removed Deployment web'])
  made.commit({ 'app2/a.yaml': phaseSecret('dev') })
  const denied = await preview([made.root, ...app])
  assert.equal(denied.exitCode, 1)
  assert.match(denied.stderr, /app2\/a\.yaml:6:3: PhaseSecret web: .*dev/)
})

/** Starts a preview whose base never gets its values, and ends it in the middle, with the files laid out. */
async function interrupted(signal: NodeJS.Signals) {
  const { app } = repository()
  const temporary = temporaryTree()
  const slow = { effect: 'latency', milliseconds: 60_000, environment: 'shop/dev' }
  const server = await startDevServer({ store: `${STORE}faults: [${JSON.stringify(slow)}]\n` })
  try {
    const child = start(['preview', app, '--against', 'HEAD~1'], {
      PATH: process.env.PATH ?? '',
      TMPDIR: temporary,
      PHASE_HOST: server.host,
      PHASE_SERVICE_TOKEN: server.token,
    })
    const end = ended(child)
    const isAsked = () => server.requests().some(({ environment }) => environment === 'shop/dev')
    while (!isAsked() || readdirSync(temporary).length === 0) await sleep(10)
    child.kill(signal)
    const { exitCode, stdout } = await end
    return { exitCode, stdout, left: readdirSync(temporary) }
  } finally {
    await server.close()
  }
}

for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} ends it at once, and leaves nothing behind`, async () => {
    const result = await interrupted(signal)
    assert.deepEqual(result, { exitCode, stdout: '', left: [] })
  })
}
