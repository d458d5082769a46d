// A KMS v2 plugin on a Unix socket: wraps what an API server gives it with AES-256-GCM, under a key that
// never leaves this process. Source of the protocol: k8s.io/kms apis/v2/api.proto.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import type { ServiceDefinition } from '@grpc/proto-loader'
import { loadSync } from '@grpc/proto-loader'

export interface KmsPlugin {
  /** Of an EncryptionConfiguration. */
  readonly endpoint: string
  /** How often each call was made. */
  calls(): Readonly<Record<string, number>>
  end(): void
}

interface Unwrap {
  readonly ciphertext: Buffer
  readonly key_id: string
}

const PROTO = join(import.meta.dirname, 'kms.proto')
const SERVICE = 'v2.KeyManagementService'
const ALGORITHM = 'aes-256-gcm'
const [NONCE, TAG] = [12, 16]

/** Starts it. @param socket a path of 100 characters at most that is not there yet. */
export async function startKmsPlugin(socket: string): Promise<KmsPlugin> {
  const keyId = `kek-${randomBytes(4).toString('hex')}`
  const key = randomBytes(32)
  const calls: Record<string, number> = {}
  const answering =
    <Request, Answer>(name: string, answer: (request: Request) => Answer) =>
    ({ request }: ServerUnaryCall<Request, Answer>, done: sendUnaryData<Answer>): void => {
      calls[name] = (calls[name] ?? 0) + 1
      try {
        done(null, answer(request))
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    }
  const server = new Server()
  server.addService(definition(), {
    Status: answering('Status', () => ({ version: 'v2', healthz: 'ok', key_id: keyId })),
    Encrypt: answering('Encrypt', ({ plaintext }: { plaintext: Buffer }) => ({
      ciphertext: wrap(key, plaintext),
      key_id: keyId,
    })),
    Decrypt: answering('Decrypt', ({ ciphertext, key_id }: Unwrap) => {
      if (key_id !== keyId) throw new Error('the plugin has no such key')
      return { plaintext: unwrap(key, ciphertext) }
    }),
  })
  const endpoint = `unix://${socket}`
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(endpoint, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    )
  })
  return { endpoint, calls: () => calls, end: () => server.forceShutdown() }
}

function definition(): ServiceDefinition {
  return loadSync(PROTO, { keepCase: true, defaults: true })[SERVICE] as ServiceDefinition
}

function wrap(key: Buffer, plaintext: Buffer): Buffer {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv(ALGORITHM, key, nonce)
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()])
}

function unwrap(key: Buffer, bytes: Buffer): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE))
  decipher.setAuthTag(bytes.subarray(-TAG))
  return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()])
}
