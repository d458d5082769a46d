// What is published is what we mean to publish.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { test } from 'node:test'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

test('every file of the package exists', () => {
  for (const path of [...manifest.files, ...Object.values<string>(manifest.bin)]) {
    assert.ok(existsSync(path), path)
  }
})

test('the program needs nothing beside it but the Kubernetes client', () => {
  const bundle = readFileSync(manifest.bin['argocd-phase-plugin'], 'utf8')
  const wanted = new Set(
    [...bundle.matchAll(/\b(?:require|import)\("([^"./][^"]*)"\)/g)].map(([, name]) => name ?? ''),
  )
  const missing = [...wanted].filter((name) => !builtinModules.includes(name.replace(/^node:/, '')))
  // The proxy agent looks for the second and does without.
  assert.deepEqual(missing.sort(), ['@kubernetes/client-node', 'kerberos'])
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
