// `watch` as it is called: its help, and what keeps it from beginning.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { run } from '../../../cmp/cli.ts'
import { memoryIo } from '../../support/memory-io.ts'

const ENV = {
  ARGOCD_SERVER: 'argocd.example',
  ARGOCD_AUTH_TOKEN: 'argocd-token-of-nobody',
  PHASE_SERVICE_TOKEN: 'phase-token-of-nobody',
}

async function watch(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { io, stdout, stderr } = memoryIo(env)
  const exitCode = await run(['watch', ...argv], io)
  assert.doesNotMatch(stdout() + stderr(), /of-nobody/)
  return { exitCode, stdout: stdout(), stderr: stderr() }
}

test('the help says what it needs, how it ends, and fits a terminal', async () => {
  const { exitCode, stdout, stderr } = await watch(['--help'])
  assert.equal(exitCode, 0)
  assert.equal(stderr, '')
  const options = ['config', 'once', 'dry-run', 'listen', 'log-format', 'kubeconfig', 'context']
  for (const option of options) assert.match(stdout, new RegExp(`^ {2}--${option}\\b`, 'm'))
  for (const name of Object.keys(ENV)) assert.match(stdout, new RegExp(`\\b${name}\\b`))
  for (const words of [
    /^Examples:/m,
    /^Exit codes:\n {2}0 .*2 usage {3}3 /m,
    /"applications, get"/,
    /0\.0\.0\.0/,
  ])
    assert.match(stdout, words)
  for (const line of stdout.split('\n')) assert.ok(line.length <= 110, line)
})

test('every example of the help is a command line', async () => {
  const { stdout } = await watch(['--help'])
  const examples = [...stdout.matchAll(/^ {2}.*argocd-phase-plugin watch(.*)$/gm)]
  assert.equal(examples.length, 4)
  for (const [, rest = ''] of examples) {
    const { stderr } = await watch(
      rest
        .replace(/\/\S+config/, 'config')
        .split(' ')
        .filter(Boolean),
    )
    assert.doesNotMatch(stderr, /unknown option|none of|not ADDRESS|too many/)
  }
})

const mistakes: Record<string, readonly [argv: readonly string[], env: object, err: RegExp]> = {
  'an unknown option': [
    ['--onec'],
    ENV,
    /^error: unknown option '--onec'\n {2}hint: did you mean --once/,
  ],
  'an argument': [['all'], ENV, /^error: too many arguments/],
  'a format': [['--log-format', 'xml'], ENV, /^error: --log-format is none of text, json\n/],
  'no address': [
    ['--listen', '8080'],
    ENV,
    /^error: --listen is not ADDRESS:PORT\n {2}hint: such as 127/,
  ],
  'once, with probes': [
    ['--once', '--listen', '127.0.0.1:0'],
    ENV,
    /^error: --once and --listen do not go together\n/,
  ],
  'nothing configured': [
    [],
    {},
    /^error: no Argo CD server .*\n.*\nerror: no token for Argo CD .*\n.*\nerror: no Phase token /,
  ],
  'a configuration that is not there': [
    ['--config', '/nowhere/at/all'],
    ENV,
    /^error: the configuration file \/nowhere\/at\/all cannot be read \(missing\)/,
  ],
  'inside the plugin': [
    [],
    { ...ENV, ARGOCD_APP_NAME: 'web' },
    /^error: ARGOCD_APP_NAME is set: watch/,
  ],
}
for (const [name, [argv, env, err]] of Object.entries(mistakes)) {
  test(`a mistake, and exit code 2: ${name}`, async () => {
    const { exitCode, stdout, stderr } = await watch(argv, { ...env })
    assert.match(stderr, err)
    assert.equal(exitCode, 2)
    assert.equal(stdout, '')
  })
}

test('a log of JSON begins with what is wrong, as JSON', async () => {
  const env = { ARGOCD_SERVER: 'ftp://argocd', PHASE_SERVICE_TOKEN: 'phase-token-of-nobody' }
  const { exitCode, stderr } = await watch(['--log-format', 'json'], env)
  assert.equal(exitCode, 2)
  const lines = stderr.trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => {
      const { level, event, msg } = JSON.parse(line)
      return [level, event, msg]
    }),
    [
      ['error', 'problem', 'ARGOCD_SERVER is neither https nor http'],
      ['error', 'problem', 'no token for Argo CD is configured'],
    ],
  )
})

test('a port in use, and exit code 2', async (context) => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  context.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const { exitCode, stderr } = await watch(['--listen', `127.0.0.1:${address.port}`], ENV)
  assert.equal(exitCode, 2)
  assert.match(
    stderr,
    /^error: --listen: 127\.0\.0\.1:\d+ is in use\n {2}hint: choose another port\n$/,
  )
})
