// One value on standard input in; one sealed text out, as it stands in `spec.encryptedData`, without a
// newline, as kubeseal --raw has it.
import type { Problem } from '../../manifests/problem.ts'
import type { SealingCertificate } from '../../manifests/sealing/certificate.ts'
import type { SealingScope } from '../../manifests/sealing/scope.ts'
import { sealValue } from '../../manifests/sealing/seal-secret.ts'
import { MAX_SECRET_BYTES } from '../../manifests/secret.ts'
import { SecretValue } from '../../manifests/secret-value.ts'
import type { Io } from '../io.ts'
import { readStdin } from '../sources/input.ts'

const NEWLINE = 0x0a

/** Where the value will be, and for whom it is sealed. */
export interface RawOptions {
  readonly scope: SealingScope
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly certificate: SealingCertificate
}

/** Seals what standard input holds, to the last byte. */
export async function sealRaw(
  { certificate, scope, namespace, name }: RawOptions,
  io: Io,
): Promise<{ readonly problems: readonly Problem[]; readonly output?: string }> {
  const read = await readStdin(io)
  if ('problems' in read) return read
  const bytes = read.value[0]?.bytes ?? new Uint8Array()
  if (bytes.length > MAX_SECRET_BYTES) {
    const message = `the value has ${bytes.length} bytes; a Secret takes ${MAX_SECRET_BYTES}`
    return { problems: [{ severity: 'error', fault: 'input', message }] }
  }
  const mode = { kind: 'random' } as const
  const value = SecretValue.ofBytes(bytes)
  const output = sealValue(value, { namespace, name }, { certificate, scope, mode })
  return { output, problems: bytes.at(-1) === NEWLINE ? [ENDS_IN_NEWLINE] : [] }
}

const ENDS_IN_NEWLINE: Problem = {
  severity: 'notice',
  fault: 'usage',
  message: 'the value ends in a newline, which is sealed with it',
  hint: 'if it is not meant, use printf %s or echo -n',
}
