// The Dockerfile, as far as it can be checked without a container engine: what it is made from, what it
// copies, as whom it runs, and that what it copies is enough to build the program that was tested.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, matchesGlob, resolve } from 'node:path'
import { test } from 'node:test'
import { run } from '../cmp/cli.ts'
import { memoryIo } from './support/memory-io.ts'

interface Instruction {
  readonly keyword: string
  readonly text: string
}
interface Stage {
  readonly name: string
  readonly from: string
  readonly instructions: readonly Instruction[]
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const stages = readStages(readFileSync('Dockerfile', 'utf8'))
const final = stages.at(-1)
const instructions = stages.flatMap((stage) => stage.instructions)
const copies = instructions.filter(({ keyword }) => keyword === 'COPY').map(({ text }) => text)
/** What comes out of this repository: paths in it. */
const context = copies
  .filter((text) => !text.includes('--from='))
  .flatMap((text) =>
    text
      .split(' ')
      .filter((word) => !word.startsWith('--'))
      .slice(0, -1),
  )

function readStages(text: string): readonly Stage[] {
  const lines = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, '')
  const found = lines.split('\n').flatMap((line) => {
    const [, keyword = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line.trim()) ?? []
    return keyword === '' ? [] : [{ keyword, text: rest }]
  })
  const starts = found.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []))
  return starts.map((start, order) => {
    const [from = '', , name = ''] = (found[start]?.text ?? '').replace(/^--\S+ /, '').split(' ')
    return { name, from, instructions: found.slice(start + 1, starts[order + 1]) }
  })
}

/** A stage's instructions after those of the stages below it. */
function withBases(stage: Stage | undefined): readonly Instruction[] {
  if (stage === undefined) return []
  return [...withBases(stages.find(({ name }) => name === stage.from)), ...stage.instructions]
}

const last = (keyword: string) =>
  withBases(final).findLast((instruction) => instruction.keyword === keyword)?.text

const environmentOf = (stage: Stage | undefined) =>
  withBases(stage)
    .filter(({ keyword }) => keyword === 'ENV')
    .map(({ text }) => ` ${text}`)
    .join('\n')

test('every base image is pinned by tag and digest, each the same everywhere', () => {
  const bases = stages.map(({ from }) => from).filter((from) => from.includes(':'))
  assert.equal(bases.length, 3)
  for (const image of bases) assert.match(image, /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/)
  assert.equal(new Set(bases).size, 2)
  assert.deepEqual(
    instructions.filter(({ keyword, text }) => keyword === 'ADD' || /\b(curl|wget)\b/.test(text)),
    [],
  )
})

test('its Node is the one that the tests run on, and Helm and Kustomize are theirs too', () => {
  const version = manifest.devDependencies.node
  const images = stages.filter(({ from }) => from.startsWith('node:'))
  assert.equal(images.length, 2)
  for (const { from } of images) assert.ok(from.startsWith(`node:${version}-`), from)
  const text = instructions.map((each) => each.text).join('\n')
  assert.ok(text.includes(`process.version === 'v${version}'`))
  assert.ok(text.includes(`--target=node${version.split('.')[0]} `))
  const modules = readFileSync('test/argocd/tools-render/go.mod', 'utf8')
  const go = stages.find(({ name }) => name === 'tools')
  const wanted = /^go (\d+\.\d+)/m.exec(modules)?.[1] ?? 'none'
  const has = /^golang:(\d+\.\d+)/.exec(go?.from ?? '')?.[1] ?? 'none'
  assert.ok(Number(has.slice(2)) >= Number(wanted.slice(2)), `${has} builds for ${wanted}`)
  const build = go?.instructions.find((each) => each.text.includes('go build'))?.text ?? ''
  const packages = build.match(/\b(?:helm\.sh|sigs\.k8s\.io)\/\S+/g) ?? []
  assert.equal(packages.length, 2)
  for (const name of packages) assert.match(modules, new RegExp(`^\t${name}$`, 'm'))
})

test('everything that it copies exists and passes .dockerignore, which lets nothing else in', () => {
  const [everything, ...rules] = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  assert.equal(everything, '*')
  const allowed = rules.map((rule) => rule.replace('!', ''))
  assert.deepEqual(allowed.toSorted(), context.toSorted())
  for (const path of context) assert.ok(existsSync(path), path)
})

test('every copy from a stage names one above, and every stage is used', () => {
  const names = stages.map(({ name }) => name)
  const uses = new Set(stages.map(({ from }) => from))
  for (const [order, stage] of stages.entries()) {
    for (const { text } of stage.instructions) {
      const source = /--from=(\S+)/.exec(text)?.[1]
      if (source === undefined) continue
      assert.ok(names.slice(0, order).includes(source), text)
      uses.add(source)
    }
  }
  for (const name of names.slice(0, -1)) assert.ok(uses.has(name), name)
})

test('the image begins empty', () => {
  assert.equal(stages.find(({ name }) => name === 'base')?.from, 'scratch')
  assert.equal(withBases(final)[0]?.text, '--from=node /root-of-image /')
})

test('it runs as the user of Argo CD, in a folder that this user may enter', () => {
  assert.equal(last('USER'), '999:999')
  assert.equal(last('WORKDIR'), '/')
})

test('the home of its user is no folder that a run can write to', () => {
  // Node takes modules from there, and the Kubernetes client a kubeconfig, which may name a program.
  assert.match(environmentOf(final), / HOME=\/home\/argocd$/m)
  for (const { text } of withBases(final)) assert.doesNotMatch(text, /--chown=(?!0:0).*\/home/)
})

test('nothing in it makes Node slower: no V8 flag, no list of certificates that is parsed whole', () => {
  for (const { text } of instructions) assert.doesNotMatch(text, /NODE_OPTIONS|NODE_EXTRA_CA_CERTS/)
  const shebang = instructions.find(({ text }) => text.includes('#!'))?.text
  assert.match(shebang ?? '', /#!\/usr\/local\/bin\/node --use-openssl-ca\|/)
  assert.match(last('ENV') ?? '', /^NODE_COMPILE_CACHE=/)
  const environment = withBases(final).filter(({ keyword }) => keyword === 'ENV')
  assert.ok(environment.some(({ text }) => text.includes('SSL_CERT_DIR=/etc/ssl/certs')))
  assert.ok(environment.every(({ text }) => !text.includes('SSL_CERT_FILE')))
})

test('the compile cache is filled as the user that reads it, and cannot be written by it', () => {
  const warm = withBases(stages.find(({ name }) => name === 'warm'))
  const fill = warm.findIndex(({ text }) => text === '["argocd-phase-plugin", "--version"]')
  const before = warm.slice(0, fill)
  assert.ok(fill > 0)
  assert.ok(before.some(({ text }) => text === 'NODE_COMPILE_CACHE=/cache'))
  assert.equal(before.findLast(({ keyword }) => keyword === 'USER')?.text, '999:999')
  const folder = last('ENV')?.replace('NODE_COMPILE_CACHE=', '')
  assert.ok(copies.includes(`--from=warm --chown=0:0 --chmod=0555 /cache ${folder}`))
})

test('stages without a shell start programs by themselves, and the program has these commands', async () => {
  const { io, stdout } = memoryIo()
  assert.equal(await run(['--help'], io), 0)
  for (const name of ['base', 'warm', '']) {
    const own = stages.find((stage) => stage.name === name)?.instructions ?? []
    for (const { text } of own.filter(({ keyword }) => keyword === 'RUN')) {
      const [program, command] = JSON.parse(text)
      if (program === 'argocd-phase-plugin') assert.ok(stdout().includes(command), text)
    }
  }
  assert.equal(last('ENTRYPOINT'), '["argocd-phase-plugin"]')
})

test('plugin.yaml is where argocd-cmp-server reads it', () => {
  const target = '/home/argocd/cmp-server/config/plugin.yaml'
  assert.ok(copies.includes(`--chmod=0444 plugin.yaml ${target}`))
})

test('what it copies is enough: the build gives the program that was tested', () => {
  const folder = mkdtempSync(join(tmpdir(), 'argocd-phase-image-'))
  try {
    for (const path of context.filter((each) => !matchesGlob(each, 'test/**'))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      cpSync(path, join(folder, path), { recursive: true })
    }
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
    execFileSync(process.execPath, ['scripts/build.ts'], { cwd: folder })
    const bundle = manifest.bin['argocd-phase-plugin']
    // The bundle names the files of packages by their way from the folder, here through the link.
    const code = (path: string) =>
      readFileSync(path, 'utf8').replace(/(?:\.\.\/)+\S*?node_modules\//g, 'node_modules/')
    assert.ok(code(join(folder, bundle)) === code(bundle), 'the two bundles differ')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
