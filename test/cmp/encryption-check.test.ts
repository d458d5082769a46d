// `encryption check`: files in, findings on standard output and an exit code out.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { run } from '../../cmp/cli.ts'
import { entriesOf, keyed } from '../../manifests/encryption/rules/example-parts.ts'
import { formsOf, newKey } from '../support/encryption.ts'
import { memoryIo } from '../support/memory-io.ts'

const folder = mkdtempSync(join(tmpdir(), 'encryption-check-'))
after(() => rmSync(folder, { recursive: true }))

const KEYS = [newKey(), newKey()]
const [ONE = '', TWO = ''] = KEYS
const box = (...keys: string[]) => entriesOf(['secrets', keyed('secretbox', ...keys)])
const FINE = box(`a=${ONE}`)

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

async function check(argv: readonly string[], stdin = '') {
  const { io, stdout, stderr } = memoryIo({}, stdin)
  const code = await run(['encryption', 'check', ...argv], io)
  const all = stdout() + stderr()
  for (const form of KEYS.flatMap(formsOf)) assert.ok(!all.includes(form), 'a key leaks')
  return { code, stdout: stdout(), stderr: stderr() }
}

const runs: readonly (readonly [
  name: string,
  argv: readonly string[],
  stdin: string,
  code: number,
  said: RegExp,
])[] = [
  ['a file that is fine', [file('fine.yaml', FINE)], '', 0, /passes: nothing of level error/],
  ['standard input', ['-'], FINE, 0, /passes/],
  [
    'a finding at its line',
    [file('bad.yaml', FINE.replace('secretbox', 'secretBox'))],
    '',
    1,
    /bad\.yaml:7:10: high EN001 encryption-config-invalid: unknown field "secretBox".*\n {2}hint: did you mean secretbox\?/,
  ],
  [
    'notes are no failure',
    [file('note.yaml', box('a'))],
    '',
    0,
    /:7:\d+: info EN001 .*placeholder/,
  ],
  [
    'an illegal step',
    [file('two.yaml', box(`b=${TWO}`, `a=${ONE}`)), '--base', file('one.yaml', FINE)],
    '',
    1,
    /critical EN014 .*secrets: secretbox key b is new and writes at once.*\(new\)/,
  ],
  [
    'a legal step from standard input',
    [file('next.yaml', box(`a=${ONE}`, `b=${TWO}`)), '--base', '-'],
    FINE,
    0,
    /compared with -.*passes/,
  ],
  [
    'an old version',
    [file('w.yaml', FINE.replace('[secrets]', "['*.*']")), '--kube-version', 'v1.26.3'],
    '',
    1,
    /EN020/,
  ],
  [
    'JSON',
    [file('j.yaml', FINE.replace('[secrets]', '[pods]')), '--format', 'json'],
    '',
    1,
    /"rule": "EN006"/,
  ],
  ['SARIF', [file('s.yaml', FINE), '--format', 'sarif'], '', 0, /"version": "2\.1\.0"/],
  ['an empty file', [file('empty.yaml', '')], '', 1, /the file is empty/],
  ['10 MB', [file('large.yaml', Buffer.alloc(10_000_000, 'a: b\n'))], '', 1, /larger than 1 MiB/],
]

for (const [name, argv, stdin, code, said] of runs) {
  test(`${name}: exit code ${code}`, async () => {
    const result = await check(argv, stdin)
    assert.equal(result.code, code, result.stdout + result.stderr)
    assert.match(result.stdout, said)
    assert.equal(result.stderr, '')
  })
}

const refused: readonly (readonly [name: string, argv: readonly string[], said: RegExp])[] = [
  ['no file', [], /missing required argument/],
  ['a file that is not there', [join(folder, 'none.yaml')], /there is no such file/],
  ['a folder', [folder], /is not a regular file/],
  [
    'a base that is not there',
    [file('f.yaml', FINE), '--base', join(folder, 'none')],
    /no such file/,
  ],
  ['an unknown format', ['-', '--format', 'xml'], /--format is none of text, json/],
  ['an unknown version', ['-', '--kube-version', '2.0'], /no such version of Kubernetes/],
  ['standard input twice', ['-', '--base', '-'], /both files are standard input/],
]

for (const [name, argv, said] of refused) {
  test(`${name}: exit code 2`, async () => {
    const result = await check(argv)
    assert.equal(result.code, 2, result.stdout + result.stderr)
    assert.match(result.stderr, said)
    assert.equal(result.stdout, '')
  })
}

test('what is wrong before and after is not new, what is gone is mended', async () => {
  const before = file('before.yaml', FINE.replace('[secrets]', '[pods, secretz]'))
  const now = file('now.yaml', FINE.replace('[secrets]', '[pods]'))
  const { stdout } = await check([now, '--base', before, '--format', 'json'])
  const report = JSON.parse(stdout)
  const found = report.findings.map(
    (each: { rule: string; isNew: boolean }) => `${each.rule} ${each.isNew}`,
  )
  assert.ok(found.includes('EN006 false'), found.join())
  assert.ok(report.fixed.some((each: { rule: string }) => each.rule === 'EN005'))
})
