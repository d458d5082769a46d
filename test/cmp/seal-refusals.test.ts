// What `seal` refuses: with a reason and its place, an exit code, and nothing on stdout. And certificates
// from a URL, by the shipped file.
import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadCertificates } from '../../cmp/dev-server/certificates.ts'
import { showPin } from '../../manifests/sealing/pin.ts'
import { plugin } from '../support/process.ts'
import { cluster, SECRET, seal, VALUE } from '../support/seal-command.ts'
import { sealer } from '../support/sealing.ts'
import { temporaryTree } from '../support/tree.ts'

const PIN = showPin(cluster.certificate.fingerprint)
const KEY_FILE = ['--deterministic-key-file', './k']
const other = sealer()
const NO_DATA = SECRET.slice(0, SECRET.indexOf('\ndata:') + 1)
const base64 = Buffer.from(VALUE).toString('base64')

const usage: readonly (readonly [args: string[], message: RegExp, tree?: object])[] = [
  [['--scope', 'wide'], /--scope is not known/],
  [['--format', 'text'], /--format is neither yaml nor json/],
  [['-n', 'Shop'], /--namespace is not a namespace/],
  [['-n', ''], /--namespace is empty/],
  [['--name', 'a/b'], /--name is not a name/],
  [['--cert', './missing.pem'], /missing\.pem.? cannot be read \(missing\)/],
  [['--cert', './'], /cannot be read \(not a file\)/],
  [['--cert', './k'], /holds no PEM certificate/],
  [
    ['--cert', 'http://localhost/cert.pem', '--cert-fingerprint', PIN],
    /neither a file nor an https/,
  ],
  [['--cert', 'https://a:b@localhost/', '--cert-fingerprint', PIN], /neither a file nor an https/],
  [['--cert', 'file:///cert.pem'], /neither a file nor an https/],
  [['--cert', 'https://'], /neither a file nor an https/],
  [['--cert', 'https://localhost:1/cert.pem'], /from a URL has to be pinned/],
  [['--cert-fingerprint', 'sha256:abc'], /--cert-fingerprint is no fingerprint/],
  [['--cert-fingerprint', PIN, '--cert-fingerprint', ''], /--cert-fingerprint is no fingerprint/],
  [
    ['--cert-fingerprint', showPin(other.certificate.fingerprint)],
    /no certificate with a pinned key; it holds sha256:/,
  ],
  [KEY_FILE, /--deterministic-key-file is one byte, repeated/, { k: '0'.repeat(64) }],
  [KEY_FILE, /--deterministic-key-file is not 32 bytes/, { k: '' }],
  [KEY_FILE, /--deterministic-key-file is not 32 bytes/, { k: 'ab'.repeat(31) }],
  [
    KEY_FILE,
    /--deterministic-key-file is readable text/,
    { k: 'correct horse battery staple 32b' },
  ],
  [KEY_FILE, /--deterministic-key-file cannot be read \(too large\)/, { k: '0'.repeat(200) }],
  [['--deterministic-key-file', './nothing'], /cannot be read \(missing\)/],
  [
    ['--raw'],
    /--raw with scope strict needs --namespace[\s\S]*--raw with scope strict needs --name/,
  ],
  [['--raw', '-n', 'a'], /needs --name/],
  [['--raw', '--scope', 'namespace-wide'], /needs --namespace/],
  [['--raw', '-n', 'a', '--name', 'b', ...KEY_FILE], /--raw is always random/],
  [['--raw', '-n', 'a', '--name', 'b', './k'], /--raw reads standard input only/],
  [['./missing.yaml'], /missing\.yaml:1:1: cannot be read \(missing\)/],
  [['--secret', VALUE.slice(0, 4)], /unknown option '--secret'/],
]
for (const [args, message, tree] of usage) {
  test(`usage: ${args.join(' ').slice(0, 60)} ${JSON.stringify(tree ?? '').slice(0, 30)}`, async () => {
    const { code, out, err } = await seal(args, SECRET, {}, tree)
    assert.equal(out, '')
    assert.match(err, message)
    assert.match(err, /\n {2}hint: /)
    assert.equal(code, 2)
  })
}

test('--cert is required', async () => {
  const { io, stderr } = (await import('../support/memory-io.ts')).memoryIo()
  const { run } = await import('../../cmp/cli.ts')
  assert.equal(await run(['seal'], io), 2)
  assert.match(stderr(), /required option '--cert <FILE\|URL>' not specified/)
})

const input: readonly (readonly [what: string, text: string, message: RegExp, args?: string[]])[] =
  [
    ['nothing', '', /^error: there is no Secret to seal/],
    [
      'no Secret',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
      /^error: there is no Secret/,
    ],
    [
      'no namespace',
      SECRET.replace('  namespace: shop\n', ''),
      /Secret web: has no namespace, which scope strict/,
    ],
    ['no name', SECRET.replace('  name: web\n', ''), /metadata\.name is missing/],
    [
      'a generated name',
      SECRET.replace('name: web', 'generateName: web-'),
      /metadata\.name is missing/,
    ],
    [
      'another namespace',
      SECRET,
      /^error: -:2:1: Secret shop\/web: has another namespace/,
      ['-n', 'stage'],
    ],
    ['the same twice', `${SECRET}---\n${SECRET}`, /Secret shop\/web/],
    [
      'two that become one',
      `${SECRET}---\n${SECRET.replace('shop', 'stage')}`,
      /--name is for one/,
      ['--name', 'a'],
    ],
    ['no data', NO_DATA, /has no data\n {2}hint: .*--allow-empty-data/],
    ['no base64', SECRET.replace('b2xk', VALUE), /:13:3: .*data\.PASSWORD is not base64/],
    ['unpadded base64', SECRET.replace('b2xk', 'b2xkZQ'), /data\.PASSWORD is not base64/],
    [
      'a number',
      SECRET.replace(`PASSWORD: ${VALUE}`, 'PASSWORD: 5432'),
      /stringData\.PASSWORD is a number, not a string\n {2}hint: quote it/,
    ],
    ['a wrong key', SECRET.replace('EMPTY', '"a/b"'), /data\.a\/b is no key of a Secret/],
    [
      'a misspelled field',
      SECRET.replace('stringData', 'stringdata'),
      /unknown field stringdata\n {2}hint: did you mean stringData/,
    ],
    [
      'a key pair that is none',
      SECRET.replace('kind: Secret', 'kind: Secret\ntype: kubernetes.io/tls'),
      /needs key tls\.crt/,
    ],
    ['broken YAML', `${SECRET}  - x: ${VALUE}\n`, /not valid YAML/],
    [
      'broken YAML behind a good Secret',
      `${SECRET}---\nkind: Secret\n  a: ${VALUE}\n`,
      /not valid YAML/,
    ],
    [
      'two values in one JSON',
      JSON.stringify({ apiVersion: 'v1', kind: 'Secret' }).repeat(2),
      /more than one JSON value|not valid YAML/,
    ],
    [
      'a List in a List',
      `{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [{kind: Secret}]}]}`,
      /a List inside a List/,
    ],
    [
      'a label that is none',
      SECRET.replace('app: web', 'app: a b'),
      /metadata\.labels\.app may hold only/,
    ],
    [
      'an annotation that is none',
      SECRET.replace('annotations:', 'annotations:\n    a/b/c: d'),
      /metadata\.annotations\.a\/b\/c /,
    ],
    ['binary', SECRET.replace('b2xk', `!!binary ${base64}`), /data\.PASSWORD is not base64/],
    [
      'more than etcd takes',
      `${SECRET}${Array.from({ length: 4500 }, (_, n) => `  k${n}: v`).join('\n')}\n`,
      /sealed it has \d+ bytes, and etcd takes 1572864/,
    ],
  ]
for (const [what, text, message, args = []] of input) {
  test(`input: ${what}`, async () => {
    const { code, out, err } = await seal(args, text)
    assert.equal(out, '')
    assert.match(err, message)
    assert.equal(code, args[0] === '--name' ? 2 : 1)
  })
}

test('--allow-empty-data', async () => {
  const { code, out } = await seal(['--allow-empty-data'], NO_DATA)
  assert.equal(code, 0)
  assert.match(out, /encryptedData: \{\}/)
})

test('from an https URL: trusted and pinned, and no redirect', async () => {
  const folder = temporaryTree({ 'secret.yaml': SECRET })
  const { caFile, certificate, key } = await loadCertificates(folder)
  const server = createServer({ cert: certificate, key }, ({ url }, response) => {
    if (url === '/v1/cert.pem') response.end(cluster.pem)
    else if (url === '/moved') response.writeHead(302, { location: '/v1/cert.pem' }).end()
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const ask = (path: string, pin: string, env: Record<string, string>) =>
    plugin(
      [
        'seal',
        '--cert',
        `https://localhost:${port}${path}`,
        '--cert-fingerprint',
        pin,
        join(folder, 'secret.yaml'),
      ],
      env,
    )
  const trusting = { NODE_EXTRA_CA_CERTS: caFile }
  try {
    const good = await ask('/v1/cert.pem', PIN, trusting)
    assert.equal(good.stderr, '')
    assert.equal(good.exitCode, 0)
    assert.match(good.stdout, new RegExp(`sealed-for: ${PIN}`))
    const cases = [
      [
        '/v1/cert.pem',
        showPin(other.certificate.fingerprint),
        trusting,
        /no certificate with a pinned key/,
        2,
      ],
      ['/v1/cert.pem', PIN, {}, /cannot be fetched from localhost:\d+ \(untrusted\)/, 3],
      ['/moved', PIN, trusting, /answers with status 302/, 3],
      ['/none', PIN, trusting, /answers with status 404/, 3],
    ] as const
    for (const [path, pin, env, message, exitCode] of cases) {
      const refused = await ask(path, pin, env)
      assert.match(refused.stderr, message)
      assert.equal(refused.stdout, '')
      assert.equal(refused.exitCode, exitCode)
    }
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
