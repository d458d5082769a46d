// From an Application and a checkout to the folders that the plugin renders.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { chooseApplication, readApplicationFile } from '../../../cmp/subject/application.ts'
import type { Checkout } from '../../../cmp/subject/application-sources.ts'
import { sourcesIn } from '../../../cmp/subject/application-sources.ts'
import type { Problem } from '../../../manifests/problem.ts'
import { temporaryTree } from '../../support/tree.ts'

const REPO = 'https://git.example/team/shop.git'

function lines(problems: readonly Problem[]): string[] {
  return problems.map(({ severity, at, message, hint }) =>
    [`${severity} ${at?.file}:${at?.line}`, message, hint].filter(Boolean).join(' | '),
  )
}

function application(name: string, spec: string, namespace = ''): string {
  const metadata = `{name: ${name}${namespace && `, namespace: ${namespace}`}}`
  return `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: ${metadata}\nspec:\n${spec.replace(/^(?=.)/gm, '  ')}`
}

function plugin(path: string, repository = REPO, name = 'name: phase'): string {
  return `{repoURL: "${repository}", path: "${path}", plugin: {${name}}}`
}

function choose(text: string, name?: string) {
  const file = readApplicationFile(Buffer.from(text), 'app.yaml')
  if ('problems' in file) return assert.fail(lines(file.problems).join())
  return chooseApplication(file.value, name)
}

function preview(text: string, checkout: Partial<Checkout> & { root: string }) {
  const { application, problems } = choose(text)
  if (application === undefined) return assert.fail(lines(problems).join())
  const found = sourcesIn(application, {
    remotes: [REPO],
    controlPlaneNamespace: 'argocd',
    ...checkout,
  })
  return { sources: found.sources, problems: lines(found.problems) }
}

test('the name is the one of plugin.yaml', () => {
  const { name } = parse(readFileSync('plugin.yaml', 'utf8')).metadata
  const root = temporaryTree({ 'a/': '' })
  const { sources } = preview(application('x', `source: ${plugin('a', REPO, `name: ${name}`)}\n`), {
    root,
  })
  assert.equal(sources.length, 1)
})

test('one source, as Argo CD would tell the plugin of it', () => {
  const root = temporaryTree({ 'deploy/prod/x.yaml': '' })
  const text = application(
    'shop',
    `project: shop
destination: {namespace: shop-prod}
source:
  repoURL: ${REPO}
  path: ./deploy//prod/
  plugin: {name: phase-v1.2, env: [{name: A, value: b}], parameters: [{name: a, string: "1"}]}
`,
    'team-a',
  )
  const { sources, problems } = preview(text, { root })
  assert.deepEqual(problems, [])
  assert.deepEqual(sources, [
    {
      at: { file: 'app.yaml', line: 7, column: 3 },
      directory: 'deploy/prod',
      folder: join(root, 'deploy/prod'),
      application: {
        name: 'team-a_shop',
        namespace: 'shop-prod',
        project: 'shop',
        repository: REPO,
        sourcePath: './deploy//prod/',
      },
      parameters: '[{"name":"a","string":"1"}]',
    },
  ])
  const name = (options: Partial<Checkout>) =>
    preview(text, { root, ...options }).sources[0]?.application.name
  assert.equal(name({ controlPlaneNamespace: 'team-a' }), 'shop')
})

test('of several sources, what is not ours is said', () => {
  const root = temporaryTree({ 'web/': '', 'kust/': '' })
  const text = application(
    'x',
    `sources:
- ${plugin('web')}
- {repoURL: ${REPO}, ref: values}
- {repoURL: ${REPO}, path: kust}
- {repoURL: https://charts.example, chart: redis}
- ${plugin('x', 'https://me:secret@git.example/other')}
- ${plugin('x', REPO, 'name: vault')}
- ${plugin('x', REPO, 'name: phase-other')}
- ${plugin('.', REPO, '')}
- {repoURL: https://charts.example, chart: z, plugin: {name: phase}}
`,
  )
  const { sources, problems } = preview(text, { root })
  assert.deepEqual(
    sources.map(({ directory, application }) => [directory, application.name, application.project]),
    [
      ['web', 'x', 'default'],
      ['.', 'x', 'default'],
    ],
  )
  assert.deepEqual(problems, [
    'notice app.yaml:8 | not shown: rendered by Argo CD itself, without the plugin',
    'notice app.yaml:9 | not shown: rendered by Argo CD itself, without the plugin',
    'notice app.yaml:11 | not shown: rendered by the plugin vault',
    'notice app.yaml:12 | not shown: rendered by the plugin phase-other',
    'notice app.yaml:10 | not shown: "https://git.example/other" is not this checkout',
    'notice app.yaml:13 | plugin has no name: Argo CD asks plugins with a discover rule, and ours has none | set plugin.name: phase, unless your plugin.yaml has a rule',
    'notice app.yaml:14 | not shown: "https://charts.example" is not this checkout',
  ])
})

test('nothing of ours is an error', () => {
  const root = temporaryTree({ 'web/': '' })
  assert.deepEqual(
    preview(application('x', `source: {repoURL: ${REPO}, path: web}\n`), { root }).problems,
    [
      'notice app.yaml:5 | not shown: rendered by Argo CD itself, without the plugin',
      'error app.yaml:1 | nothing of it is rendered from this checkout | a source is ours if it has plugin.name: phase',
    ],
  )
})

const TWO = `sources:\n- ${plugin('a')}\n- ${plugin('b', 'https://git.example/team/base')}\n`
const ONE = `source: ${plugin('a')}\n`
const checkouts: readonly [
  what: string,
  spec: string,
  checkout: Partial<Checkout>,
  folders: string,
  ...problems: string[],
][] = [
  ['a remote by another way', ONE, { remotes: ['git@git.example:team/shop'] }, 'a'],
  [
    'the one that is a remote',
    TWO,
    { remotes: ['x', 'https://t@git.example/team/base.git'] },
    'b',
    'notice app.yaml:6 | not shown: "https://git.example/team/shop.git" is not this checkout',
  ],
  [
    '--repo over remotes',
    TWO,
    { repository: 'git@git.example:team/base.git' },
    'b',
    'notice app.yaml:6 | not shown: "https://git.example/team/shop.git" is not this checkout',
  ],
  [
    '--repo that is none of them',
    ONE,
    { repository: 'https://git.example/x' },
    '',
    'notice app.yaml:5 | not shown: "https://git.example/team/shop.git" is not this checkout',
    'error app.yaml:1 | nothing of it is rendered from this checkout | run it in a checkout of their repository, or say --repo URL if this is one',
  ],
  [
    'a fork',
    ONE,
    { remotes: ['git@git.example:me/shop'] },
    'a',
    'notice app.yaml:1 | this checkout is taken for "https://git.example/team/shop.git", which is not one of its remotes',
  ],
  [
    'no remotes and two repositories',
    TWO,
    { remotes: [] },
    '',
    'error app.yaml:1 | none of its repositories is a remote of this checkout | --repo URL says which repository this is',
  ],
  [
    'both are remotes',
    TWO,
    { remotes: [REPO, 'https://git.example/team/base'] },
    '',
    'error app.yaml:1 | this checkout has several of its repositories as remotes | --repo URL says which repository this is',
  ],
]
for (const [what, spec, checkout, folders, ...problems] of checkouts) {
  test(`which repository: ${what}`, () => {
    const root = temporaryTree({ 'a/': '', 'b/': '' })
    const found = preview(application('x', spec), { root, ...checkout })
    assert.equal(found.sources.map(({ directory }) => directory).join(), folders)
    assert.deepEqual(found.problems, problems)
  })
}

const paths: readonly [path: string, reason: string][] = [
  ['/etc', 'is absolute'],
  ['..', 'leads out of the repository'],
  ['a/../../repo-evil', 'leads out of the repository'],
  ['a/../../nothing', 'leads out of the repository'],
  ['out', 'leads out of the repository'],
  ['out/sub', 'leads out of the repository'],
  ['absolute', 'leads out of the repository'],
  ['.git', 'leads into .git'],
  ['a/../.git/hooks', 'leads into .git'],
  ['to-git', 'leads into .git'],
  ['nothing', 'is not in this checkout'],
  ['a\\0b', 'is not in this checkout'],
  ['loop', 'is not in this checkout'],
  ['file', 'is not a folder'],
]
for (const [path, reason] of paths) {
  test(`path ${path} ${reason}`, () => {
    const base = temporaryTree({
      'repo/a/': '',
      'repo/file': '',
      'repo/.git/hooks/': '',
      'repo/out': '-> ../repo-evil',
      'repo/absolute': '-> /etc',
      'repo/to-git': '-> .git/hooks',
      'repo/loop': '-> loop',
      'repo-evil/sub/': '',
    })
    const text = application('x', `source: ${plugin(path)}\n`)
    const { sources, problems } = preview(text, { root: join(base, 'repo') })
    assert.deepEqual(sources, [])
    assert.match(problems.join(), new RegExp(`^error app.yaml:5 \\| path ".*" ${reason} \\|`))
  })
}

test('a link inside the repository is followed', () => {
  const root = temporaryTree({ 'apps/web/': '', current: '-> apps/web' })
  const { sources } = preview(application('x', `source: ${plugin('a/../current')}\n`), { root })
  assert.deepEqual([sources[0]?.directory, sources[0]?.folder], ['current', join(root, 'apps/web')])
})

test('a source that the repository overrides', () => {
  const root = temporaryTree({
    'a/.argocd-source.yaml': '',
    'a/.argocd-source-ns_x.yaml': '',
    'a/.argocd-source-y.yaml': '',
  })
  assert.deepEqual(preview(application('x', ONE, 'ns'), { root }).problems, [
    'warning app.yaml:5 | .argocd-source.yaml in this folder changes the source in Argo CD, but not here',
    'warning app.yaml:5 | .argocd-source-ns_x.yaml in this folder changes the source in Argo CD, but not here',
  ])
})

test('a source that is pinned to a version is shown as the checkout has it, and that is said', () => {
  const root = temporaryTree({ 'a/x.yaml': '' })
  const notices = (revision: string) =>
    preview(
      application(
        'x',
        `source: {repoURL: "${REPO}", path: a, targetRevision: "${revision}", plugin: {name: phase}}\n`,
      ),
      { root },
    ).problems
  for (const pinned of ['v1.2.3', '1.2.x', '3f2a1c9e0d4b', '>=1.0']) {
    assert.match(notices(pinned).join(), /targetRevision .* is not looked at/, pinned)
  }
  for (const moving of ['HEAD', 'main', 'release/1', ''])
    assert.deepEqual(notices(moving), [], moving)
})
