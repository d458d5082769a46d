// Which program is run, in what environment, and in which folder of its own.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  defaultTools,
  findHelm,
  findKustomize,
  toolEnvironment,
} from '../../../cmp/sources/tools.ts'
import { openWorkspace, sweep } from '../../../cmp/sources/workspace.ts'
import { temporaryTree } from '../../support/tree.ts'

function programs(...names: string[]): string {
  const base = temporaryTree(Object.fromEntries(names.map((name) => [name, '#!/bin/sh\n'])))
  for (const name of names) chmodSync(join(base, name), 0o755)
  return base
}

test('inside Argo CD nothing comes from the network', () => {
  assert.deepEqual(defaultTools(true), {
    helm: 'helm',
    kustomize: ['kustomize'],
    chartRepositories: [],
    remoteBases: false,
  })
  assert.deepEqual(defaultTools(false).chartRepositories, 'any')
})

test('helm is looked up in PATH, by absolute folders only', () => {
  const base = programs('helm')
  const found = (helm: string, path: string) => {
    const outcome = findHelm({ ...defaultTools(true), helm }, path)
    return 'value' in outcome
      ? outcome.value
      : outcome.problems.map(({ fault, message }) => `${fault} ${message}`)
  }
  assert.equal(found('helm', `/nowhere:${base}`), join(base, 'helm'))
  assert.equal(found(join(base, 'helm'), ''), join(base, 'helm'))
  for (const [helm, path] of [
    ['helm', '.:bin'],
    ['./helm', base],
    ['bin/helm', base],
    ['', base],
    [base, base],
    ['helm3', base],
  ] as const) {
    assert.match(String(found(helm, path)), /^outside helm cannot be run/)
  }
})

test('kubectl stands in for kustomize, but only by default', () => {
  const kubectl = programs('kubectl')
  const both = programs('kubectl', 'kustomize')
  const find = (kustomize: readonly string[], path: string) =>
    findKustomize({ ...defaultTools(true), kustomize }, path)
  assert.deepEqual(find(['kustomize'], kubectl), { value: [join(kubectl, 'kubectl'), 'kustomize'] })
  assert.deepEqual(find(['kustomize'], both), { value: [join(both, 'kustomize'), 'build'] })
  assert.deepEqual(find(['kubectl', 'kustomize'], both), {
    value: [join(both, 'kubectl'), 'kustomize'],
  })
  assert.ok('problems' in find(['kustomize5'], kubectl))
  assert.ok('problems' in find([], kubectl))
})

test('the environment of a tool', () => {
  const base = temporaryTree()
  const opened = openWorkspace(base)
  assert.ok('value' in opened)
  const workspace = opened.value
  const settings = { path: '/p', temporary: base, network: { HTTPS_PROXY: 'http://proxy:1' } }
  const offline = toolEnvironment(settings, workspace, false)
  assert.ok(readdirSync(offline.PATH ?? '').length === 0, 'no git')
  assert.equal(offline.GIT_ALLOW_PROTOCOL, 'none')
  assert.equal(offline.HTTPS_PROXY, 'http://127.0.0.1:9')
  const online = toolEnvironment(settings, workspace, true)
  assert.deepEqual(
    [online.PATH, online.HTTPS_PROXY, online.GIT_ALLOW_PROTOCOL],
    ['/p', 'http://proxy:1', undefined],
  )
  for (const [name, value] of Object.entries(offline)) {
    assert.doesNotMatch(name, /PHASE|ARGOCD|PARAM|NODE_|TOKEN/)
    if (value.startsWith('/') && value !== '/dev/null')
      assert.ok(value.startsWith(workspace.folder), name)
  }
  assert.equal(statSync(workspace.folder).mode & 0o777, 0o700)
  workspace.remove()
  assert.deepEqual(readdirSync(base), [])
})

test('no folder to write to is a problem', () => {
  const outcome = openWorkspace('/dev/null/none')
  assert.ok('problems' in outcome && outcome.problems[0]?.fault === 'usage')
})

test('folders of dead runs go, of live ones and of others stay, links are not followed', () => {
  const dead = 'argocd-phase-plugin-4194300-abcdef'
  const old = `argocd-phase-plugin-${process.pid}-abcdeg`
  const base = temporaryTree({
    [`${dead}/file`]: '',
    [`${dead}/link`]: '-> ../precious',
    'precious/file': '',
    [`${old}/`]: '',
    [`argocd-phase-plugin-${process.pid}-alive1/`]: '',
    'argocd-phase-plugin-4194300-young1/': '',
    'argocd-phase-plugin-4194300-file00': '',
    'argocd-phase-plugin-4194300-link00': '-> precious',
    'argocd-phase-plugin-x/': '',
  })
  const now = Date.now()
  const age = (name: string, seconds: number) =>
    utimesSync(join(base, name), (now - seconds * 1000) / 1000, (now - seconds * 1000) / 1000)
  age(dead, 130)
  age(`argocd-phase-plugin-${process.pid}-alive1`, 3500)
  age(old, 3700)
  sweep(base, now)
  assert.deepEqual(
    readdirSync(base).sort(),
    [
      'argocd-phase-plugin-4194300-file00',
      'argocd-phase-plugin-4194300-link00',
      'argocd-phase-plugin-4194300-young1',
      `argocd-phase-plugin-${process.pid}-alive1`,
      'argocd-phase-plugin-x',
      'precious',
    ].sort(),
  )
  assert.ok(existsSync(join(base, 'precious/file')))
})
