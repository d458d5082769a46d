import assert from 'node:assert/strict'
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import type { PlannedFile } from '../../../../cmp/check/fix/plan.ts'
import { planFixes } from '../../../../cmp/check/fix/plan.ts'
import { readerFor, writeFixes } from '../../../../cmp/check/fix/write.ts'
import { findingFor } from '../../../support/findings.ts'
import { fileOf, fixFor } from '../../../support/fixes.ts'
import { fingerprintOf } from '../../../support/git-repository.ts'
import { temporaryTree } from '../../../support/tree.ts'

const ROLE = `\ufeff# kept\r\napiVersion: v1\r\nkind: Role\r\nmetadata: {name: a}\r\nrules: [{verbs: [get, list]}]`
const FIXED = ROLE.replace(', list', '')

function planFor(...paths: string[]): readonly PlannedFile[] {
  const findings = paths.map((path) => {
    const file = fileOf(readFileSync(path), path)
    return findingFor(fixFor(file, [{ op: 'remove', path: '/rules/0/verbs/1' }]))
  })
  const { files, refused } = planFixes(findings, (path) => readFileSync(path))
  assert.deepEqual(refused, [])
  return files
}

test('writes what was planned, and keeps the permissions', () => {
  const base = temporaryTree({ 'a.yaml': ROLE, 'b/c.yaml': ROLE, 'd.yaml': 'x' })
  chmodSync(join(base, 'a.yaml'), 0o640)
  chmodSync(join(base, 'b/c.yaml'), 0o755)
  const paths = [join(base, 'b/c.yaml'), join(base, 'a.yaml')]
  const written = writeFixes(planFor(...paths), base)
  assert.deepEqual(written, { files: paths.toReversed(), problems: [] })
  for (const path of paths) assert.equal(readFileSync(path, 'utf8'), FIXED)
  const modes = paths.map((path) => statSync(path).mode & 0o777)
  assert.deepEqual(modes, [0o755, 0o640])
  assert.deepEqual(readdirSync(base).sort(), ['a.yaml', 'b', 'd.yaml'])
  assert.deepEqual(readdirSync(join(base, 'b')), ['c.yaml'])
})

test('names may be relative, and the folder a link', () => {
  const base = temporaryTree({ 'real/a.yaml': ROLE, link: '-> real' })
  const folder = relative('', join(base, 'link'))
  const { problems } = writeFixes(planFor(join(folder, 'a.yaml')), folder)
  assert.deepEqual(problems, [])
  assert.equal(readFileSync(join(base, 'real/a.yaml'), 'utf8'), FIXED)
})

test('a hard link elsewhere keeps its content', () => {
  const base = temporaryTree({ 'app/a.yaml': ROLE })
  linkSync(join(base, 'app/a.yaml'), join(base, 'outside'))
  writeFixes(planFor(join(base, 'app/a.yaml')), join(base, 'app'))
  assert.equal(readFileSync(join(base, 'outside'), 'utf8'), ROLE)
})

/** What happens between planning and writing; `b.yaml` is written after `a.yaml`. */
const attacks: readonly (readonly [name: string, (app: string) => void, RegExp])[] = [
  [
    'another content',
    (app) => writeFileSync(join(app, 'b.yaml'), ROLE.replace('get', 'gat')),
    /has changed/,
  ],
  ['more content', (app) => writeFileSync(join(app, 'b.yaml'), `${ROLE}\n`), /has changed/],
  ['nothing', (app) => rmSync(join(app, 'b.yaml')), /not a regular file/],
  [
    'a folder',
    (app) => {
      rmSync(join(app, 'b.yaml'))
      mkdirSync(join(app, 'b.yaml'))
    },
    /not a regular file/,
  ],
  [
    'a link out',
    (app) => {
      renameSync(join(app, 'b.yaml'), join(app, '../outside.yaml'))
      symlinkSync('../outside.yaml', join(app, 'b.yaml'))
    },
    /not a regular file/,
  ],
  [
    'a link inside',
    (app) => {
      renameSync(join(app, 'b.yaml'), join(app, 'c.yaml'))
      symlinkSync('c.yaml', join(app, 'b.yaml'))
    },
    /not a regular file/,
  ],
]

for (const [name, attack, reason] of attacks) {
  test(`nothing is written when one file has become ${name}`, () => {
    const base = temporaryTree({ 'app/a.yaml': ROLE, 'app/b.yaml': ROLE })
    const app = join(base, 'app')
    const files = planFor(join(app, 'a.yaml'), join(app, 'b.yaml'))
    attack(app)
    const before = fingerprintOf(base)
    const written = writeFixes(files, app)
    assert.deepEqual(written.files, [])
    assert.match(written.problems.map(({ message }) => message).join(), reason)
    assert.equal(fingerprintOf(base), before)
  })
}

test('nothing outside the folder, in .git or through a linked folder is written', () => {
  const base = temporaryTree({
    'app/.git/a.yaml': ROLE,
    'out/a.yaml': ROLE,
    'app/linked': '-> ../out',
    'app/in': '-> real',
    'app/real/a.yaml': ROLE,
  })
  const before = fingerprintOf(join(base, 'out'))
  const paths = [
    'app/.git/a.yaml',
    'out/a.yaml',
    'app/linked/a.yaml',
    'app/in/a.yaml',
    'app/../out/a.yaml',
  ]
  for (const path of paths) {
    const { files, problems } = writeFixes(planFor(`${base}/${path}`), join(base, 'app'))
    assert.deepEqual(files, [], path)
    assert.equal(problems.length, 1, path)
  }
  assert.equal(fingerprintOf(join(base, 'out')), before)
  assert.ok(lstatSync(join(base, 'app/in')).isSymbolicLink())
  assert.equal(readFileSync(join(base, 'app/.git/a.yaml'), 'utf8'), ROLE)
})

test('a link keeps nothing else from being written', () => {
  const base = temporaryTree({
    'app/a.yaml': ROLE,
    'app/b.yaml': '-> a.yaml',
    'app/c.yaml': '-> ../out',
    out: ROLE,
  })
  const app = join(base, 'app')
  const findings = ['a.yaml', 'b.yaml', 'c.yaml'].map((name) => {
    const file = fileOf(ROLE, join(app, name))
    return findingFor(fixFor(file, [{ op: 'remove', path: '/rules/0/verbs/1' }]))
  })
  const { files, refused } = planFixes(findings, readerFor(app))
  assert.equal(refused.length, 2)
  assert.deepEqual(writeFixes(files, app), { files: [join(app, 'a.yaml')], problems: [] })
  assert.equal(readFileSync(join(base, 'out'), 'utf8'), ROLE)
  assert.ok(lstatSync(join(app, 'b.yaml')).isSymbolicLink())
})

test('nothing is written when one file would not be readable', () => {
  const base = temporaryTree({ 'a.yaml': ROLE, 'b.yaml': ROLE })
  const [one, other] = planFor(join(base, 'a.yaml'), join(base, 'b.yaml'))
  assert.ok(one !== undefined && other !== undefined)
  const before = fingerprintOf(base)
  const { files, problems } = writeFixes([one, { ...other, after: Buffer.from('a: [') }], base)
  assert.deepEqual(files, [])
  assert.match(problems[0]?.message ?? '', /would not be readable/)
  assert.equal(fingerprintOf(base), before)
})
