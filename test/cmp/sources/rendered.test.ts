// What a tool printed and said, as files and as problems.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaintOf, summary } from '../../../cmp/sources/complaint.ts'
import { cutRendered, holdsNothing } from '../../../cmp/sources/rendered.ts'
import { readDocuments } from '../../../manifests/stream.ts'

const OUTPUT = `---
# Source: web/crds/a.yaml
kind: A
---
kind: B
---
# Source: web/templates/é.yaml
kind: C
text: |
  # Source: web/fake.yaml
--- # x
# Source: web/glued.yaml
kind: D
`

test('the output is cut where Helm says so, and not a byte is lost', () => {
  const files = cutRendered(Buffer.from(OUTPUT))
  assert.equal(Buffer.concat(files.map(({ bytes }) => bytes)).toString(), OUTPUT)
  assert.deepEqual(
    files.map(({ path }) => path),
    ['web/crds/a.yaml (rendered)', 'web/templates/é.yaml (rendered)'],
  )
  const { documents, problems } = readDocuments(files)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    documents.map(({ file, line }) => `${file}:${line}`),
    [
      'web/crds/a.yaml (rendered):0',
      'web/crds/a.yaml (rendered):3',
      'web/templates/é.yaml (rendered):0',
      'web/templates/é.yaml (rendered):5',
    ],
  )
})

test('output without a source is one file', () => {
  assert.deepEqual(
    cutRendered(Buffer.from('kind: A\n')).map(({ path }) => path),
    ['helm template'],
  )
})

for (const [text, nothing] of [
  ['', true],
  ['---\n# Source: a\n\n---\n', true],
  ['\n  # x\n', true],
  ['---\nkind: A\n', false],
  ['--- {}', false],
  ['  a: 1', false],
] as const) {
  test(`${JSON.stringify(text)} holds ${nothing ? 'nothing' : 'something'}`, () => {
    assert.equal(holdsNothing(Buffer.from(text)), nothing)
  })
}

const said: readonly [stderr: string, summary: string][] = [
  [
    'WARNING: old\nError: no values for x\n\nUse --debug flag to render out invalid YAML\n',
    'no values for x',
  ],
  ['time=1 level=WARN msg="found symbolic link"\nError: a\n- at b\n- at c', 'a; - at b; - at c'],
  ['\x1b[31mError:\x1b[0m red', 'red'],
  ['one\ntwo\n', 'one; two'],
  ['Error: open /tmp/w/x/a.yaml: no; /srv/repo is full', 'open x/a.yaml: no; . is full'],
  ['', ''],
]
for (const [stderr, want] of said) {
  test(`${JSON.stringify(stderr)} is summed up`, () => {
    assert.equal(summary(stderr, ['/tmp/w', '/srv/repo']), want)
  })
}

test('a summary is short', () => assert.ok(summary(`Error: ${'🔑'.repeat(9000)}`, []).length < 460))

const reporting = { tool: 'helm template', at: { file: 'a', line: 1, column: 1 }, folders: [] }
const ends: readonly [Parameters<typeof complaintOf>[0], fault: string, words: RegExp][] = [
  [{ how: 'failed', exitCode: 1, stderr: '' }, 'input', /failed \(exit code 1\): it said nothing/],
  [{ how: 'killed', signal: 'SIGKILL', stderr: 'x' }, 'outside', /was killed \(SIGKILL\)/],
  [{ how: 'late' }, 'outside', /did not end in time/],
  [{ how: 'aborted' }, 'outside', /ended from outside/],
  [{ how: 'too-much' }, 'input', /more than 100 MiB/],
  [{ how: 'not-started', code: 'EACCES' }, 'outside', /cannot start \(EACCES\)/],
  [{ how: 'not-started', code: 'E2BIG' }, 'input', /too long/],
]
for (const [ended, fault, words] of ends) {
  test(`${JSON.stringify(ended)} is a problem`, () => {
    const problem = complaintOf(ended, reporting)
    assert.equal(problem.fault, fault)
    assert.match(problem.message, words)
    assert.ok(problem.hint)
  })
}
