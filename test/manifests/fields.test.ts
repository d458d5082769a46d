import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMap } from 'yaml'
import { Fields } from '../../manifests/fields.ts'
import type { Problem } from '../../manifests/problem.ts'
import { manifestObject } from '../support/manifest-object.ts'

function reading(text: string): { root: Fields; problems: () => string[] } {
  const found: Problem[] = []
  const root = Fields.of(manifestObject(text), found)
  const problems = () =>
    found.map(({ at, message, hint }) =>
      [`${at?.line}:${at?.column}`, message, hint].filter(Boolean).join(' | '),
    )
  return { root, problems }
}

test('a wrong type says what YAML made of the value, and never quotes it', () => {
  const { root, problems } = reading('a: yes\nb: 007\nc: [x]\nd: {x: y}\ne: text\nf: !!set {x}\n')
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) root.string(name)
  root.map('e')
  root.list('e')
  root.integer('e')
  assert.deepEqual(problems(), [
    '1:1 | a is a boolean, not a string | quote it',
    '2:1 | b is a number, not a string | quote it',
    '3:1 | c is a list, not a string',
    '4:1 | d is a mapping, not a string',
    '6:1 | f is of a special type, not a string',
    '5:1 | e is a string, not a mapping',
    '5:1 | e is a string, not a list',
    '5:1 | e is a string, not an integer',
  ])
})

test('null is absent, but not as an item or as one of many strings', () => {
  const { root, problems } = reading('a: null\nb:\nc: [null]\nd: {x: null}\n')
  assert.equal(root.string('a'), undefined)
  assert.equal(root.map('b'), undefined)
  assert.deepEqual(root.list('c'), [])
  assert.deepEqual(root.map('d')?.strings(), [])
  assert.deepEqual(root.names(), ['c', 'd'])
  assert.deepEqual(problems(), [
    '3:5 | c[0] is null, not a mapping',
    '4:5 | d.x is null, not a string | quote it',
  ])
})

test('what is set', () => {
  const { root } = reading("a: ''\nb: []\nc: null\nd: 0\ne: false\nf: {}\n")
  assert.deepEqual(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].filter((name) => root.isSet(name)),
    ['d', 'e', 'f'],
  )
})

test('a place is the name of the field, else the nearest one above', () => {
  const { root } = reading('base: &b {x: 1}\nlist:\n- k: {v: 1}\n- <<: *b\nalias: *b\n')
  const place = (fields: Fields | undefined, name?: string) => {
    const at = fields?.at(name)
    return `${at?.file}:${at?.line}:${at?.column}`
  }
  const [first, second] = root.list('list')
  assert.equal(place(root), 'app.yaml:1:1')
  assert.equal(place(first), 'app.yaml:3:3')
  assert.equal(place(first?.map('k'), 'v'), 'app.yaml:3:7')
  assert.equal(place(first, 'absent'), 'app.yaml:3:3')
  assert.equal(place(second, 'x'), 'app.yaml:4:3')
  assert.equal(place(root.map('alias'), 'x'), 'app.yaml:5:1')
})

test('inside a List places are those of the item', () => {
  const list = manifestObject('kind: List\nitems:\n- a: 1\n- a: x\n')
  const items = list.node.get('items', true)
  assert.ok(typeof items === 'object' && items !== null && 'items' in items)
  const node: unknown = Array.isArray(items.items) ? items.items[1] : undefined
  assert.ok(isMap(node))
  const item = { ...list, path: ['items', 1], node, value: { a: 'x' } }
  const at = Fields.of(item, []).at('a')
  assert.deepEqual(at, { file: 'app.yaml', line: 4, column: 3 })
})

test('unknown fields name the nearest known one', () => {
  const { root, problems } = reading('in:\n  nmae: x\n  other: y\n  "a\\nb": z\n')
  root.map('in')?.only(['name', 'kind'])
  assert.deepEqual(problems(), [
    '2:3 | unknown field in.nmae | did you mean name?',
    '3:3 | unknown field in.other | known here: name, kind',
    '4:3 | unknown field in."a?b" | known here: name, kind',
  ])
})

test('names that every JavaScript object has are fields like others', () => {
  const { root, problems } = reading('__proto__: {a: b}\nconstructor: x\n')
  assert.equal(root.string('toString'), undefined)
  assert.equal(root.string('constructor'), 'x')
  assert.deepEqual(root.map('__proto__')?.strings(), [['a', 'b']])
  root.only(['constructor'])
  assert.match(problems().join(), /^1:1 \| unknown field __proto__/)
})

test('a choice is one of a closed list', () => {
  const { root, problems } = reading('a: Warn\nb: warn\nc: x\nd: 1\n')
  const choices = ['Fail', 'Warn'] as const
  assert.equal(root.choice('a', choices), 'Warn')
  for (const name of ['b', 'c', 'd']) assert.equal(root.choice(name, choices), undefined)
  assert.deepEqual(problems(), [
    '2:1 | b is none of Fail, Warn | did you mean Warn?',
    '3:1 | c is none of Fail, Warn | use one of Fail, Warn',
    '4:1 | d is a number, not a string | quote it',
  ])
})
