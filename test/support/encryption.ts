// What tests of encryption at rest share: key material made for one run, and the forms it could leak in.
import { createHash, randomBytes } from 'node:crypto'
import { ENCRYPTION_RULES } from '../../manifests/encryption/catalogue.ts'
import type { EncryptionFacts } from '../../manifests/encryption/facts.ts'
import { encryptionFactsOf } from '../../manifests/encryption/find-configurations.ts'
import { objectsOf } from '../../manifests/objects.ts'
import { parse } from '../../manifests/parse.ts'
import { readDocuments } from '../../manifests/stream.ts'

/** Base64 of fresh random bytes. */
export function newKey(bytes = 32): string {
  return randomBytes(bytes).toString('base64')
}

/** Base64 that is the same for the same label, and nobody's key. */
export function keyOf(label: string): string {
  return createHash('sha256').update(`test key ${label}`).digest('base64')
}

/** Every text after `secret:` of a file that could be a key. */
export function secretsIn(text: string): string[] {
  const found = [...text.matchAll(/secret"?: *["|]?\s*([A-Za-z0-9+/_\-\s]{12,}={0,2})/g)]
  return found.map(([, secret = '']) => secret.replace(/\s.*$/s, ''))
}

/** A key as it may turn up: base64, hexadecimal, raw, and any 12 characters of its base64. */
export function formsOf(key: string): string[] {
  const bytes = Buffer.from(key, 'base64')
  const pieces = Array.from({ length: Math.max(0, key.length - 12) }, (_, at) =>
    key.slice(at, at + 12),
  )
  return [key, bytes.toString('hex'), bytes.toString('latin1'), ...pieces]
}

/** The facts of a stream of manifests. */
export function factsOf(text: string, minor = 37, path = 'enc.yaml'): EncryptionFacts {
  const { documents } = readDocuments([{ path, bytes: Buffer.from(text) }])
  const objects = documents.flatMap((document) => {
    const parsed = parse(document)
    return 'value' in parsed ? objectsOf(parsed.value).objects : []
  })
  return encryptionFactsOf(documents, objects, minor)
}

/** `ID SEVERITY LINE: MESSAGE` of everything that the rules find. */
export function findingsOf(facts: EncryptionFacts, ...ids: readonly string[]): string[] {
  const rules = ENCRYPTION_RULES.filter(({ id }) => ids.length === 0 || ids.includes(id))
  return rules.flatMap(({ id, severity, find }) =>
    [...find(facts)].map(
      (found) => `${id} ${found.severity ?? severity} ${found.at?.line}: ${found.message}`,
    ),
  )
}
