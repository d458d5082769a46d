// The way of a key through Phase: what `encryption generate --as phase-secret` hands out is stored there, the
// PhaseSecret is rendered, and the Secret holds the very file whose hash was printed.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse, stringify } from 'yaml'
import { run } from '../cmp/cli.ts'
import { startDevServer } from '../cmp/dev-server/server.ts'
import { readEncryptionConfiguration } from '../manifests/encryption/read.ts'
import { encryption } from './support/encryption-command.ts'
import { memoryIo } from './support/memory-io.ts'
import { temporaryTree } from './support/tree.ts'

test('a PhaseSecret renders into the file, byte for byte', async () => {
  const out = join(temporaryTree(), 'value.txt')
  const place = ['--secret-namespace', 'capi', '--secret-name', 'enc-1']
  const args = [
    'generate',
    '--as',
    'phase-secret',
    '--phase-app',
    'clusters',
    '--out',
    out,
    ...place,
  ]
  const generated = await encryption(args)
  assert.equal(generated.code, 0, generated.err)
  // As Phase's own command line reads it: without the line end.
  const value = readFileSync(out, 'utf8').trim()
  const secrets = { '/encryption': { ENCRYPTION_CONFIGURATION: value } }
  const apps = { clusters: { environments: { production: { secrets } } } }
  const store = stringify({ apps })
  const server = await startDevServer({ store, seed: 'encryption' })
  try {
    const env = { PHASE_HOST: server.host, PHASE_SERVICE_TOKEN: server.token }
    const { io, stdout, stderr } = memoryIo(env, generated.out)
    assert.equal(await run(['generate', '-'], io), 0, stderr())
    const secret = parse(stdout())
    assert.deepEqual([secret.metadata.namespace, secret.metadata.name], ['capi', 'enc-1'])
    const bytes = Buffer.from(secret.data['enc.yaml'], 'base64')
    const hash = createHash('sha256').update(bytes).digest('hex')
    assert.ok(generated.err.includes(`the file is sha256:${hash}`))
    assert.ok('value' in readEncryptionConfiguration({ path: 'enc.yaml', bytes }))
  } finally {
    await server.close()
  }
})
