// What is published is what we mean to publish.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { test } from 'node:test'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

test('every file of the package exists', () => {
  for (const path of [...manifest.files, ...Object.values<string>(manifest.bin)]) {
    assert.ok(existsSync(path), path)
  }
})

const files = readdirSync('dist').map((name) => ({
  name,
  text: readFileSync(`dist/${name}`, 'utf8'),
}))

/** What a file asks for at run time. */
const wanted = (text: string): string[] =>
  [...text.matchAll(/\b(?:require|import)\("([^"]*)"\)/g)].map(([, name]) => name ?? '')

test('the program needs nothing beside its files but the Kubernetes client', () => {
  const outside = files.flatMap(({ text }) => wanted(text)).filter((name) => !name.startsWith('.'))
  const missing = [...new Set(outside)].filter(
    (name) => !builtinModules.includes(name.replace(/^node:/, '')),
  )
  // The proxy agent looks for the second and does without.
  assert.deepEqual(missing.sort(), ['@kubernetes/client-node', 'kerberos'])
})

test('each file is asked for by another, and is there', () => {
  const inside = files.flatMap(({ text }) => wanted(text)).filter((name) => name.startsWith('.'))
  const parts = new Set(inside.map((name) => name.replace(/^\.\//, '')))
  const program = manifest.bin['argocd-phase-plugin'].replace(/^dist\//, '')
  assert.deepEqual(files.map(({ name }) => name).sort(), [program, ...parts].sort())
})

test('install scripts run for one package only', () => {
  const allowed = Object.entries(manifest.allowScripts).filter(([, may]) => may === true)
  assert.deepEqual(allowed, [['node', true]])
})

test('the program refuses the Node that the package refuses', () => {
  const [, major, minor] =
    /OLDEST = \[(\d+), (\d+)\]/.exec(readFileSync('cmp/main.ts', 'utf8')) ?? []
  assert.equal(manifest.engines.node, `>=${major}.${minor}`)
})
