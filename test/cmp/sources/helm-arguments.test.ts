// Helm's argument vector: nothing that an app author writes becomes a flag or a second file.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { helmArguments, releaseName } from '../../../cmp/sources/helm-arguments.ts'
import { readParameters } from '../../../cmp/sources/parameters.ts'

type Options = Partial<Parameters<typeof helmArguments>[0]>

function build(given: readonly object[], options: Options = {}) {
  const parameters = readParameters(JSON.stringify(given), 'helm')
  assert.ok('value' in parameters, JSON.stringify(parameters))
  return helmArguments({
    parameters: parameters.value,
    kubernetes: { apiVersions: [] },
    valueFiles: [],
    fileParameters: new Map(),
    ...options,
  })
}

const application = { name: 'team_web', namespace: 'shop' }
const kubernetes = {
  version: '1.37.0',
  apiVersions: ['apps/v1', 'batch/v1/CronJob', 'a,b', '-x y'],
}

const vectors: readonly [
  name: string,
  given: readonly object[],
  options: Options,
  args: string[],
  stdin?: string,
][] = [
  ['nothing given', [], {}, ['--include-crds', '--', 'release-name', '.']],
  [
    'what Argo CD says',
    [],
    { application, kubernetes },
    [
      '--namespace=shop',
      '--kube-version=1.37.0',
      '--api-versions=apps/v1',
      '--api-versions=batch/v1/CronJob',
      '--include-crds',
      '--',
      'web',
      '.',
    ],
  ],
  [
    'the parameters win',
    [
      { name: 'namespace', string: 'other' },
      { name: 'releaseName', string: 'r.1' },
      { name: 'kubeVersion', string: 'v1.30' },
      { name: 'apiVersions', array: ['x/v1'] },
      { name: 'skipCrds', string: 'true' },
      { name: 'skipTests', string: 'true' },
      { name: 'skipSchemaValidation', string: 'true' },
    ],
    { application, kubernetes },
    [
      '--namespace=other',
      '--kube-version=v1.30',
      '--api-versions=x/v1',
      '--skip-tests',
      '--skip-schema-validation',
      '--',
      'r.1',
      '.',
    ],
  ],
  [
    'files, quoted as each flag wants it',
    [{ name: 'values', string: 'a: 1' }],
    {
      valueFiles: ['/r/a,/etc/b', '/r/"q".yaml'],
      fileParameters: new Map([['k', '/r/a,x=/etc/b\\']]),
    },
    [
      '--include-crds',
      '--values="/r/a,/etc/b"',
      '--values="/r/""q"".yaml"',
      '--values=-',
      '--set-file=k=/r/a\\,x=/etc/b\\\\',
      '--',
      'release-name',
      '.',
    ],
    'a: 1',
  ],
  [
    'values as a map of texts',
    [{ name: 'values', map: { 'a: b': 'c: 1\nd: |\n  x', e: '- 1' } }],
    {},
    ['--include-crds', '--values=-', '--', 'release-name', '.'],
    '"a: b":\n  c: 1\n  d: |\n    x\n"e":\n  - 1\n',
  ],
  [
    'commas as Argo CD has them',
    [
      { name: 'parameters', map: { a: '1,2', b: '{x,y}', c: 'p\\,q', '--x': '--y' } },
      { name: 'stringParameters', map: { 'n."k\\.io/r"[0]': 'true' } },
    ],
    {},
    [
      '--include-crds',
      '--set=a=1\\,2',
      '--set=b={x,y}',
      '--set=c=p\\,q',
      '--set=--x=--y',
      '--set-string=n."k\\.io/r"[0]=true',
      '--',
      'release-name',
      '.',
    ],
  ],
]
for (const [name, given, options, args, stdin] of vectors) {
  test(name, () => {
    const outcome = build(given, options)
    assert.ok('value' in outcome, JSON.stringify(outcome))
    assert.deepEqual(outcome.value.args, ['template', ...args])
    assert.equal(outcome.value.stdin, stdin)
  })
}

const refused: readonly [parameter: object, words: RegExp][] = [
  [{ name: 'releaseName', string: '--post-renderer=x' }, /releaseName: is no release name/],
  [{ name: 'releaseName', string: 'a'.repeat(54) }, /releaseName/],
  [{ name: 'namespace', string: '-n' }, /namespace: is no namespace/],
  [{ name: 'kubeVersion', string: '1.30 --debug' }, /kubeVersion: is no version/],
  [{ name: 'apiVersions', array: ['a,b'] }, /apiVersions/],
  [
    { name: 'fileParameters', map: { 'x=/etc/passwd,y': 'a' } },
    /fileParameters.*no path of a value/,
  ],
  [{ name: 'fileParameters', map: { 'x\\': 'a' } }, /fileParameters/],
  [{ name: 'fileParameters', map: { 'x\\=': 'a' } }, /fileParameters/],
  [{ name: 'fileParameters', map: { 'x[': 'a' } }, /fileParameters/],
  [{ name: 'fileParameters', map: { 'x[0]=': 'a' } }, /fileParameters/],
  [{ name: 'fileParameters', map: { 'x{': 'a' } }, /fileParameters/],
  [{ name: 'parameters', map: { 'a\nb': '1' } }, /parameters: "a\\nb" is no path/],
  [{ name: 'parameters', map: { '': '1' } }, /parameters: "" is no path/],
]
for (const [parameter, words] of refused) {
  test(`refused: ${JSON.stringify(parameter)}`, () => {
    const outcome = build([parameter])
    assert.ok('problems' in outcome)
    assert.match(outcome.problems.map(({ message }) => message).join('\n'), words)
  })
}

const names: readonly [application: string | undefined, release: string][] = [
  ['web', 'web'],
  ['team-a_web', 'web'],
  ['a_b_c', 'b-c'],
  ['Web.API', 'web.api'],
  ['x'.repeat(60), 'x'.repeat(53)],
  [`${'x'.repeat(52)}-y`, 'x'.repeat(52)],
  ['a..b', 'release-name'],
  ['_', 'release-name'],
  [undefined, 'release-name'],
]
for (const [name, release] of names) {
  test(`the release of ${name} is ${release}`, () => assert.equal(releaseName(name), release))
}
