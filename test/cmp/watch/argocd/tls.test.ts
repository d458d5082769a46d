// TLS with an authority of one's own, which may be replaced while watch runs.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:https'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pem, selfSigned } from '../../../support/self-signed.ts'
import { failureOf, ID, setup } from './setup.ts'

const folder = mkdtempSync(join(tmpdir(), 'argocd-'))
const servers: Server[] = []
after(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(folder, { recursive: true })
})

async function listen(identity: ReturnType<typeof selfSigned>, port = 0): Promise<Server> {
  const { certificate, key } = identity
  const server = createServer({ key: pem(key), cert: certificate }, (_, response) => {
    const headers = { 'content-type': 'application/json', connection: 'close' }
    response.writeHead(200, headers).end('{"items":null}')
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  servers.push(server)
  return server
}

test('a certificate and its authority are replaced while the client is open', async () => {
  const [old, young] = [selfSigned('localhost'), selfSigned('localhost')]
  const first = await listen(old)
  const { port } = first.address() as AddressInfo
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, old.certificate)
  const { argocd } = await setup({ server: `https://localhost:${port}`, caFile })
  assert.deepEqual(await argocd.applications(), [])
  first.closeAllConnections()
  await new Promise((resolve) => first.close(resolve))
  await listen(young, port)
  assert.match(await failureOf(argocd.applications()), /^outside: .* not trusted \(caFile/)
  writeFileSync(caFile, young.certificate)
  assert.deepEqual(await argocd.applications(), [])
  for (const text of ['', 'leaked-body-value', young.certificate.slice(0, 100)]) {
    writeFileSync(caFile, text)
    assert.match(await failureOf(argocd.state(ID)), /^outside: caFile for Argo CD is no readable/)
  }
})

test('the certificate of another name', async () => {
  const other = selfSigned('argocd-server')
  const { port } = (await listen(other)).address() as AddressInfo
  const caFile = join(folder, 'other.pem')
  writeFileSync(caFile, other.certificate)
  const { argocd } = await setup({ server: `https://localhost:${port}`, caFile })
  assert.match(await failureOf(argocd.state(ID)), /^outside: .* certificate for another name/)
})
