// The main job, offline: a dev-server with TLS on loopback, and the plugin as a separate
// process that renders fixtures/repos/keyspace through it. No token, no network.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const plugin = 'dist/argocd-phase-plugin.cjs'
const repository = 'fixtures/repos/keyspace'
const certificates = mkdtempSync(join(tmpdir(), 'argocd-phase-demo-'))
const flags = ['--tls-dir', certificates, '--seed', 'demo']
const server = spawn(
  process.execPath,
  [plugin, 'dev-server', `${repository}.store.yaml`, ...flags],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
)

try {
  const ready = await firstLine(server.stdout)
  const { host, token, caFile } = JSON.parse(ready)
  console.error(`dev-server at ${host}; rendering ${repository}\n`)
  const { status } = spawnSync(process.execPath, [plugin, 'generate', repository], {
    stdio: 'inherit',
    env: { ...process.env, PHASE_HOST: host, PHASE_SERVICE_TOKEN: token, PHASE_CA_FILE: caFile },
  })
  process.exitCode = status ?? 1
} finally {
  server.kill()
  rmSync(certificates, { recursive: true })
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line
  throw new Error('the dev-server ended before it was ready')
}
