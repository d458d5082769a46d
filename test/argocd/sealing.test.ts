// What `seal` prints against the real kubeseal: it opens every scope, type and size of ours to the Secret
// that went in, and we open what it seals.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { SealingScope } from '../../manifests/sealing/scope.ts'
import { SEALING_SCOPES } from '../../manifests/sealing/scope.ts'
import { unsealValue } from '../../manifests/sealing/seal-secret.ts'
import { PLUGIN } from '../support/process.ts'
import type { Sealer } from '../support/sealing.ts'
import { sealer } from '../support/sealing.ts'
import { pem, selfSigned } from '../support/self-signed.ts'
import { temporaryFolder } from './support/setting.ts'

const { path: folder, remove } = temporaryFolder()
after(remove)
const KUBESEAL = process.env.KUBESEAL ?? ''
assert.ok(KUBESEAL !== '', 'KUBESEAL names no program: scripts/test-argocd.ts builds it')

const controllers = [2048, 4096].map((bits) => ({
  bits,
  ...sealer(bits, '2026-01-01', '2045-12-31'),
}))
for (const { bits, pem: certificate, key } of controllers) {
  writeFileSync(join(folder, `${bits}.crt`), certificate)
  writeFileSync(join(folder, `${bits}.key`), pem(key))
}
writeFileSync(join(folder, 'k'), `${randomBytes(32).toString('hex')}\n`)

interface Secret {
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly type?: string
  readonly immutable?: boolean
  readonly data: Readonly<Record<string, string | null>>
}

/** Runs a program to its end. */
function ask(program: string, args: readonly string[], input: string | Uint8Array) {
  const env = { PATH: process.env.PATH ?? '', HOME: folder, KUBECONFIG: join(folder, 'none') }
  const { status, stdout, stderr } = spawnSync(program, args, { input, env, maxBuffer: 1 << 26 })
  return { status, out: stdout.toString(), err: stderr.toString() }
}

const cert = (bits: number) => ['--cert', join(folder, `${bits}.crt`)]
const seal = (args: readonly string[], input: string | Uint8Array) => {
  const result = ask(process.execPath, [PLUGIN, 'seal', ...args], input)
  assert.deepEqual([result.status, result.err], [0, ''])
  return result.out
}
const kubeseal = (args: readonly string[], input: string | Uint8Array) => {
  const result = ask(KUBESEAL, args, input)
  assert.deepEqual([result.status, result.err], [0, ''])
  return result.out
}
const recover = (bits: number, sealed: string) =>
  ask(
    KUBESEAL,
    ['--recovery-unseal', '--recovery-private-key', join(folder, `${bits}.key`)],
    sealed,
  )

const base64 = (value: string | Uint8Array) => Buffer.from(value).toString('base64')
const tls = selfSigned('web.example.com')
const every = Uint8Array.from({ length: 256 }, (_, n) => n)
const SIZES = [0, 1, 15, 16, 17, 31, 32, 33, 255, 4096, 65_536]

const secrets: Readonly<Record<string, Pick<Secret, 'data' | 'type' | 'immutable'>>> = {
  'all sizes': {
    data: Object.fromEntries(SIZES.map((size) => [`v${size}`, base64(randomBytes(size))])),
  },
  '1 MiB': { data: { big: base64(randomBytes(1024 * 1024)) } },
  'every byte, UTF-8, names': {
    immutable: true,
    data: { 'a.b-c_D': base64(every), '10': base64('grüße 🔑\n'), '9': base64('\0'), __proto: '' },
  },
  tls: {
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64(tls.certificate), 'tls.key': base64(pem(tls.key)) },
  },
  docker: {
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': base64('{"auths": {"registry.example.com": {"auth": "YTpi"}}}') },
  },
  'basic auth': { type: 'kubernetes.io/basic-auth', data: { username: base64('a'), password: '' } },
  'ssh auth': { type: 'kubernetes.io/ssh-auth', data: { 'ssh-privatekey': base64('key') } },
  'a type of its own': { type: 'example.com/own', data: { a: base64('b') } },
  '50 keys': {
    data: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, base64(`v${n}`)])),
  },
}

const derived = ['--deterministic-key-file', join(folder, 'k')]
/** At random and derived; what differs with the size of the key does not differ between them. */
const modes = (bits: number) => (bits === 2048 ? [[], derived] : [derived])

for (const [what, parts] of Object.entries(secrets)) {
  for (const { bits } of controllers) {
    test(`kubeseal opens ${what}, RSA-${bits}, every scope`, () => {
      for (const scope of SEALING_SCOPES) {
        for (const mode of modes(bits)) {
          const metadata = {
            name: 'web.v1',
            namespace: 'shop',
            labels: { app: 'web', yes: 'NO' },
            annotations: { 'example.com/note': 'a: "b" # c', 'argocd.argoproj.io/sync-wave': '1' },
          }
          const secret = { apiVersion: 'v1', kind: 'Secret', metadata, ...parts }
          const sealed = seal([...cert(bits), '--scope', scope, ...mode], JSON.stringify(secret))
          const recovered = recover(bits, sealed)
          assert.deepEqual([recovered.status, recovered.err], [0, ''])
          const found: Secret = JSON.parse(recovered.out)
          // Go prints an empty value as null.
          const data = Object.entries(found.data).map(([key, text]) => [key, text ?? ''])
          assert.deepEqual(Object.fromEntries(data), parts.data)
          assert.equal(found.type, parts.type ?? 'Opaque')
          assert.equal(found.immutable, parts.immutable)
          assert.equal(found.metadata.namespace, 'shop')
          assert.equal(found.metadata.name, 'web.v1')
          assert.deepEqual(found.metadata.labels, metadata.labels)
          assert.deepEqual(found.metadata.annotations, { 'example.com/note': 'a: "b" # c' })
        }
      }
    })
  }
}

const SECRET = `apiVersion: v1\nkind: Secret\nmetadata: {name: web, namespace: shop}\nstringData: {a: moved}\n`
const moves: readonly (readonly [SealingScope, move: string, to: string, opens: boolean])[] = [
  ['strict', 'name: web', 'name: api', false],
  ['strict', 'namespace: shop', 'namespace: stage', false],
  ['namespace-wide', 'name: web', 'name: api', true],
  ['namespace-wide', 'namespace: shop', 'namespace: stage', false],
  ['cluster-wide', 'namespace: shop', 'namespace: stage', true],
  [
    'strict',
    'annotations:',
    'annotations:\n    sealedsecrets.bitnami.com/cluster-wide: "true"',
    false,
  ],
]
for (const [scope, from, to, opens] of moves) {
  test(`${scope}: ${JSON.stringify(to)} ${opens ? 'opens' : 'does not open'}`, () => {
    const sealed = seal([...cert(2048), '--scope', scope], SECRET)
    assert.ok(sealed.includes(from))
    const { status, out, err } = recover(2048, sealed.replace(from, to))
    assert.equal(status === 0, opens, err)
    assert.equal(out.includes(base64('moved')), opens)
  })
}

test('another key does not open it', () => {
  const { status, err } = recover(4096, seal(cert(2048), SECRET))
  assert.equal(status, 1)
  assert.match(err, /no key could decrypt secret/)
})

const openAs = ({ key }: Sealer, text: string, scope: SealingScope) =>
  unsealValue(text, { scope, namespace: 'shop', name: 'web' }, key)?.revealBytes()

for (const controller of controllers) {
  test(`what kubeseal seals opens with ours, RSA-${controller.bits}`, () => {
    for (const scope of SEALING_SCOPES) {
      const where = ['--scope', scope, '-n', 'shop', ...cert(controller.bits)]
      const values = [every, new Uint8Array(), Buffer.from('grüße'), randomBytes(100_000)]
      for (const value of values) {
        const text = kubeseal(['--raw', '--name', 'web', ...where], value)
        assert.deepEqual(Buffer.from(openAs(controller, text, scope) ?? [0]), Buffer.from(value))
        for (const wrong of SEALING_SCOPES.filter((each) => each !== scope)) {
          assert.equal(openAs(controller, text, wrong), undefined)
        }
      }
      const { spec } = JSON.parse(kubeseal(where, SECRET))
      const opened = openAs(controller, spec.encryptedData.a, scope)
      assert.equal(Buffer.from(opened ?? []).toString(), 'moved')
    }
  })
}

test('--raw is what kubeseal --raw is: the same length, and it opens in its place', () => {
  for (const scope of SEALING_SCOPES) {
    const args = ['--raw', '--scope', scope, '-n', 'shop', '--name', 'web', ...cert(2048)]
    const [ours, theirs] = [seal(args, every), kubeseal(args, every)]
    assert.equal(ours.length, theirs.length)
    const sealed = seal([...cert(2048), '--scope', scope], SECRET)
    const recovered = recover(2048, sealed.replace(/( {4}a: ).*/, `$1${ours}`))
    assert.equal(JSON.parse(recovered.out).data.a, base64(every))
  }
})

test('both write the same fields, but for where annotations go', () => {
  const args = ['--scope', 'namespace-wide', ...cert(2048), '--format', 'json']
  const fields = (text: string) => {
    const { apiVersion, kind, metadata, spec } = JSON.parse(text)
    const { name, namespace } = metadata
    const { type } = spec.template
    return { apiVersion, kind, name, namespace, keys: Object.keys(spec.encryptedData), type }
  }
  const typed = `${SECRET}type: Opaque\n`
  assert.deepEqual(fields(seal(args, typed)), fields(kubeseal(args, typed)))
})
