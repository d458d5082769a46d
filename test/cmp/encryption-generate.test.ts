// `encryption generate` and `rotate` as they are called: what is refused, what is never overwritten, where a key
// may be seen. What they print is in fixtures/encryption.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { run } from '../../cmp/cli.ts'
import { encryption } from '../support/encryption-command.ts'
import { memoryIo } from '../support/memory-io.ts'
import { temporaryTree } from '../support/tree.ts'

const KMS = ['--provider', 'kms', '--kms-name', 'p', '--kms-endpoint', 'unix:///run/p/s']

const usage: readonly [args: string[], message: RegExp][] = [
  [['--provider', 'secretbx'], /none that Kubernetes has[\s\S]*did you mean secretbox\?/],
  [['--provider', ''], /none that Kubernetes has/],
  [['--fallback', 'maybe'], /--fallback is neither identity nor none/],
  [['--reads-only', '--fallback', 'none'], /--reads-only needs/],
  [['--reads-only', '--provider', 'identity'], /--reads-only needs/],
  [['--key-name', 'a:b'], /after --key-name is not/],
  [['--key-name', ''], /after --key-name is not/],
  [['--key-name', 'a\nb'], /after --key-name is not/],
  [['--provider', 'identity', '--key-name', 'a'], /--key-name means nothing with identity/],
  [['--kms-name', 'p'], /--kms-… options mean nothing with secretbox/],
  [['--allow-deprecated-kms-v1'], /--kms-… options mean nothing/],
  [['--provider', 'kms'], /--kms-name[\s\S]*--kms-endpoint/],
  [[...KMS, '--kms-endpoint', 'http://p'], /--kms-endpoint is no socket/],
  [[...KMS, '--kms-endpoint', '/run/p/s'], /--kms-endpoint is no socket/],
  [[...KMS, '--kms-endpoint', 'unix:///s'], /--kms-endpoint is no socket/],
  [[...KMS, '--kms-endpoint', 'unix:///run/../etc/s'], /--kms-endpoint is no socket/],
  [[...KMS, '--kms-endpoint', `unix:///run/${'x'.repeat(104)}`], /--kms-endpoint is no socket/],
  [[...KMS, '--kms-name', 'a:b'], /--kms-name does not name/],
  [[...KMS, '--kms-api-version', 'v3'], /neither v1 nor v2/],
  [[...KMS, '--kms-api-version', 'v1'], /kms v1 is deprecated/],
  [[...KMS, '--kube-version', '1.26'], /kms v2 needs Kubernetes 1.27/],
  [['--kube-version', 'new'], /no such version of Kubernetes/],
  [['--resource', '*'], /resources\[0\]/],
  [['--resource', 'secrets', '--resource', 'secrets'], /resources\[0\]/],
  [['--resource', 'events.events.k8s.io'], /resources\[0\]/],
  [['--resource', 'secrets/status'], /subresource/],
  [['--resource', ''], /empty name/],
  [['--resource', 'Secrets'], /capital letters/],
  [['--as', 'configmap'], /--as is none of/],
  [['--as', 'phase-secret'], /needs --phase-app/],
  [['--as', 'secret', '--secret-name', 'A'], /after --secret-name/],
  [['--as', 'secret', '--secret-namespace', 'a.b'], /after --secret-namespace/],
  [['--as', 'secret', '--secret-key', '..'], /after --secret-key/],
  [['--as', 'phase-secret', '--phase-app', 'a', '--phase-key', '1 2'], /after --phase-key/],
  [['--as', 'phase-secret', '--phase-app', 'a', '--phase-path', 'x'], /after --phase-path/],
  [['--target', 'k8s'], /--target is none that is known/],
  [['--target', 'k3s', '--as', 'secret'], /takes no file/],
  [['--target', 'k3s', '--key-name', 'a'], /takes no file/],
  [['--target', 'k3s', '--provider', 'kms'], /k3s does not encrypt with kms/],
  [['--target', 'k3s', '--cluster', 'a'], /--cluster means nothing to k3s/],
  [['--target', 'static-pod'], /needs a manifest/],
  [['--target', 'static-pod', '--manifest', '/nothing'], /no file that can be read/],
  [['--manifest', 'x'], /--manifest is for --target static-pod/],
  [['--wrapper-out', 'x'], /nothing to write to --wrapper-out/],
  [['--node-path', '/etc/kubernetes/enc.yaml'], /not in a folder of its own/],
  [['--node-path', '/etc/enc/../x/y'], /no absolute path/],
  [['--node-path', 'enc/enc.yaml'], /no absolute path/],
  [
    ['--target', 'eks-ack', '--cluster', 'a', '--kms-key', 'arn:aws:s3:x'],
    /not what eks-ack takes/,
  ],
  [['--out', '-', '--target', 'kubeadm-v1beta4'], /two things would go to standard output/],
]

for (const [args, message] of usage) {
  test(`exit code 2: generate ${args.map((each) => JSON.stringify(each)).join(' ')}`, async () => {
    const base = temporaryTree()
    const { code, out, err } = await encryption(['generate', '--out', join(base, 'x'), ...args])
    assert.deepEqual([code, out, readdirSync(base)], [2, '', []], err)
    assert.match(err, message)
  })
}

test('--out is needed', async () => {
  assert.equal((await encryption(['generate'])).code, 2)
})

test('the real program: another key each time, of 32 bytes', async () => {
  const keys = new Set<string>()
  for (let count = 0; count < 3; count += 1) {
    const { io, stdout, stderr } = memoryIo()
    assert.equal(await run(['encryption', 'generate', '--out', '-'], io), 0, stderr())
    const { name, secret } = parse(stdout()).resources[0].providers[0].secretbox.keys[0]
    assert.match(name, /^phase-\d{8}-[0-9a-f]{4}$/)
    assert.equal(Buffer.from(secret, 'base64').length, 32)
    assert.ok(!stderr().includes(secret))
    keys.add(secret)
  }
  assert.equal(keys.size, 3)
})

test('a terminal is warned that it keeps the key; a pipe is not', async () => {
  assert.match((await encryption(['generate', '--out', '-'], '', true)).err, /a terminal keeps/)
  assert.doesNotMatch((await encryption(['generate', '--out', '-'])).err, /terminal/)
  const kms = ['generate', ...KMS, '--out', '-']
  assert.doesNotMatch((await encryption(kms, '', true)).err, /terminal/)
})

test('a file with a key in a work tree of Git is warned about', async () => {
  const base = temporaryTree({ '.git/HEAD': '' })
  const out = join(base, 'enc.yaml')
  assert.match((await encryption(['generate', '--out', out])).err, /in the work tree of a Git/)
})

test('--force replaces, whole and with mode 0600', async () => {
  const base = temporaryTree({ 'enc.yaml': 'old' })
  const out = join(base, 'enc.yaml')
  chmodSync(out, 0o644)
  assert.equal((await encryption(['generate', '--out', out])).code, 2)
  assert.equal(readFileSync(out, 'utf8'), 'old')
  assert.equal((await encryption(['generate', '--out', out, '--force'])).code, 0)
  assert.match(readFileSync(out, 'utf8'), /secretbox/)
  assert.equal(statSync(out).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(base), ['enc.yaml'])
})

test('when what stands beside cannot be written there is no key either', async () => {
  const base = temporaryTree({ 'beside.yaml': 'old' })
  const [out, beside] = [join(base, 'enc.yaml'), join(base, 'beside.yaml')]
  const target = ['--target', 'kubeadm-v1beta4', '--wrapper-out']
  assert.equal((await encryption(['generate', '--out', out, ...target, beside])).code, 2)
  assert.deepEqual([existsSync(out), readFileSync(beside, 'utf8')], [false, 'old'])
  const { code, err } = await encryption(['generate', '--out', out, ...target, out, '--force'])
  assert.equal(code, 2)
  assert.match(err, /are one file/)
})

test('a manifest is edited in place, keeps its mode, and needs no --force', async () => {
  const pod =
    'kind: Pod\nspec:\n  containers:\n  - name: kube-apiserver\n    command:\n    - kube-apiserver\n    - --v=2\n'
  const base = temporaryTree({ 'kube-apiserver.yaml': pod })
  const manifest = join(base, 'kube-apiserver.yaml')
  chmodSync(manifest, 0o640)
  const args = ['generate', '--out', join(base, 'enc.yaml'), '--target', 'static-pod']
  const place = ['--manifest', manifest, '--wrapper-out', manifest]
  assert.equal((await encryption([...args, ...place])).code, 0)
  const once = readFileSync(manifest, 'utf8')
  assert.match(once, /--encryption-provider-config=/)
  assert.equal(statSync(manifest).mode & 0o777, 0o640)
  assert.equal((await encryption([...args, ...place, '--force'])).code, 0)
  assert.equal(readFileSync(manifest, 'utf8'), once)
})

const rotating: readonly [args: string[], message: RegExp][] = [
  [['--step', 'turn'], /--step is none of add, promote, drop/],
  [['--step', 'drop', '--every-server-has-it'], /is for --step promote/],
  [['--step', 'promote', ...KMS], /are for --step add/],
  [['--step', 'add', '--provider', 'secretbx'], /did you mean secretbox/],
  [['--step', 'add', '--key-name', 'a b'], /after --key-name is not/],
  [['--step', 'add', '--wrapper-out', 'x'], /nothing to write/],
  [['--step', 'add', '--resource', 'pods'], /no entry lists pods/],
  [['--step', 'add', '--kube-version', '2'], /no such version/],
]

for (const [args, message] of rotating) {
  test(`exit code 2: rotate ${args.join(' ')}`, async () => {
    const before = (await encryption(['generate', '--out', '-'])).out
    const { code, out, err } = await encryption(['rotate', '-', '--out', '-', ...args], before)
    assert.deepEqual([code, out], [2, ''], err)
    assert.match(err, message)
  })
}

test('rotate: a file that is missing, or is none', async () => {
  const base = temporaryTree({ 'broken.yaml': 'secret: c2VjcmV0LXZhbHVl' })
  const args = ['--step', 'add', '--out', '-']
  assert.equal((await encryption(['rotate', join(base, 'none'), ...args])).code, 2)
  const { code, err } = await encryption(['rotate', join(base, 'broken.yaml'), ...args])
  assert.equal(code, 1)
  assert.ok(!err.includes('c2VjcmV0'))
})

test('rotate takes standard input, and the file itself with --force', async () => {
  const base = temporaryTree()
  const out = join(base, 'enc.yaml')
  writeFileSync(out, (await encryption(['generate', '--key-name', 'first', '--out', '-'])).out)
  const step = ['rotate', out, '--step', 'add', '--out', out]
  assert.equal((await encryption(step)).code, 2)
  assert.equal((await encryption([...step, '--force'])).code, 0)
  const names = [...readFileSync(out, 'utf8').matchAll(/name: (\S+)/g)].map(([, name]) => name)
  assert.deepEqual(names, ['first', 'phase-20261125-6d55'])
  assert.equal(statSync(out).mode & 0o777, 0o600)
})

test('no key is in a PhaseSecret, nor in what is said of it', async () => {
  const base = temporaryTree()
  const out = join(base, 'value.txt')
  const args = ['generate', '--as', 'phase-secret', '--phase-app', "it's", '--out', out]
  const { out: shown, err } = await encryption(args)
  const file = Buffer.from(readFileSync(out, 'utf8'), 'base64').toString()
  const { secret } = parse(file).resources[0].providers[0].secretbox.keys[0]
  for (const text of [shown, err]) {
    for (const leak of [secret, Buffer.from(secret, 'base64').toString('hex'), file]) {
      assert.ok(!text.includes(leak))
    }
  }
  assert.match(err, /--app 'it'\\''s'/)
  assert.equal(parse(shown).spec.phaseApp, "it's")
})
