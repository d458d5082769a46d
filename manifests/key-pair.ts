// A PEM certificate chain and a PEM private key in; whether they parse and belong together out.
// Like Go's tls.X509KeyPair, which is what ingress controllers and kubectl read them with.
// Errors of Node's crypto may quote the input, so none is passed on.

import type { KeyObject } from 'node:crypto'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { pemBlocks } from './pem.ts'

/** What is wrong with one of the two; `message` follows the part's name. */
export interface KeyPairFault {
  readonly part: 'certificate' | 'key'
  readonly message: string
}

/** Everything wrong with a chain and the key of its first certificate. */
export function keyPairFaults(chain: Uint8Array, key: Uint8Array): KeyPairFault[] {
  const leaf = readChain(chain)
  const privateKey = readKey(key)
  const faults: KeyPairFault[] = []
  if (typeof leaf === 'string') faults.push({ part: 'certificate', message: leaf })
  if (typeof privateKey === 'string') faults.push({ part: 'key', message: privateKey })
  if (typeof leaf === 'string' || typeof privateKey === 'string') return faults
  if (leaf.checkPrivateKey(privateKey)) return []
  return [{ part: 'key', message: 'is not the private key of the first certificate' }]
}

/** The first certificate, or what is wrong. */
function readChain(chain: Uint8Array): X509Certificate | string {
  const blocks = pemBlocks(chain).filter(({ label }) => label === 'CERTIFICATE')
  const certificates = blocks.map(({ text }) => attempt(() => new X509Certificate(text)))
  const broken = certificates.indexOf(undefined)
  if (broken >= 0) return `does not parse: certificate ${broken + 1} of ${blocks.length}`
  return certificates[0] ?? 'holds no PEM certificate'
}

function readKey(bytes: Uint8Array): KeyObject | string {
  // A block of EC parameters may precede the key.
  const block = pemBlocks(bytes).find(({ label }) => /(^| )PRIVATE KEY$/.test(label))
  if (block === undefined) return 'holds no PEM private key'
  if (block.label.startsWith('ENCRYPTED ') || block.text.includes('\nProc-Type: 4,ENCRYPTED')) {
    return 'is encrypted with a passphrase'
  }
  return attempt(() => createPrivateKey(block.text)) ?? 'does not parse as a private key'
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
