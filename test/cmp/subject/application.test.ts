// Which Application of a file is meant.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { chooseApplication, readApplicationFile } from '../../../cmp/subject/application.ts'
import type { Problem } from '../../../manifests/problem.ts'
import { temporaryTree } from '../../support/tree.ts'

const ONE = 'source: {repoURL: https://git.example/a, path: a, plugin: {name: phase}}\n'

function lines(problems: readonly Problem[]): string[] {
  return problems.map(({ severity, at, message, hint }) =>
    [`${severity} ${at?.file}:${at?.line}`, message, hint].filter(Boolean).join(' | '),
  )
}

function application(name: string, spec: string, namespace = ''): string {
  const metadata = `{name: ${name}${namespace && `, namespace: ${namespace}`}}`
  return `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: ${metadata}\nspec:\n  ${spec}`
}

function choose(text: string, name?: string) {
  const file = readApplicationFile(Buffer.from(text), 'app.yaml')
  if ('problems' in file) return assert.fail(lines(file.problems).join())
  return chooseApplication(file.value, name)
}

test('which Application', () => {
  const two = `${application('web', ONE, 'a')}---\n${application('web', ONE, 'b')}---\n${application('api', ONE)}`
  const say = (name?: string) => {
    const { application, problems } = choose(two, name)
    return application === undefined ? lines(problems).join() : `${application.at.line}`
  }
  assert.equal(say('api'), '13')
  assert.equal(say('b/web'), '7')
  assert.equal(
    say(),
    'error app.yaml:1 | holds 3 Applications | --app-name says which: a/web, b/web, api',
  )
  assert.equal(
    say('web'),
    'error app.yaml:1 | holds 2 Applications called web | --app-name says which: a/web, b/web',
  )
  assert.equal(say('apu'), 'error app.yaml:1 | holds no Application called apu | did you mean api?')
  assert.match(say('weeb'), /holds no Application called weeb \| did you mean web\?$/)
  assert.equal(
    say('\u001b[31mnothing like it'),
    'error app.yaml:1 | holds no Application called "?[31mnothing like it" | there are a/web, b/web, api',
  )
  const same = `${application('x', ONE)}---\n${application('x', ONE)}`
  assert.match(
    lines(choose(same, 'x').problems).join(),
    /holds 2 Applications called x \| they are at the lines 1, 7/,
  )
  assert.match(lines(choose('a: {}\n').problems).join(), /apiVersion is missing/)
  assert.match(lines(choose('# nothing\n').problems).join(), /holds no Argo CD Application \|/)
})

test('names are listed to a limit', () => {
  const many = Array.from({ length: 5000 }, (_, n) => application(`app-${n}`, ONE)).join('---\n')
  assert.match(lines(choose(many).problems).join(), /which: app-0, .*, app-9 and 4990 more$/)
})

test('what is wrong elsewhere in the file keeps nobody from a named Application', () => {
  const text = `${application('good', ONE)}---\n${application('bad', 'project: 1\n')}---\na: [\n`
  const named = choose(text, 'good')
  assert.equal(named.application?.name, 'good')
  assert.deepEqual(
    named.problems.map(({ severity }) => severity),
    ['warning'],
  )
  assert.equal(choose(text, 'bad').application, undefined)
  assert.equal(choose(`${application('good', ONE)}---\na: [\n`).application, undefined)
})

test('files that are none', () => {
  const root = temporaryTree({ 'app.yaml': application('x', ONE), 'folder/': '' })
  const say = (name: string) => {
    const file = readApplicationFile(join(root, name), name)
    return 'problems' in file ? lines(file.problems).join() : `${file.value.applications.length}`
  }
  assert.equal(say('app.yaml'), '1')
  assert.match(say('none.yaml'), /^error none.yaml:1 \| there is no such file/)
  assert.match(say('folder'), /is not a regular file/)
  const large = readApplicationFile(Buffer.alloc(16_000_001), '-')
  assert.match(
    'problems' in large ? lines(large.problems).join() : '',
    /^error -:1 \| is larger than 16 MB/,
  )
})
