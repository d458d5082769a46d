// The README's promises: its commands exist, its YAML is what the demo reads and prints.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readCheckPolicy } from '../cmp/check/policy/read.ts'
import { run } from '../cmp/cli.ts'
import { readConfiguration } from '../cmp/config/read-configuration.ts'
import { mergePolicies } from '../manifests/check/policy.ts'
import { RULES } from '../render/check/catalogue.ts'
import { gitRepository } from './support/git-repository.ts'
import { memoryIo } from './support/memory-io.ts'

const readme = readFileSync('README.md', 'utf8')
const repository = 'fixtures/repos/keyspace'
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language: language ?? '',
  text: text ?? '',
}))

/** Files to apply, or to write by their example; other tests check what they say. */
const installation = ['manifests/install', '.']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: folder !== '.', encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((path) => path.endsWith('.yaml'))
  .map((path) => readFileSync(path, 'utf8'))

test('every YAML block is in a file: of the demo, of the installation, or a configuration', () => {
  const output = execFileSync(process.execPath, ['scripts/demo.ts'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // The demo's server is on this machine.
  const shownOutput = output.replace(/https:\/\/127\.0\.0\.1:\d+/, 'https://console.phase.dev')
  const sources = readdirSync(repository).map((name) =>
    readFileSync(join(repository, name), 'utf8'),
  )
  const shown = blocks.filter(
    ({ language, text }) => language === 'yaml' && !text.startsWith('version: 1\n'),
  )
  assert.ok(shown.length >= 4, 'the blocks were found')
  for (const { text } of shown) {
    assert.ok(
      [...sources, shownOutput, ...installation].some((source) => source.includes(text)),
      text,
    )
  }
})

test('the error it shows is the one a misspelt app gives', () => {
  const fixture = readFileSync('fixtures/generate/app-misspelt/stderr.txt', 'utf8')
  const expected = fixture.replace('fixtures/generate/app-misspelt/input', 'manifests')
  assert.ok(
    blocks.some(({ text }) => text === expected),
    expected,
  )
})

test('the preview it shows is the one of a branch with another environment and a newer image', async () => {
  const read = (name: string) => readFileSync(join(repository, name), 'utf8')
  const [manifest, secret] = [read('deployment.yaml'), read('phasesecret.yaml')]
  const { root, commit } = gitRepository({
    'manifests/deployment.yaml': manifest,
    'manifests/phasesecret.yaml': secret,
  })
  commit({
    'manifests/deployment.yaml': manifest.replace('1.4.2', '1.4.3'),
    'manifests/phasesecret.yaml': secret.replace('production', 'staging'),
  })
  const { io, stdout } = memoryIo({
    PATH: process.env.PATH,
    PHASE_FINGERPRINT_KEY: '00112233445566778899aabbccddeeff',
  })
  const offline = ['--offline', `${repository}.store.yaml`]
  const code = await run(['preview', `${root}/manifests`, '--against', 'HEAD~1', ...offline], io)
  assert.equal(code, 0)
  const output = stdout().replaceAll(`${root}/`, '')
  const shown = blocks.filter(({ text }) => /^(changed Secret|What rolls)/.test(text))
  assert.equal(shown.length, 2)
  for (const { text } of shown) assert.ok(output.includes(text), `${text}\n${output}`)
})

test('every npm script and every command it names exists', async () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  for (const [, name] of readme.matchAll(/npm run ([\w-]+)/g))
    assert.ok(scripts[name ?? ''], String(name))
  assert.ok(scripts.test)
  const { io, stdout } = memoryIo()
  assert.equal(await run(['--help'], io), 0)
  for (const [, name] of readme.matchAll(/argocd-phase-plugin ([a-z][\w-]+) /g)) {
    assert.match(stdout(), new RegExp(`^ {2}${name} `, 'm'))
  }
})

test('every file it links to exists', () => {
  for (const [, target] of readme.matchAll(/\]\((?!https:)([^)#]+)\)/g)) {
    assert.ok(existsSync(target ?? ''), String(target))
  }
})

test('the variables of --help and of the README are the same', async () => {
  const { io, stdout } = memoryIo()
  await run(['generate', '--help'], io)
  await run(['preview', '--help'], io)
  const names = (text: string) => new Set(text.match(/\bPHASE_[A-Z_]+\b/g))
  const table = readme.split('\n').filter((line) => line.startsWith('| `'))
  assert.deepEqual([...names(stdout())].sort(), [...names(table.join('\n'))].sort())
})

const versioned = blocks.filter(({ text }) => text.startsWith('version: 1\n'))
const [policies, configurations] = [true, false].map((isPolicy) =>
  versioned.filter(({ text }) => text.includes('\nexemptions:\n') === isPolicy),
)

test('the configuration it shows is one, and the policy is one', () => {
  assert.equal(configurations?.length, 2)
  assert.equal(policies?.length, 1)
  for (const { text } of configurations ?? []) {
    assert.ok('value' in readConfiguration(Buffer.from(text), 'README.md'), text)
  }
  for (const { text } of policies ?? []) {
    const read = readCheckPolicy(Buffer.from(text), 'README.md')
    assert.ok('value' in read, text)
    const merged = mergePolicies(read.value, undefined, RULES, '2026-11-25')
    assert.deepEqual(merged.problems, [])
  }
})

test('the configuration that docs/sealing.md shows is one, and seals', () => {
  const indented = /^ {3}```yaml\n( {3}version: 1\n.*?)^ {3}```$/ms
  const [, text = ''] = indented.exec(readFileSync('docs/sealing.md', 'utf8')) ?? []
  const read = readConfiguration(Buffer.from(text.replace(/^ {3}/gm, '')), 'docs/sealing.md')
  assert.ok('value' in read, JSON.stringify(read))
  assert.deepEqual(read.value.policies[0]?.allow.sealed, { certificate: 'prod', scope: 'strict' })
})

test('the order of encryption that it tells is one that nothing is lost in', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'argocd-phase-readme-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'enc.yaml')
  const enc = async (...args: string[]) => {
    const { io, stderr } = memoryIo()
    assert.equal(await run(['encryption', ...args], io), 0, stderr())
  }
  const before = `${file}.before`
  const step = async (...args: string[]) => {
    copyFileSync(file, before)
    await enc('rotate', file, ...args, '--out', file, '--force')
    await enc('check', file, '--base', before)
  }
  assert.match(readme, /encryption generate --reads-only --out enc\.yaml/)
  assert.match(
    readme,
    /rotate enc\.yaml --step promote --every-server-has-it --out enc\.yaml --force/,
  )
  assert.match(readme, /rotate enc\.yaml --step drop --provider identity --out enc\.yaml --force/)
  await enc('generate', '--reads-only', '--out', file)
  await step('--step', 'promote', '--every-server-has-it')
  await step('--step', 'drop', '--provider', 'identity')
  assert.doesNotMatch(readFileSync(file, 'utf8'), /identity/)
})

test('what it asks config explain about its configuration is allowed', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'argocd-phase-readme-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'config.yaml')
  writeFileSync(file, blocks.find(({ text }) => text.startsWith('version: 1\n'))?.text ?? '')
  const [command = ''] = /^argocd-phase-plugin config explain(?:.*\\\n)*.*$/m.exec(readme) ?? []
  const [, ...args] = command.replace('config.yaml', file).split(/[\s\\]+/)
  const { io, stdout, stderr } = memoryIo()
  const exitCode = await run(args, io)
  assert.equal(exitCode, 0, stdout() + stderr())
  assert.match(stdout(), /^allowed$/m)
})
