// Files with Applications in all the ways that they are written, and hostile ones.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readApplications } from '../../../manifests/argocd/applications.ts'

const GOOD_SOURCE = 'source: {repoURL: https://git.example/a, path: web}\n'

function read(text: string, path = 'app.yaml') {
  return readApplications([{ path, bytes: Buffer.from(text) }])
}

function messagesOf(text: string): string {
  const { applications, problems } = read(text)
  return [...problems, ...applications.flatMap((each) => each.problems)]
    .map(({ message }) => message)
    .join()
}

function application(spec: string, name = 'web'): string {
  const head = `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n`
  return head + spec.replace(/^(?=.)/gm, '  ')
}

test('several documents, a List, the bare list of argocd appset generate, JSON; others are left alone', () => {
  const one = (name: string) => application(GOOD_SOURCE, name)
  const json = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'j' } }
  const inList = one('d')
    .replace(/^(?=.)/gm, '  ')
    .replace('  ', '- ')
  const text = [
    one('a'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {x: "{{ nothing }}"}\n',
    'apiVersion: example.io/v1\nkind: Application\nmetadata: {name: other}\n',
    one('b'),
    `apiVersion: v1\nkind: List\nitems:\n${inList}`,
    inList.replaceAll('name: d', 'name: e'),
    '# nothing\n',
  ].join('---\n')
  assert.deepEqual(
    read(text).applications.map(({ name, at, spec }) => [name, at.line, spec?.sources.length]),
    [
      ['a', 1, 1],
      ['b', 16, 1],
      ['d', 25, 1],
      ['e', 31, 1],
    ],
  )
  assert.deepEqual(
    read(JSON.stringify([json, json]), 'apps.json').applications.map(({ name }) => name),
    ['j', 'j'],
  )
})

test('hostile files are refused or read, and never hang', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh']) {
    bomb.push(`${to}: &${to} [${Array(9).fill(`*${from}`).join(', ')}]`)
  }
  assert.match(messagesOf(application(`${bomb.join('\n')}\n`)), /too many uses/)
  const wide = `p: &p [${'1, '.repeat(500)}]\nq: [${'*p, '.repeat(5000)}]\n`
  assert.match(messagesOf(application(wide)), /comes to more than can be read/)
  const deep = `source: ${'{a: '.repeat(600)}1${'}'.repeat(600)}\n`
  assert.match(messagesOf(application(deep)), /comes to more than can be read/)
  const odd = application(`${GOOD_SOURCE}__proto__: {source: 1, sources: [1]}\nconstructor: {}\n`)
  assert.equal(messagesOf(odd), '')
  const own = application('source:\n  __proto__: {repoURL: x, path: p}\n')
  assert.match(messagesOf(own), /repoURL is missing/)
  assert.equal(Object.hasOwn(Object.prototype, 'repoURL'), false)
})

test('many sets share one budget', () => {
  const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: s}
spec:
  generators: [{list: {elements: [{a: x, b: ${'b'.repeat(100_000)}}]}}]
  template:
    metadata: {name: "{{a}}"}
    spec: {source: {repoURL: a, path: "${'{{b}}'.repeat(100)}"}}
`
  const { applications, problems } = read(Array(8).fill(set).join('---\n'))
  assert.equal(applications.length, 6)
  assert.match(problems[0]?.message ?? '', /^spec comes to more than can be read/)
})
