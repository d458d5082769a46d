// `config check` and `config explain` on what a configuration says of sealing.
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { run } from '../../../cmp/cli.ts'
import { memoryIo } from '../../support/memory-io.ts'
import { sealer } from '../../support/sealing.ts'

const folder = mkdtempSync(join(tmpdir(), 'argocd-phase-config-sealing-'))
after(() => rmSync(folder, { recursive: true }))
const at = (name: string) => join(folder, name)
const write = (name: string, text: string) => writeFileSync(at(name), text, { mode: 0o600 })
write('good.pem', sealer(2048, '2020-01-01', '2049-12-31').pem)
write('ended.pem', sealer(2048, '2020-01-01', '2021-01-01').pem)
write('open.pem', sealer(2048, '2020-01-01', '2049-12-31').pem)
chmodSync(at('open.pem'), 0o666)
write('short', 'fake-short-key')

const ZERO = `sha256:${'00'.repeat(32)}`

function file(certificate: string, { key = '', scope = 'strict' } = {}): string {
  write(
    'config.yaml',
    `version: 1
sealing: { ${key}certificates: { prod: ${certificate} } }
policies:
  - name: shop
    match: { projects: [shop] }
    allow: { apps: [shop], environments: [p], output: sealed, certificate: prod, scope: ${scope} }
`,
  )
  return at('config.yaml')
}

async function config(...argv: string[]) {
  const { io, stdout, stderr } = memoryIo()
  const exitCode = await run(['config', ...argv], io)
  return { exitCode, stdout: stdout(), stderr: stderr() }
}

const good = `{ file: ${at('good.pem')} }`
const checks: Readonly<Record<string, readonly [given: () => string, code: number, says: RegExp]>> =
  {
    'a good one': [() => file(good), 0, /^$/],
    'one that has expired': [
      () => file(`{ file: ${at('ended.pem')} }`),
      2,
      /^error: .*ended\.pem holds only what has expired/,
    ],
    'one with another key than the pinned': [
      () => file(`{ file: ${at('good.pem')}, fingerprint: "${ZERO}" }`),
      2,
      /^error: .*good\.pem holds no certificate with a pinned key/,
    ],
    'one that is not here': [
      () => file(`{ file: ${at('missing.pem')} }`),
      0,
      /^warning: sealing certificate prod: .*missing\.pem cannot be read \(missing\)/,
    ],
    'one that everybody can write': [
      () => file(`{ file: ${at('open.pem')} }`),
      0,
      /^warning: .*: sealing certificate prod: everybody can write .*open\.pem$/m,
    ],
    'a key that is too short': [
      () => file(good, { key: `keyFile: ${at('short')}, ` }),
      2,
      /^error: sealing\.keyFile: .*short is not 32 bytes/,
    ],
    'a key that is not here': [
      () => file(good, { key: `keyFile: ${at('missing')}, ` }),
      0,
      /^warning: sealing\.keyFile: .*missing cannot be read \(missing\)/,
    ],
    'a scope that is as wide as can be': [
      () => file(good, { scope: 'cluster-wide' }),
      0,
      /policy shop seals values so that they open in every namespace/,
    ],
  }

for (const [name, [given, code, says]] of Object.entries(checks)) {
  test(`check: ${name}`, async () => {
    const { exitCode, stderr } = await config('check', given())
    assert.match(stderr, says)
    assert.equal(exitCode, code)
    assert.ok(!stderr.includes('fake-short-key'))
  })
}

test('explain says for which certificate an Application’s Secrets are sealed', async () => {
  const wish = ['--project', 'shop', '--app', 'a', '--namespace', 'n', '--phase-app', 'shop']
  const path = file(good, { scope: 'namespace-wide' })
  const asked = ['explain', '--config', path, ...wish, '--environment', 'p']
  const { exitCode, stdout } = await config(...asked)
  assert.equal(exitCode, 0)
  assert.equal(
    stdout.match(/^ {2}output: sealed for certificate prod, scope namespace-wide$/gm)?.length,
    2,
    'of the policy, and of the wish',
  )
  const json = JSON.parse((await config(...asked, '--format', 'json')).stdout)
  const sealed = { certificate: 'prod', scope: 'namespace-wide' }
  assert.deepEqual(json.granted.sealed, sealed)
  assert.deepEqual(json.policies[0].allow.sealed, sealed)
})
